"""A file that comes in pieces: what has arrived is kept, so a broken connection costs one piece at most."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from applicants.models import Applicant
from core.errors import ConflictError, InputError, NotFoundError
from core.references import new_reference, normalise_reference
from evidence import vault
from evidence.catalogue import get_kind
from evidence.models import Upload, UploadPart
from evidence.problems import MAX_BYTES, EmptyFileError, FailedError, TooBigError, TooManyError
from evidence.storing import clean_name

MAX_PIECE: Final = 512 * 1024
MAX_OPEN: Final = 20
KEPT: Final = timedelta(hours=24)
_SHA256_LENGTH: Final = 64


class WrongPlaceError(ConflictError):
    """A piece does not follow on what has come so far; `offset` says where to go on."""

    code = "upload-wrong-place"
    default_message = _("Part of the file is missing. The upload goes on from the last part that arrived.")

    def __init__(self, *, offset: int) -> None:
        self.offset = offset
        super().__init__()


def begin_upload(
    *,
    applicant: Applicant,
    about: str,
    kind: str,
    name: str,
    declared_type: str,
    size_bytes: int,
    sha256: str,
    issued_on: date | None,
    by: Actor,
    now: datetime,
) -> Upload:
    """Make room for a file; the same file for the same purpose again goes on where it stopped."""
    get_kind(kind)
    _check_announced(size_bytes, sha256)
    known = _same(about=about, sha256=sha256, size_bytes=size_bytes, by=by)
    if known is not None:
        return _go_on(known, kind=kind, issued_on=issued_on, now=now)
    if Upload.objects.filter(applicant=applicant, expires_at__gt=now).count() >= MAX_OPEN:
        raise TooManyError(limit=MAX_OPEN)
    try:
        with transaction.atomic():
            return Upload.objects.create(
                reference=new_reference("UP"), applicant=applicant, started_by=by.code, about=about,
                kind=kind, display_name=clean_name(name), declared_type=declared_type[:120],
                issued_on=issued_on, size_bytes=size_bytes, sha256=sha256, started_at=now,
                expires_at=now + KEPT,
            )  # fmt: skip
    except IntegrityError:
        # Two tabs at once: both go on with the same one.
        known = _same(about=about, sha256=sha256, size_bytes=size_bytes, by=by)
        if known is None:
            raise
        return known


def get_upload_for(*, reference: str, about: str, by: Actor, now: datetime) -> Upload:
    """The upload for its own sender and purpose; for everybody else, and once it expired, it is not there."""
    found = Upload.objects.select_related("applicant").filter(
        reference=normalise_reference(reference), about=about, started_by=by.code, expires_at__gt=now
    )
    upload = found.first()
    if upload is None:
        raise NotFoundError
    return upload


def take_piece(*, upload: Upload, offset: int, data: bytes, now: datetime) -> Upload:
    """Keep the next piece, durable before this returns; a piece that came before changes nothing."""
    if not 0 < len(data) <= MAX_PIECE:
        raise InputError(fields={"piece": [_("This part of the file has the wrong size.")]})
    key = vault.new_key()
    vault.write(key, [data])
    try:
        kept = _keep_piece(upload, key, offset, data, now)
    except BaseException:
        vault.remove(key)
        raise
    if not kept:
        vault.remove(key)
    return upload


def read_upload(upload: Upload) -> Iterator[bytes]:
    """The whole file in order; FailedError at its end when it is not the file that was announced."""
    digest = hashlib.sha256()
    for part in upload.parts.all():
        with vault.open_file(part.key) as file:
            while chunk := file.read(vault.CHUNK):
                digest.update(chunk)
                yield chunk
    if upload.sha256 and digest.hexdigest() != upload.sha256:
        raise FailedError


def forget_upload(upload: Upload) -> None:
    """Remove an upload with its pieces: it became a document, or could not become one."""
    keys = list(upload.parts.values_list("key", flat=True))
    upload.delete()
    transaction.on_commit(lambda: _remove_files(keys))


def forget_unfinished(now: datetime) -> int:
    """Remove what was begun and not finished in time; how many there were."""
    late = list(Upload.objects.filter(expires_at__lte=now)[:500])
    for upload in late:
        with transaction.atomic():
            forget_upload(upload)
    return len(late)


def _keep_piece(upload: Upload, key: str, offset: int, data: bytes, now: datetime) -> bool:
    sha256 = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        locked = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if locked is None:
            raise NotFoundError
        upload.offset = locked.offset
        if upload.parts.filter(offset=offset, sha256=sha256, size_bytes=len(data)).exists():
            return False
        if offset != locked.offset or offset + len(data) > locked.size_bytes:
            raise WrongPlaceError(offset=locked.offset)
        UploadPart.objects.create(upload=upload, offset=offset, size_bytes=len(data), sha256=sha256, key=key)
        upload.offset, upload.expires_at = offset + len(data), now + KEPT
        upload.save(update_fields=["offset", "expires_at"])
    return True


def _check_announced(size_bytes: int, sha256: str) -> None:
    if size_bytes <= 0:
        raise EmptyFileError
    if size_bytes > MAX_BYTES:
        raise TooBigError
    is_hex = len(sha256) == _SHA256_LENGTH and all(char in "0123456789abcdef" for char in sha256)
    if sha256 and not is_hex:
        raise FailedError


def _same(*, about: str, sha256: str, size_bytes: int, by: Actor) -> Upload | None:
    if not sha256:
        return None
    known = Upload.objects.filter(about=about, sha256=sha256, size_bytes=size_bytes, started_by=by.code)
    return known.first()


def _go_on(upload: Upload, *, kind: str, issued_on: date | None, now: datetime) -> Upload:
    upload.kind, upload.issued_on, upload.expires_at = kind, issued_on, now + KEPT
    upload.save(update_fields=["kind", "issued_on", "expires_at"])
    return upload


def _remove_files(keys: list[str]) -> None:
    for key in keys:
        vault.remove(key)
