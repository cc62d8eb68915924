"""Taking a file in: counted, hashed and sealed while it streams, known by its content, checked afterwards."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import IO, Final

from django.db import IntegrityError, transaction

from accounts.actors import Actor
from applicants.models import Applicant
from audit.log import record
from audit.verbs import Verb
from core.killpoints import killpoint
from core.references import new_reference
from evidence import vault
from evidence.catalogue import get_kind
from evidence.models import Document, DocumentState
from evidence.problems import (
    MAX_BYTES,
    EmptyFileError,
    FailedError,
    NoFileError,
    TooBigError,
    TooManyError,
)
from evidence.sanitising import check_unlocked
from evidence.sniffing import PDF, may_be_locked, sniff
from outbox.queueing import queue_work

SCAN_DOCUMENT: Final = "SCAN_DOCUMENT"
MAX_DOCUMENTS: Final = 300
_NAME_LENGTH: Final = 120
_GONE: Final = (DocumentState.REFUSED, DocumentState.REMOVED)
Upload = IO[bytes] | Iterable[bytes]


def store_document(
    *,
    applicant: Applicant,
    kind: str,
    upload: Upload | None,
    name: str,
    declared_type: str,
    issued_on: date | None = None,
    by: Actor,
    now: datetime,
) -> Document:
    """Keep a file and queue its checks; the same content again is the document that is already there."""
    get_kind(kind)
    if upload is None:
        raise NoFileError
    _check_room(applicant)
    key = vault.new_key()
    size, sha256 = _stream(key, upload)
    try:
        known = _find(applicant=applicant, sha256=sha256)
        if known is not None:
            vault.remove(key)
            return known
        document = Document(
            reference=new_reference("EV"), applicant=applicant, uploaded_by=by.code,
            display_name=clean_name(name), kind=kind, media_type=_recognise(key), size_bytes=size,
            sha256=sha256, original_key=key, issued_on=issued_on, uploaded_at=now,
        )  # fmt: skip
        return _keep(document, by=by, now=now)
    except BaseException:
        vault.remove(key)
        raise


def clean_name(name: str) -> str:
    """The file's name as display text: no folders, no invisible or direction-changing characters."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip()
    return visible[-_NAME_LENGTH:] or "file"


def _stream(key: str, upload: Upload) -> tuple[int, str]:
    digest = hashlib.sha256()
    try:
        size = vault.write(key, _counted(upload, digest))
    except OSError as error:
        # The sender went away, or our disk is full: nothing stayed behind.
        raise FailedError from error
    killpoint("evidence.written_before_row")
    if size == 0:
        vault.remove(key)
        raise EmptyFileError
    return size, digest.hexdigest()


def _counted(upload: Upload, digest: "hashlib._Hash") -> Iterator[bytes]:
    total = 0
    for chunk in _chunks(upload):
        total += len(chunk)
        if total > MAX_BYTES:
            raise TooBigError
        digest.update(chunk)
        yield chunk


def _chunks(upload: Upload) -> Iterator[bytes]:
    read = getattr(upload, "read", None)
    if read is None:
        yield from upload
        return
    while chunk := read(vault.CHUNK):
        yield chunk


def _recognise(key: str) -> str:
    with vault.open_file(key) as file:
        media_type = sniff(file)
        if media_type == PDF and may_be_locked(file):
            check_unlocked(file)
    return media_type


def _keep(document: Document, *, by: Actor, now: datetime) -> Document:
    try:
        with transaction.atomic():
            document.save(force_insert=True)
            record(
                verb=Verb.DOCUMENT_STORED, subject=document.reference, actor=by.code, now=now,
                codes={"sha256": document.sha256, "size": document.size_bytes, "kind": document.kind},
            )  # fmt: skip
            reference = document.reference
            queue_work(kind=SCAN_DOCUMENT, subject=reference, key=f"{SCAN_DOCUMENT}:{reference}", now=now)
    except IntegrityError:
        # The same file came twice at once: the other one is the document.
        known = _find(applicant=document.applicant, sha256=document.sha256)
        if known is None:
            raise
        vault.remove(document.original_key)
        return known
    return document


def _find(*, applicant: Applicant, sha256: str) -> Document | None:
    return Document.objects.filter(applicant=applicant, sha256=sha256).exclude(state__in=_GONE).first()


def _check_room(applicant: Applicant) -> None:
    if Document.objects.filter(applicant=applicant).exclude(state__in=_GONE).count() >= MAX_DOCUMENTS:
        raise TooManyError(limit=MAX_DOCUMENTS)
