"""Checking a document in the worker: virus scan, safe copy, and a clear word when it fails."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import IO, Final

from django.conf import settings
from django.db import transaction

from accounts.actors import SITE
from audit.log import record
from audit.verbs import Verb
from core.killpoints import killpoint
from evidence import vault
from evidence.clamd import is_infected
from evidence.models import Document, DocumentState, ScanResult
from evidence.problems import ERRORS, FailedError, FileError, InfectedError
from evidence.sanitising import make_safe_copy
from notifications.kinds import Kind
from notifications.queueing import queue_message
from outbox.queueing import queue_work

DRAW_PAGES: Final = "DRAW_PAGES"
DOCUMENT_CHECKED: Final = "DOCUMENT_CHECKED"


@dataclass(frozen=True)
class Checked:
    """What the checks of one document came to."""

    scan: ScanResult
    problem: str = ""
    safe_key: str = ""
    safe_media_type: str = ""
    safe_size_bytes: int = 0


def check_document(*, reference: str, now: datetime) -> Callable[[], None] | None:
    """Check a pending document outside any transaction; what comes back writes the result."""
    document = Document.objects.select_related("applicant").get(reference=reference)
    if document.state != DocumentState.PENDING:
        return None
    checked = _check(document)
    killpoint("evidence.checked_before_conclusion")
    return partial(conclude, document=document, checked=checked, now=now)


def conclude(*, document: Document, checked: Checked, now: datetime) -> None:
    """Write the result once, tell the applicant of a problem, and say that the document is checked."""
    state = DocumentState.REFUSED if checked.problem else DocumentState.READY
    changed = Document.objects.filter(pk=document.pk, state=DocumentState.PENDING).update(
        state=state, problem=checked.problem, scan=checked.scan, checked_at=now, safe_key=checked.safe_key,
        safe_media_type=checked.safe_media_type, safe_size_bytes=checked.safe_size_bytes,
    )  # fmt: skip
    if not changed:
        return
    record(
        verb=Verb.DOCUMENT_SCANNED, subject=document.reference, actor=SITE.code, now=now,
        codes={"state": state.value, "scan": checked.scan.value, "problem": checked.problem},
    )  # fmt: skip
    queue_work(
        kind=DOCUMENT_CHECKED, subject=document.reference,
        key=f"{DOCUMENT_CHECKED}:{document.reference}", now=now,
    )  # fmt: skip
    if not checked.problem:
        key = f"{DRAW_PAGES}:{document.reference}"
        queue_work(kind=DRAW_PAGES, subject=document.reference, key=key, now=now)
    if checked.problem:
        queue_message(
            kind=Kind.EVIDENCE_PROBLEM, applicant=document.applicant, about=document.reference, now=now,
            params={"problem": ERRORS[checked.problem].default_message},
        )  # fmt: skip
        transaction.on_commit(partial(vault.remove, document.original_key))


def refuse(*, document: Document, problem: str, now: datetime) -> None:
    """End a pending document with a problem, in a transaction of its own."""
    with transaction.atomic():
        conclude(document=document, checked=Checked(ScanResult(document.scan), problem), now=now)


def _check(document: Document) -> Checked:
    scan = ScanResult.NOT_SCANNED
    try:
        with vault.open_file(document.original_key) as file:
            scan = _scan(file)
            copy = make_safe_copy(source=file, media_type=document.media_type)
    except FileError as error:
        return Checked(ScanResult.INFECTED if isinstance(error, InfectedError) else scan, error.problem)
    except vault.VaultError:
        return Checked(scan, FailedError.problem)
    if copy is None:
        return Checked(scan)
    stream, media_type = copy
    key = vault.new_key()
    with stream:
        size = vault.write(key, iter(partial(stream.read, vault.CHUNK), b""))
    return Checked(scan, "", key, media_type, size)


def _scan(file: IO[bytes]) -> ScanResult:
    if not settings.CLAMD_URL:
        return ScanResult.NOT_SCANNED
    if is_infected(file=file, url=settings.CLAMD_URL):
        raise InfectedError
    return ScanResult.CLEAN
