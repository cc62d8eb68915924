"""Putting papers beside the reason they speak to."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import IO, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, ActorKind
from accounts.roles import Scope
from appeals.appealability import evidence_kinds
from appeals.jurisdictions import get_jurisdiction
from appeals.locking import lock_appeal
from appeals.models import Appeal, AppealStatus, Attachment, Ground
from appeals.opening import check_draft, save_draft
from appeals.parties import check_own, is_own
from appeals.transitions import IllegalMoveError
from audit.log import record
from audit.verbs import Verb
from core.calendars import legal_day
from core.days import show_day
from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from core.killpoints import killpoint
from evidence.catalogue import get_kind
from evidence.models import Document, DocumentState
from evidence.problems import TooManyError
from evidence.storing import store_document

MAX_FILES: Final = 10
_USABLE: Final = frozenset({DocumentState.PENDING, DocumentState.READY})
# A paper may still come while the appeal waits or is being reviewed; a file that failed can be sent again.
_OPEN_FOR_PAPERS: Final = frozenset(
    {
        AppealStatus.DRAFT,
        AppealStatus.SUBMITTED,
        AppealStatus.SCREENING,
        AppealStatus.QUEUED,
        AppealStatus.IN_REVIEW,
        AppealStatus.INFO_REQUESTED,
        AppealStatus.WAITING_THIRD_PARTY,
    }
)


class NotUsableError(ConflictError):
    """The file failed its checks or was removed."""

    code = "file-not-usable"
    default_message = _("This file cannot be used. Please send it again or choose another one.")


def attach_evidence(
    *,
    ground: Ground,
    kind: str,
    upload: IO[bytes] | Iterable[bytes] | None,
    name: str,
    declared_type: str,
    issued_on: date | None = None,
    by: Actor,
    now: datetime,
) -> Attachment:
    """Store a file and put it beside the ground; the same file again is the same attachment."""
    check_open_for_papers(appeal=ground.appeal, by=by)
    check_paper(ground=ground, kind=kind, issued_on=issued_on, now=now)
    check_room(ground)
    document = store_document(
        applicant=ground.appeal.applicant, kind=kind, upload=upload, name=name,
        declared_type=declared_type, issued_on=issued_on, by=by, now=now,
    )  # fmt: skip
    killpoint("evidence.stored_before_attaching")
    return _attach(ground=ground, document=document, by=by, now=now)


def attach_existing(*, ground: Ground, document: Document, by: Actor, now: datetime) -> Attachment:
    """Put a file that the applicant sent before beside the ground."""
    check_open_for_papers(appeal=ground.appeal, by=by)
    if document.applicant_id != ground.appeal.applicant_id:
        raise NotFoundError
    if document.state not in _USABLE:
        raise NotUsableError
    check_paper(ground=ground, kind=document.kind, issued_on=document.issued_on, now=now)
    return _attach(ground=ground, document=document, by=by, now=now)


def detach_evidence(*, attachment: Attachment, by: Actor, now: datetime) -> None:
    """Take a file away from a draft's ground; the applicant keeps it and can use it elsewhere."""
    appeal = attachment.ground.appeal
    with transaction.atomic():
        lock_appeal(appeal)
        check_draft(appeal=appeal, by=by)
        save_draft(appeal=appeal, expected_version=None, by=by, now=now, what="evidence")
        record(
            verb=Verb.EVIDENCE_DETACHED, subject=appeal.reference, actor=by.code, now=now,
            codes={"document": attachment.document.reference, "reason": attachment.ground.code},
        )  # fmt: skip
        attachment.delete()


def check_open_for_papers(*, appeal: Appeal, by: Actor) -> None:
    """Refuse papers from others, and papers for an appeal that is decided or over."""
    if by.kind is ActorKind.CLIENT and is_own(decision=appeal.decision, by=by):
        if not by.has_scope(Scope.EVIDENCE_WRITE):
            raise ForbiddenError
    else:
        check_own(appeal=appeal, by=by)
    if appeal.status not in _OPEN_FOR_PAPERS:
        raise IllegalMoveError(status=AppealStatus(appeal.status).label)


def check_paper(*, ground: Ground, kind: str, issued_on: date | None, now: datetime) -> None:
    """Refuse a kind that cannot help this reason, and a paper that is too old or from the future."""
    if kind not in evidence_kinds(ground.code):
        raise InputError(fields={"kind": [_("This kind of paper cannot change this reason.")]})
    if issued_on is None:
        return
    today = legal_day(now, get_jurisdiction(ground.appeal.applicant).zone)
    if issued_on > today:
        raise InputError(fields={"issued_on": [_("The date on the paper lies in the future.")]})
    valid_days = get_kind(kind).valid_days
    if valid_days is not None and issued_on < today - timedelta(days=valid_days):
        raise InputError(fields={"issued_on": [_too_old(today - timedelta(days=valid_days))]})


def check_room(ground: Ground) -> None:
    """Refuse an eleventh file beside one reason."""
    if ground.attachments.count() >= MAX_FILES:
        raise TooManyError(limit=MAX_FILES)


def _too_old(earliest: date) -> str:
    day = show_day(earliest)
    return _("This paper is too old for us to use. It must be dated %(day)s or later.") % {"day": day}


def _attach(*, ground: Ground, document: Document, by: Actor, now: datetime) -> Attachment:
    with transaction.atomic():
        # Under the appeal's lock counting and adding are one step, and files sent side by side all arrive.
        lock_appeal(ground.appeal)
        known = ground.attachments.filter(document=document).first()
        if known is not None:
            return known
        check_open_for_papers(appeal=ground.appeal, by=by)
        check_room(ground)
        save_draft(appeal=ground.appeal, expected_version=None, by=by, now=now, what="evidence")
        attachment = Attachment.objects.create(ground=ground, document=document, attached_at=now)
        record(
            verb=Verb.EVIDENCE_ATTACHED, subject=ground.appeal.reference, actor=by.code, now=now,
            codes={"document": document.reference, "reason": ground.code, "kind": document.kind},
        )  # fmt: skip
        return attachment
