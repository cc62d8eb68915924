"""Handing a document out: checked, audited, and only ever as an attachment."""

from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Permission
from audit.log import record
from audit.verbs import Verb
from core.errors import ConflictError, ForbiddenError, NotFoundError
from evidence import vault
from evidence.models import Document, DocumentState, Download
from evidence.queries import visible_to
from evidence.sniffing import EXTENSIONS


class NotReadyError(ConflictError):
    """The file is still being checked, or failed its checks."""

    code = "document-not-ready"
    default_message = _(
        "This file cannot be opened yet. We are still checking it, or it did not pass the checks."
    )


@dataclass(frozen=True)
class OpenedDocument:
    """A stream of the safe copy with what a door needs to send it as an attachment."""

    stream: IO[bytes]
    media_type: str
    filename: str
    size_bytes: int


def open_document(*, document: Document, by: Actor, now: datetime) -> OpenedDocument:
    """Open the safe copy for somebody who may see it, and write down who looked and when."""
    if by.hand_id is None:
        raise ForbiddenError
    if not visible_to(by).filter(pk=document.pk).exists():
        raise NotFoundError
    if document.state != DocumentState.READY:
        raise NotReadyError
    with transaction.atomic():
        Download.objects.create(document=document, user_id=by.hand_id, at=now)
        record(verb=Verb.DOCUMENT_VIEWED, subject=document.reference, actor=by.code, now=now)
        if by.can(Permission.SEE_PERSONAL_DATA) and document.applicant.user_id != by.user_id:
            Document.objects.filter(pk=document.pk, seen_at__isnull=True).update(seen_at=now)
    key = document.safe_key or document.original_key
    return OpenedDocument(
        stream=vault.open_file(key),
        media_type=document.safe_media_type or document.media_type,
        filename=_filename(document),
        size_bytes=document.safe_size_bytes or document.size_bytes,
    )


def _filename(document: Document) -> str:
    # Named after the reference: what the sender called it is display text and never reaches a disk.
    return f"{document.reference}.{EXTENSIONS[document.safe_media_type or document.media_type]}"
