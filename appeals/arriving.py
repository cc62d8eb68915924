"""Papers that come in pieces: checked before the first piece, attached after the last."""

from datetime import date, datetime

from accounts.actors import Actor
from appeals.attaching import attach_evidence, check_open_for_papers, check_paper, check_room
from appeals.models import Attachment, Ground
from core.errors import InputError
from evidence.arriving import begin_upload, forget_upload, get_upload_for, read_upload, take_piece
from evidence.models import Upload


def begin_paper(
    *,
    ground: Ground,
    kind: str,
    name: str,
    declared_type: str,
    size_bytes: int,
    sha256: str,
    issued_on: date | None,
    by: Actor,
    now: datetime,
) -> Upload:
    """Check everything that can be known before a byte is sent, and make room for the file."""
    check_open_for_papers(appeal=ground.appeal, by=by)
    check_paper(ground=ground, kind=kind, issued_on=issued_on, now=now)
    check_room(ground)
    return begin_upload(
        applicant=ground.appeal.applicant, about=purpose_of(ground), kind=kind, name=name,
        declared_type=declared_type, size_bytes=size_bytes, sha256=sha256, issued_on=issued_on, by=by,
        now=now,
    )  # fmt: skip


def find_paper(*, ground: Ground, reference: str, by: Actor, now: datetime) -> Upload:
    """The paper on its way to this ground, for whoever began it."""
    check_open_for_papers(appeal=ground.appeal, by=by)
    return get_upload_for(reference=reference, about=purpose_of(ground), by=by, now=now)


def take_paper(
    *, ground: Ground, upload: Upload, offset: int, data: bytes, by: Actor, now: datetime
) -> Attachment | None:
    """Take one piece; the last one makes the paper, which then stands beside its ground."""
    check_open_for_papers(appeal=ground.appeal, by=by)
    take_piece(upload=upload, offset=offset, data=data, now=now)
    if upload.offset < upload.size_bytes:
        return None
    try:
        attachment = attach_evidence(
            ground=ground, kind=upload.kind, upload=read_upload(upload), name=upload.display_name,
            declared_type=upload.declared_type, issued_on=upload.issued_on, by=by, now=now,
        )  # fmt: skip
    except InputError:
        # What is wrong with the whole file stays wrong; the sender hears it and chooses another one.
        forget_upload(upload)
        raise
    forget_upload(upload)
    return attachment


def purpose_of(ground: Ground) -> str:
    """What an upload for this ground is about."""
    return f"{ground.appeal.reference}/{ground.code}"
