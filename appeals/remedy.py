"""Ending a decided appeal: only once its effect is confirmed and the letter is on its way."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor, ActorKind
from accounts.colleagues import list_supervisors
from accounts.models import User
from accounts.roles import Permission
from appeals.clocks import calendar_of
from appeals.locking import lock_appeal
from appeals.models import Appeal, AppealStatus, Remedy
from appeals.parties import can_see, is_own
from appeals.states import Event
from appeals.terms import number_section
from appeals.transitions import IllegalMoveError, move, swap
from core.calendars import legal_day
from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from core.identity import check_id_number, today_in_china
from core.killpoints import killpoint
from decisions.models import LineState, Outcome
from notifications.kinds import Channel, Kind
from notifications.models import Delivery, DeliveryState
from notifications.queueing import queue_message

_GONE = frozenset({LineState.CLOSED, LineState.EXPIRED})
_REFERENCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,63}")
_NO_REFERENCE: Final = _(
    "Give your own reference: up to 64 letters, digits, dots, dashes, slashes or colons."
    " It is never somebody's ID number."
)


class EffectMissingError(ConflictError):
    """What the ruling gives is not there yet."""

    code = "effect-missing"
    default_message = _("The effect of this ruling has not been written yet.")


def start_remedy(*, appeal: Appeal, now: datetime) -> Remedy:
    """Start the clock of putting the ruling into effect, in the caller's transaction."""
    calendar = calendar_of(appeal)
    today = legal_day(now, calendar.zone)
    due_on = calendar.add_working_days(today, number_section("targets")["remedy_working_days"])
    remedy, _new = Remedy.objects.get_or_create(appeal=appeal, defaults={"started_at": now, "due_on": due_on})
    return remedy


def close_decided(*, reference: str, now: datetime) -> None:
    """Close a decided appeal; raises, to be tried again and seen by staff, while something is missing."""
    with transaction.atomic():
        appeal = _load(reference)
        if appeal.status not in (AppealStatus.DECIDED, AppealStatus.REMEDY):
            return
        _note_letter(appeal)
        if appeal.letter_left_at is None or not has_effect(appeal):
            raise EffectMissingError
        killpoint("appeals.remedied_before_close")
        if appeal.status == AppealStatus.DECIDED:
            move(appeal=appeal, event=Event.CLOSE, by=SITE, now=now)
        elif is_in_our_books(appeal):
            _confirm(appeal, SITE, now)


def confirm_remedy(
    *,
    appeal: Appeal,
    effective_on: date | None = None,
    reference: str = "",
    expected_version: int | None = None,
    by: Actor,
    now: datetime,
) -> Appeal:
    """Confirm that the new result is in effect: the lender's callback, or a supervisor; twice is once."""
    _check_may_confirm(appeal, by)
    if appeal.status == AppealStatus.CLOSED and appeal.outcome:
        return appeal
    _check_day(appeal, effective_on, now)
    _check_reference(reference, now)
    with transaction.atomic():
        version = appeal.version
        lock_appeal(appeal)
        if appeal.status != AppealStatus.REMEDY:
            raise IllegalMoveError(status=AppealStatus(appeal.status).label)
        swap(appeal=appeal, expected_version=version if expected_version is None else expected_version)
        _note_letter(appeal)
        if appeal.letter_left_at is None or not has_effect(appeal):
            raise EffectMissingError
        _confirm(appeal, by, now, effective_on, reference)
    return appeal


def alert_late_remedies(now: datetime) -> int:
    """Tell supervisors of remedies that nobody confirmed in time, once each; how many there were.

    Where there is no supervisor, nobody is told, and the remedy does not say so either.
    """
    supervisors = list(list_supervisors())
    late = Remedy.objects.filter(confirmed_at=None, alerted_at=None, due_on__lte=now.date())
    told = 0
    for remedy in late.select_related("appeal__applicant") if supervisors else ():
        if not is_overdue(remedy, now):
            continue
        with transaction.atomic():
            if Remedy.objects.filter(pk=remedy.pk, alerted_at=None).update(alerted_at=now):
                _alert(remedy, supervisors, now)
                told += 1
    return told


