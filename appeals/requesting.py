"""What we ask for: information from the applicant or a third party, with a date and few rounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from appeals.clocks import calendar_of, paused_working_days
from appeals.clocks import due_on as legal_day_of
from appeals.independence import check_independent
from appeals.models import Appeal, AppealStatus, Request, RequestItem, RequestKind, RequestState
from appeals.parties import check_holder, check_staff
from appeals.states import Event
from appeals.terms import number_section
from appeals.transitions import IllegalMoveError, move
from audit.log import record
from audit.verbs import Verb
from core.audiences import ExternalText, InternalText
from core.calendars import legal_day
from core.days import show_day
from core.errors import ConflictError, InputError, StaleError
from core.references import new_reference
from core.texts import NOTE_LENGTH, clean_text
from evidence.catalogue import get_kind
from notifications.kinds import Kind
from notifications.queueing import queue_message

MAX_ITEMS: Final = 10


class TooManyRoundsError(ConflictError):
    """The applicant was asked as often as our own limit allows."""

    code = "too-many-rounds"
    default_message = _("The applicant was already asked %(rounds)s times. Decide on what is there.")


class PauseTooLongError(InputError):
    """The date would let our own clock stand still for too long."""

    code = "pause-too-long"
    default_message = _("Choose a day until %(last_on)s. Our own time may not wait longer.")


class PastLegalDayError(InputError):
    """The date would leave no time to read the answer before the legal day."""

    code = "past-legal-day"
    default_message = _(
        "Choose a day until %(last_on)s. By law our answer is due by %(due_on)s, and yours is read before."
    )


class NoTimeLeftError(InputError):
    """The legal day is too near for any wait."""

    code = "no-time-left"
    default_message = _(
        "No later day is possible: by law our answer is due by %(due_on)s. What arrives before still counts."
    )


@dataclass(frozen=True)
class NewItem:
    """One thing to ask the applicant for: words that the applicant reads, and perhaps a kind of paper."""

    text: str
    evidence_kind: str = ""


def ask_applicant(
    *,
    appeal: Appeal,
    items: Sequence[NewItem],
    due_on: date | None = None,
    expected_version: int | None = None,
    by: Actor,
    now: datetime,
) -> Request:
    """Ask the applicant for things by a day; our own clock waits meanwhile, the law's does not."""
    check_staff(appeal=appeal, by=by)
    check_independent(appeal=appeal, by=by)
    texts = _clean_items(items)
    _check_rounds(appeal)
    day = usual_day(appeal, now, "information") if due_on is None else due_on
    check_due(appeal=appeal, day=day, now=now)
    with transaction.atomic():
        move(
            appeal=appeal, event=Event.ASK_APPLICANT, by=by, now=now, expected_version=expected_version,
            saved_at=now,
        )  # fmt: skip
        request = _create(appeal, RequestKind.ITEMS, by, now, due_on=day)
        RequestItem.objects.bulk_create(
            RequestItem(
                request=request, position=place, text=ExternalText(text), evidence_kind=item.evidence_kind
            )
            for place, (item, text) in enumerate(zip(items, texts, strict=True), 1)
        )  # fmt: skip
        queue_message(
            kind=Kind.APPEAL_INFO_REQUESTED, applicant=appeal.applicant, about=appeal.reference,
            params={"due_on": day}, now=now,
        )  # fmt: skip
    return request


def ask_third_party(
    *,
    appeal: Appeal,
    source: str,
    text: str,
    chase_on: date | None = None,
    expected_version: int | None = None,
    by: Actor,
    now: datetime,
) -> Request:
    """Ask a third party; no clock waits, and on the chase date the case comes back to its reviewer."""
    check_holder(appeal=appeal, by=by)
    words = clean_text(text, field="text", limit=NOTE_LENGTH, is_required=True)
    name = clean_text(source, field="source", limit=40, is_required=True)
    day = usual_day(appeal, now, "third_party") if chase_on is None else chase_on
    _check_chase(appeal=appeal, day=day, now=now)
    with transaction.atomic():
        move(
            appeal=appeal, event=Event.ASK_THIRD_PARTY, by=by, now=now, expected_version=expected_version,
            saved_at=now,
        )  # fmt: skip
        request = _create(appeal, RequestKind.THIRD_PARTY, by, now, due_on=day, source=name, text=words)
        queue_message(
            kind=Kind.THIRD_PARTY_ASKED, applicant=appeal.applicant, about=appeal.reference,
            params={"due_on": day}, now=now,
        )  # fmt: skip
    return request


