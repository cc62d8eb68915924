"""What the applicant asks for while an appeal runs, more time or a quicker answer: granted, or why not."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.colleagues import list_supervisors
from accounts.models import User
from accounts.roles import Permission
from appeals.clocks import calendar_of
from appeals.independence import check_independent
from appeals.models import Appeal, AppealStatus, Request, RequestKind, RequestState
from appeals.parties import check_own, check_staff, is_holder
from appeals.requesting import check_due, settle
from appeals.states import ENDED, Status
from appeals.transitions import IllegalMoveError, reset_dates, swap
from applicants.showing import ShownDay
from audit.log import record
from audit.verbs import Verb
from core.audiences import ExternalText
from core.calendars import legal_day
from core.errors import ConflictError, ForbiddenError, InputError
from core.references import new_reference
from core.texts import NOTE_LENGTH, clean_text
from notifications.kinds import Kind
from notifications.queueing import queue_message

_PETITIONS = frozenset({RequestKind.MORE_TIME, RequestKind.EXPEDITE})


class AlreadyAskedError(ConflictError):
    """The same thing was asked for and is not settled yet."""

    code = "already-asked"
    default_message = _("You have already asked for this. We will answer you.")


def ask_more_time(*, request: Request, until: date, reason: str, by: Actor, now: datetime) -> Request:
    """Ask for a later day to answer what we asked for."""
    check_own(appeal=request.appeal, by=by)
    if request.kind != RequestKind.ITEMS or request.state != RequestState.OPEN:
        raise IllegalMoveError(status=AppealStatus(request.appeal.status).label)
    assert request.due_on is not None
    if until <= request.due_on:
        raise InputError(fields={"until": [_("Choose a day after the one you have now.")]})
    check_due(appeal=request.appeal, day=until, after=request.due_on, now=now)
    return _ask(request.appeal, RequestKind.MORE_TIME, reason, by, now, about=request, wanted_on=until)


def ask_expedite(*, appeal: Appeal, reason: str, by: Actor, now: datetime) -> Request:
    """Ask for a quicker answer, and say why it matters."""
    check_own(appeal=appeal, by=by)
    if appeal.status in {*ENDED, Status.DRAFT, Status.DECIDED, Status.REMEDY}:
        raise IllegalMoveError(status=AppealStatus(appeal.status).label)
    if appeal.is_urgent:
        raise AlreadyAskedError(_("This appeal is already treated as urgent."))
    return _ask(appeal, RequestKind.EXPEDITE, reason, by, now)


def grant_request(
    *, request: Request, reason: str = "", expected_version: int | None = None, by: Actor, now: datetime
) -> Request:
    """Agree to what the applicant asks for; agreeing twice is agreeing once."""
    _check_may_settle(request, by)
    if request.state == RequestState.GRANTED:
        return request
    text = clean_text(reason, field="reason", limit=NOTE_LENGTH)
    appeal = request.appeal
    with transaction.atomic():
        if request.kind == RequestKind.MORE_TIME:
            _move_due(request, now)
            swap(appeal=appeal, expected_version=expected_version)
        else:
            swap(appeal=appeal, expected_version=expected_version, is_urgent=True)
            reset_dates(appeal=appeal, now=now, has_moved=False)
        settle(request=request, state=RequestState.GRANTED, by=by, now=now, reason=ExternalText(text))
        _tell(request, Kind.REQUEST_GRANTED, now)
    return request


def refuse_request(
    *, request: Request, reason: str, expected_version: int | None = None, by: Actor, now: datetime
) -> Request:
    """Do not agree to what the applicant asks for, with a reason that the applicant reads."""
    _check_may_settle(request, by)
    if request.state == RequestState.REFUSED:
        return request
    text = clean_text(reason, field="reason", limit=NOTE_LENGTH, is_required=True)
    with transaction.atomic():
        swap(appeal=request.appeal, expected_version=expected_version)
        settle(request=request, state=RequestState.REFUSED, by=by, now=now, reason=ExternalText(text))
        _tell(request, Kind.REQUEST_REFUSED, now, reason=ExternalText(text))
    return request


def list_open_petitions(appeal: Appeal) -> list[Request]:
    """What the applicant asked for and nobody has answered yet."""
    return list(appeal.requests.filter(kind__in=_PETITIONS, state=RequestState.OPEN))


def _ask(
    appeal: Appeal,
    kind: RequestKind,
    reason: str,
    by: Actor,
    now: datetime,
    *,
    about: Request | None = None,
    wanted_on: date | None = None,
) -> Request:
    text = clean_text(reason, field="reason", limit=NOTE_LENGTH, is_required=True)
    try:
        with transaction.atomic():
            request = Request.objects.create(
                reference=new_reference("RQ"), appeal=appeal, kind=kind, about=about, wanted_on=wanted_on,
                text=ExternalText(text), asked_by=by.code, asked_at=now,
            )  # fmt: skip
            codes = {"request": request.reference, "kind": kind.value}
            record(verb=Verb.REQUEST_MADE, subject=appeal.reference, actor=by.code, now=now, codes=codes)
            for user in _whom_to_tell(appeal):
                queue_message(kind=Kind.PETITION_MADE, user=user, about=appeal.reference, now=now)
    except IntegrityError as error:
        raise AlreadyAskedError from error
    return request


def _whom_to_tell(appeal: Appeal) -> list[User]:
    if appeal.claimed_by is not None and appeal.claimed_by.is_active:
        return [appeal.claimed_by]
    return list(list_supervisors())


def _check_may_settle(request: Request, by: Actor) -> None:
    check_staff(appeal=request.appeal, by=by)
    if request.kind not in _PETITIONS:
        raise IllegalMoveError(status=AppealStatus(request.appeal.status).label)
    if not (is_holder(appeal=request.appeal, by=by) or by.can(Permission.COUNTERSIGN)):
        raise ForbiddenError
    check_independent(appeal=request.appeal, by=by)


def _move_due(request: Request, now: datetime) -> None:
    asked = request.about
    assert asked is not None
    assert request.wanted_on is not None
    if asked.state != RequestState.OPEN or request.wanted_on <= legal_day(
        now, calendar_of(request.appeal).zone
    ):
        raise IllegalMoveError(status=AppealStatus(request.appeal.status).label)
    # A wish may be older than what holds today.
    check_due(appeal=request.appeal, day=request.wanted_on, after=asked.due_on, now=now)
    Request.objects.filter(pk=asked.pk).update(due_on=request.wanted_on, chased_at=None)


def _tell(request: Request, kind: Kind, now: datetime, **params: object) -> None:
    appeal = request.appeal
    with override(appeal.applicant.language):
        if request.kind == RequestKind.MORE_TIME:
            assert request.wanted_on is not None, "a wish for more time names a day"
            day = ShownDay(request.wanted_on)
            what = gettext("more time to answer, until %(day)s") % {"day": day}
        else:
            what = gettext("a quicker answer")
    queue_message(
        kind=kind,
        applicant=appeal.applicant,
        about=appeal.reference,
        params={"what": what, **params},
        now=now,
    )
