"""Files and rows must match: what a crash left behind is found and put right."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from evidence import vault
from evidence.models import Document, DocumentState, Page, UploadPart
from evidence.problems import FailedError
from evidence.scanning import refuse

# A file is written before its row; only what is older than this can be an orphan.
GRACE: Final = timedelta(hours=1)
_BATCH: Final = 500


def remove_orphan_files(now: datetime) -> int:
    """Delete stored files that no document names."""
    oldest = (now - GRACE).timestamp()
    removed = 0
    for batch in _batches(key for key, changed in vault.list_keys() if changed < oldest):
        rows = Document.objects
        named = set(rows.filter(original_key__in=batch).values_list("original_key", flat=True))
        named.update(rows.filter(safe_key__in=batch).values_list("safe_key", flat=True))
        named.update(Page.objects.filter(key__in=batch).values_list("key", flat=True))
        named.update(UploadPart.objects.filter(key__in=batch).values_list("key", flat=True))
        for key in set(batch) - named:
            vault.remove(key)
            removed += 1
    return removed


def refuse_rows_without_file(now: datetime) -> int:
    """End pending documents whose file is gone, and tell their applicants to send them again."""
    waiting = Document.objects.filter(state=DocumentState.PENDING, uploaded_at__lt=now - GRACE)
    lost = [row for row in waiting.select_related("applicant") if not vault.exists(row.original_key)]
    for document in lost:
        refuse(document=document, problem=FailedError.problem, now=now)
    return len(lost)


def list_unreadable() -> list[str]:
    """References of ready documents whose file is gone: staff must know."""
    ready = Document.objects.filter(state=DocumentState.READY).only("reference", "safe_key", "original_key")
    return [row.reference for row in ready.iterator() if not vault.exists(row.safe_key or row.original_key)]


def _batches(keys: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(keys, _BATCH)):
        yield batch