def record_third_party_answer(
    *, request: Request, answer: str, expected_version: int | None = None, by: Actor, now: datetime
) -> Request:
    """Write down what a third party said; the review goes on."""
    appeal = request.appeal
    check_holder(appeal=appeal, by=by)
    if request.kind != RequestKind.THIRD_PARTY:
        raise IllegalMoveError(status=AppealStatus(appeal.status).label)
    if request.state == RequestState.ANSWERED:
        return request
    words = clean_text(answer, field="answer", limit=NOTE_LENGTH, is_required=True)
    with transaction.atomic():
        move(
            appeal=appeal, event=Event.THIRD_PARTY_ANSWERED, by=by, now=now,
            expected_version=expected_version, saved_at=now,
        )  # fmt: skip
        settle(request=request, state=RequestState.ANSWERED, by=by, now=now, answer=InternalText(words))
    return request


def chase_third_parties(now: datetime) -> int:
    """Bring cases back whose third party did not answer by its date; how many there were."""
    due = Request.objects.filter(
        kind=RequestKind.THIRD_PARTY, state=RequestState.OPEN, due_on__lte=now.date() + timedelta(days=1)
    ).select_related("appeal__applicant", "appeal__decision", "appeal__claimed_by")
    return sum(_chase(request, now) for request in due)


def check_due(*, appeal: Appeal, day: date, after: date | None = None, now: datetime) -> None:
    """Refuse a day that is not in the future, would let our clock wait too long, or comes too late by law."""
    today = legal_day(now, calendar_of(appeal).zone)
    if day <= today:
        raise InputError(fields={"due_on": [_("Choose a day after today.")]})
    waits_until, read_until = _waits_until(appeal, now), _read_until(appeal, today)
    if day > read_until and read_until <= waits_until:
        kind = PastLegalDayError if read_until > (after or today) else NoTimeLeftError
        raise _beside_day(kind, last_on=show_day(read_until), due_on=show_day(_legal_end(appeal)))
    if day > waits_until:
        raise _beside_day(PauseTooLongError, last_on=show_day(waits_until))


def last_day_to_answer(appeal: Appeal, now: datetime) -> date:
    """The last day that an answer may be given, however it is asked for; it may have passed."""
    today = legal_day(now, calendar_of(appeal).zone)
    return min(_waits_until(appeal, now), _read_until(appeal, today))


def _waits_until(appeal: Appeal, now: datetime) -> date:
    """The last day within our own limit on waiting, all rounds together."""
    calendar = calendar_of(appeal)
    today = legal_day(now, calendar.zone)
    left = number_section("information")["paused_working_days"] - paused_working_days(appeal, now)
    return calendar.add_working_days(today, left) if left > 0 else today


def _read_until(appeal: Appeal, today: date) -> date:
    """The last day after which there is still time to read an answer and decide before the legal day.

    Once that day has passed it limits nothing: what helps the person may still be asked for.
    """
    if _legal_end(appeal) < today:
        return date.max
    reserve = number_section("information")["reserve_working_days"]
    return calendar_of(appeal).leave_working_days(_legal_end(appeal), reserve)


def _legal_end(appeal: Appeal) -> date:
    end = legal_day_of(appeal)
    assert end is not None, "what was sent has a legal day"
    return end


def _beside_day(kind: type[InputError], *, last_on: str, due_on: str = "") -> InputError:
    problem = str(kind(last_on=last_on, due_on=due_on))
    return kind(problem, fields={"due_on": [problem]})


