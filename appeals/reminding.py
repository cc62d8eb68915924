"""Reminders at half, four fifths and the whole of each clock, once each; late ones name the way outside.

Whoever looks at the clocks of an appeal also keeps the day on which it passes our own target, for counting.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from accounts.actors import SITE
from accounts.colleagues import list_supervisors
from accounts.models import User
from accounts.roles import Role
from appeals.clocks import ClockState, calendar_of, list_clocks, rule_by
from appeals.models import Appeal, Reminder
from appeals.notices import send_holding
from appeals.states import ENDED, Clock, Status
from appeals.terms import section
from applicants.showing import language_key
from core.calendars import end_of_day
from core.catalogues import get_catalogue
from core.errors import StaleError
from notifications.kinds import Kind
from notifications.models import Message
from notifications.queueing import queue_message

AT_ONCE: Final = 2_000
LOOK_AGAIN: Final = timedelta(hours=6)
_OVER: Final = tuple(status.value for status in (*ENDED, Status.DRAFT, Status.DECIDED))


@dataclass(frozen=True)
class _Mark:
    """A share of a clock that has passed, and the day on which all of it has."""

    percent: int
    due_on: date


def remind(now: datetime) -> int:
    """Send the reminders that are due, each once; how many appeals were looked at."""
    due = Appeal.objects.filter(remind_at__lte=now).select_related(
        "applicant", "claimed_by", "decision", "remedy"
    )
    looked_at = 0
    for appeal in due.prefetch_related("pauses", "extensions").order_by("remind_at")[:AT_ONCE]:
        looked_at += _look_at(appeal, now)
    return looked_at


def _look_at(appeal: Appeal, now: datetime) -> bool:
    again = None if appeal.status in _OVER else now + LOOK_AGAIN
    clocks = list_clocks(appeal, now) if again else []
    # Only the columns that are read here are set, so that nobody's command becomes stale by it.
    as_read = Q(pk=appeal.pk, remind_at=appeal.remind_at)
    try:
        with transaction.atomic():
            if not Appeal.objects.filter(as_read).update(remind_at=again, target_at=_target(appeal, clocks)):
                return False
            marks = [*_pass_marks(appeal, clocks, now), *_pass_ruling(appeal, now)]
            if marks:
                _tell_colleagues(appeal, marks, now)
    except StaleError:
        return False
    return True


def _target(appeal: Appeal, clocks: list[ClockState]) -> datetime | None:
    """When our own target passes; nothing while its clock stands still or has stopped in time."""
    ours = next((clock for clock in clocks if clock.clock is Clock.SERVICE), None)
    if ours is None or ((ours.is_paused or ours.is_stopped) and not ours.is_over):
        return None
    return end_of_day(ours.due_on, calendar_of(appeal).zone)


def _pass_marks(appeal: Appeal, clocks: list[ClockState], now: datetime) -> Iterator[_Mark]:
    """The highest new mark of each running clock; the applicant hears when it is the end of the law's."""
    for clock in clocks:
        percent = 0 if clock.is_stopped or clock.is_paused else _note(appeal, clock, now)
        if percent:
            yield _Mark(percent, clock.due_on)
        if clock.clock is Clock.STATUTORY and percent >= 100:
            _tell_applicant(appeal, clock.due_on, now)


def _note(appeal: Appeal, clock: ClockState, now: datetime) -> int:
    told = set(appeal.reminders.filter(clock=clock.clock.value).values_list("percent", flat=True))
    # That a remedy is late is told once its day has passed: see `remedy.alert_late_remedies`.
    percents = [one for one in section("reminders")["percent"] if one < 100 or clock.clock != Clock.REMEDY]
    reached = [percent for percent in percents if clock.used_pct >= percent]
    untold = [percent for percent in reached if percent not in told]
    Reminder.objects.bulk_create(
        Reminder(appeal=appeal, clock=clock.clock.value, percent=percent, sent_at=now) for percent in untold
    )
    return max(untold, default=0)


def _pass_ruling(appeal: Appeal, now: datetime) -> Iterator[_Mark]:
    """That nobody has ruled in time on taking the appeal in, once."""
    day = rule_by(appeal)
    if day is None or now <= end_of_day(day, calendar_of(appeal).zone):
        return
    _row, is_new = Reminder.objects.get_or_create(
        appeal=appeal, clock="screening", percent=100, defaults={"sent_at": now}
    )
    if is_new:
        yield _Mark(100, day)


def _tell_applicant(appeal: Appeal, due_on: date, now: datetime) -> None:
    queue_message(
        kind=Kind.APPEAL_OVERDUE, applicant=appeal.applicant, about=appeal.reference,
        params={"outside": outside_body(appeal)}, now=now,
    )  # fmt: skip
    send_holding(appeal=appeal, due_on=due_on, by=SITE, now=now)


def _tell_colleagues(appeal: Appeal, marks: list[_Mark], now: datetime) -> None:
    """One message each, however many clocks passed a mark at this look; it names the nearest day."""
    due_on = min(mark.due_on for mark in marks)
    for user in _whom(appeal, max(mark.percent for mark in marks)):
        queue_message(
            kind=Kind.APPEAL_WAITING, user=user, about=appeal.reference, params={"due_on": due_on}, now=now
        )


def has_told_supervisors(appeal: Appeal) -> bool:
    """Whether a supervisor was told that the legal day has passed."""
    reminders = appeal.reminders.filter(clock=Clock.STATUTORY.value, percent=100)
    told = Message.objects.filter(kind=Kind.APPEAL_WAITING.value, about=appeal.reference)
    at = reminders.values_list("sent_at", flat=True).first()
    return at is not None and told.filter(user__role=Role.SUPERVISOR.value, created_at__gte=at).exists()


def outside_body(appeal: Appeal) -> str:
    """Where the applicant can turn outside, in the applicant's language."""
    profile = get_catalogue("jurisdictions").document[appeal.applicant.jurisdiction]
    return str(profile["escalation"][language_key(appeal.applicant.language)])


def _whom(appeal: Appeal, percent: int) -> list[User]:
    holder = appeal.claimed_by if appeal.claimed_by and appeal.claimed_by.is_active else None
    if holder is not None and percent < 80:
        return [holder]
    supervisors = list(list_supervisors())
    return [*([holder] if holder is not None and holder not in supervisors else []), *supervisors]