def is_overdue(remedy: Remedy, now: datetime) -> bool:
    """Whether the day has passed and nobody has confirmed that the result is in effect."""
    return remedy.confirmed_at is None and legal_day(now, calendar_of(remedy.appeal).zone) > remedy.due_on


def is_told(appeal: Appeal) -> bool:
    """Whether the answer is on its way to the applicant."""
    return _letter_left_at(appeal) is not None


def is_in_our_books(appeal: Appeal) -> bool:
    """Whether the line is kept by us; a case that a partner sent takes effect in the partner's books."""
    application = appeal.decision.application
    return not (application.client_id if application else appeal.applicant.client_id)


def has_effect(appeal: Appeal) -> bool:
    """Whether what the ruling gives stands: the new decision, and a living line where it gives one."""
    decision = appeal.new_decision
    if decision is None:
        return appeal.status == AppealStatus.DECIDED
    if decision.outcome != Outcome.APPROVE:
        return True
    return decision.line is not None and decision.line.state not in _GONE


def _load(reference: str) -> Appeal:
    appeal = Appeal.objects.select_related(
        "new_decision__line", "applicant", "decision__application", "remedy"
    ).get(reference=reference)
    lock_appeal(appeal)
    return appeal


def _note_letter(appeal: Appeal) -> None:
    """Keep when the answer left: the legal clock stops there, and not when somebody pressed a button."""
    left_at = _letter_left_at(appeal)
    if appeal.letter_left_at is None and left_at is not None:
        Appeal.objects.filter(pk=appeal.pk).update(letter_left_at=left_at)
        appeal.letter_left_at = left_at


def _letter_left_at(appeal: Appeal) -> datetime | None:
    about = {"message__about": appeal.reference, "message__kind": Kind.APPEAL_DECIDED.value}
    sent = Delivery.objects.filter(**about, state=DeliveryState.SENT).order_by("sent_at")
    if appeal.applicant.user_id is None and is_in_our_books(appeal):
        # Nobody reads a message in the portal for which there is no account.
        sent = sent.exclude(channel=Channel.IN_APP.value)
    return sent.values_list("sent_at", flat=True).first()


def _confirm(
    appeal: Appeal, by: Actor, now: datetime, effective_on: date | None = None, reference: str = ""
) -> None:
    start_remedy(appeal=appeal, now=now)
    Remedy.objects.filter(appeal=appeal, confirmed_at=None).update(
        confirmed_at=now, confirmed_by=by.code, effective_on=effective_on, booked_as=reference
    )
    move(appeal=appeal, event=Event.REMEDY_CONFIRMED, by=by, now=now)
    queue_message(kind=Kind.REMEDY_DONE, applicant=appeal.applicant, about=appeal.reference, now=now)


def _check_may_confirm(appeal: Appeal, by: Actor) -> None:
    if by.kind is ActorKind.CLIENT and is_own(decision=appeal.decision, by=by):
        return
    if not can_see(appeal=appeal, by=by):
        raise NotFoundError
    if is_own(decision=appeal.decision, by=by) or not by.can(Permission.COUNTERSIGN):
        raise ForbiddenError


def _check_day(appeal: Appeal, day: date | None, now: datetime) -> None:
    """Refuse a day before the ruling, and one that is not there yet."""
    zone = calendar_of(appeal).zone
    if day is None or appeal.decided_at is None:
        return
    if not legal_day(appeal.decided_at, zone) <= day <= legal_day(now, zone):
        raise InputError(fields={"effective_on": [_("Give a day from the ruling until today.")]})


def _check_reference(reference: str, now: datetime) -> None:
    """Refuse what is no reference, and an ID number: none is kept in plain."""
    if reference and (not _REFERENCE.fullmatch(reference) or _is_id_number(reference, now)):
        raise InputError(fields={"reference": [_NO_REFERENCE]})


def _is_id_number(text: str, now: datetime) -> bool:
    try:
        check_id_number(text, today=today_in_china(now))
    except InputError:
        return False
    return True


def _alert(remedy: Remedy, supervisors: Iterable[User], now: datetime) -> None:
    for user in supervisors:
        queue_message(
            kind=Kind.REMEDY_LATE, user=user, about=remedy.appeal.reference,
            params={"due_on": remedy.due_on}, now=now,
        )  # fmt: skip