def _check_chase(*, appeal: Appeal, day: date, now: datetime) -> None:
    """A third party keeps nobody waiting past the legal day, or past the usual time where that is later."""
    if day <= legal_day(now, calendar_of(appeal).zone):
        raise InputError(fields={"chase_on": [_("Choose a day after today.")]})
    last_on = max(legal_day_of(appeal) or day, usual_day(appeal, now, "third_party"))
    if day > last_on:
        problem = _("Choose a day until %(last_on)s. The legal date does not wait for a third party.")
        raise InputError(fields={"chase_on": [problem % {"last_on": show_day(last_on)}]})


def usual_day(appeal: Appeal, now: datetime, section: str) -> date:
    """The day that we usually give: so many working days from today, within the limits on waiting."""
    calendar = calendar_of(appeal)
    today = legal_day(now, calendar.zone)
    day = calendar.add_working_days(today, number_section(section)["usual_working_days"])
    if section != "information":
        return day
    return max(min(day, last_day_to_answer(appeal, now)), calendar.add_working_days(today, 1))


def settle(*, request: Request, state: RequestState, by: Actor, now: datetime, **changes: object) -> None:
    """Settle an open request exactly once, in the caller's transaction; else StaleError."""
    values: dict[str, object] = {"state": state, "settled_by": by.code, "settled_at": now, **changes}
    if not Request.objects.filter(pk=request.pk, state=RequestState.OPEN).update(**values):
        raise StaleError
    for name, value in values.items():
        setattr(request, name, value)
    record(
        verb=Verb.REQUEST_SETTLED, subject=request.appeal.reference, actor=by.code, now=now,
        codes={"request": request.reference, "kind": str(request.kind), "state": str(state)},
    )  # fmt: skip


def _create(
    appeal: Appeal,
    kind: RequestKind,
    by: Actor,
    now: datetime,
    *,
    due_on: date,
    source: str = "",
    text: str = "",
) -> Request:
    request = Request.objects.create(
        reference=new_reference("RQ"), appeal=appeal, kind=kind, due_on=due_on, source=source,
        text=ExternalText(text), asked_by=by.code, asked_at=now,
    )  # fmt: skip
    record(
        verb=Verb.REQUEST_MADE, subject=appeal.reference, actor=by.code, now=now,
        codes={"request": request.reference, "kind": kind.value, "due_on": due_on.isoformat()},
    )  # fmt: skip
    return request


def _clean_items(items: Sequence[NewItem]) -> list[str]:
    if not 0 < len(items) <= MAX_ITEMS:
        raise InputError(fields={"items": [_("Ask for at least one thing, and for ten at most.")]})
    for item in items:
        if item.evidence_kind:
            get_kind(item.evidence_kind)
    return [
        clean_text(item.text, field=f"items.{place}", limit=NOTE_LENGTH, is_required=True)
        for place, item in enumerate(items)
    ]


def most_rounds() -> int:
    """How many times an applicant is asked at most."""
    return number_section("information")["rounds"]


def _check_rounds(appeal: Appeal) -> None:
    rounds = most_rounds()
    if appeal.requests.filter(kind=RequestKind.ITEMS).count() >= rounds:
        raise TooManyRoundsError(rounds=rounds)


def _chase(request: Request, now: datetime) -> bool:
    appeal = request.appeal
    if request.due_on is None or legal_day(now, calendar_of(appeal).zone) < request.due_on:
        return False
    try:
        with transaction.atomic():
            settle(request=request, state=RequestState.LAPSED, by=SITE, now=now)
            if appeal.status == AppealStatus.WAITING_THIRD_PARTY:
                move(appeal=appeal, event=Event.THIRD_PARTY_ANSWERED, by=SITE, now=now, saved_at=now)
                if appeal.claimed_by is not None:
                    queue_message(
                        kind=Kind.APPEAL_ANSWERED, user=appeal.claimed_by, about=appeal.reference, now=now
                    )
    except StaleError:
        return False
    return True
