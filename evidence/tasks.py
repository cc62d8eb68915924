"""Work of this app that runs after commit or by the clock."""

from datetime import datetime

import structlog

from evidence import arriving, paging, scanning, sweeping
from evidence.scanning import DRAW_PAGES
from evidence.storing import SCAN_DOCUMENT
from outbox.periodic import periodic
from outbox.registry import Conclusion, Mode, Work, handles

_log = structlog.get_logger(__name__)


@handles(SCAN_DOCUMENT, mode=Mode.LEASED, max_attempts=8, lease_seconds=120)
def scan_document(work: Work) -> Conclusion | None:
    """Check one document."""
    return scanning.check_document(reference=work.subject, now=work.now)


@handles(DRAW_PAGES, mode=Mode.LEASED, max_attempts=5, lease_seconds=120)
def draw_pages(work: Work) -> Conclusion | None:
    """Draw the pages of one document."""
    return paging.draw_document(reference=work.subject)


@periodic(seconds=3600)
def sweep_files(now: datetime) -> None:
    """Put right what a crash left between the files and their rows."""
    sweeping.remove_orphan_files(now)
    sweeping.refuse_rows_without_file(now)


@periodic(seconds=900)
def forget_unfinished_uploads(now: datetime) -> None:
    """Remove what was begun and never finished."""
    arriving.forget_unfinished(now)


@periodic(seconds=24 * 3600)
def find_unreadable_files(now: datetime) -> None:
    """Raise an alarm for checked papers whose file is gone."""
    for reference in sweeping.list_unreadable():
        _log.error("evidence_file_missing", subject=reference)
