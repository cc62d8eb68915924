"""When an appeal must be decided and why: computed on read from stored pauses, in the applicant's zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from appeals.appealability import appeal_window
from appeals.jurisdictions import get_jurisdiction
from appeals.models import Appeal, ExtensionState, Pause
from appeals.states import Clock, Status
from appeals.terms import Terms, number_section, terms_of
from applicants.models import Applicant
from core.calendars import Calendar, end_of_day, get_calendar, legal_day


@dataclass(frozen=True)
class ClockState:
    """One clock as it stands: `used_pct` counts what has run, waiting times left out."""

    clock: Clock
    started_on: date
    due_on: date
    used_pct: int
    is_paused: bool
    is_stopped: bool
    is_over: bool
    is_certain: bool


def statutory_end(*, started_at: datetime, days: int, stopped_days: int, terms: Terms) -> datetime:
    """The last second in which the law lets us decide what was sent at this instant."""
    day = legal_day(started_at, terms.timezone) + timedelta(days=days + stopped_days)
    return end_of_day(day, terms.timezone)


def first_end(terms: Terms, submitted_at: datetime) -> datetime:
    """The statutory end of an appeal in the moment in which it is sent."""
    return statutory_end(started_at=submitted_at, days=terms.decision_days, stopped_days=0, terms=terms)


def due_at(appeal: Appeal) -> datetime | None:
    """The statutory end of a sent appeal, moved only by extensions and stopped days; a draft has none."""
    if appeal.submitted_at is None:
        return None
    terms = terms_of(appeal)
    return statutory_end(
        started_at=appeal.submitted_at, days=statutory_days(appeal), terms=terms,
        stopped_days=_stopped_days(list_pauses(appeal, Clock.STATUTORY), terms),
    )  # fmt: skip


def statutory_days(appeal: Appeal) -> int:
    """The calendar days that the law gives this appeal, extensions included."""
    granted = [row.to_days for row in appeal.extensions.all() if row.state == ExtensionState.GRANTED]
    return max([terms_of(appeal).decision_days, *granted])


def is_over(appeal: Appeal, now: datetime) -> bool:
    """Whether the last second has passed in which the law lets us decide."""
    end = due_at(appeal)
    return end is not None and now > end


def due_on(appeal: Appeal) -> date | None:
    """The last day on which the law lets us decide, as the applicant counts days."""
    end = due_at(appeal)
    return None if end is None else legal_day(end, terms_of(appeal).timezone)


def reinstate_until(applicant: Applicant, withdrawn_at: datetime) -> date:
    """The last day on which a withdrawn appeal may be taken up again."""
    days = number_section("withdrawn")["reinstate_days"]
    return legal_day(withdrawn_at, get_jurisdiction(applicant).zone) + timedelta(days=days)


def acceptance_review_until(applicant: Applicant, refused_at: datetime) -> date:
    """The last day on which a refusal to take an appeal in may be put before another person."""
    days = number_section("not_accepted")["review_days"]
    return legal_day(refused_at, get_jurisdiction(applicant).zone) + timedelta(days=days)


def draft_ends_at(appeal: Appeal) -> datetime:
    """When a draft ends: with the window unless it is late anyway, or after 30 days without a change."""
    zone = get_jurisdiction(appeal.applicant).zone
    days = number_section("drafts")["idle_days"]
    idle = end_of_day(legal_day(appeal.saved_at, zone) + timedelta(days=days), zone)
    return idle if appeal.late_reason else min(appeal_window(appeal.decision).ends_at, idle)


def rule_by(appeal: Appeal) -> date | None:
    """The day by which we want to have ruled on taking the appeal in; None where that is not asked now."""
    if appeal.status != Status.SCREENING:
        return None
    came = [event.at for event in appeal.events.all() if event.to_status == Status.SCREENING]
    if not came:
        return None
    calendar = calendar_of(appeal)
    first = legal_day(calendar.next_working_moment(came[-1]), calendar.zone)
    return calendar.add_working_days(first, number_section("targets")["screening_working_days"])


def target_on(appeal: Appeal) -> date | None:
    """The day by which we want to decide: working days, standing still while we wait for the applicant."""
    if appeal.submitted_at is None:
        return None
    return service_target(
        started_on=service_start(appeal), days=target_days(appeal), calendar=calendar_of(appeal),
        paused_days=paused_working_days(appeal),
    )  # fmt: skip


def service_target(*, started_on: date, days: int, paused_days: int, calendar: Calendar) -> date:
    """The working day that lies so many worked days after the first one."""
    return calendar.add_working_days(started_on, days + paused_days)


def service_start(appeal: Appeal) -> date:
    """The working day on which our own time starts: the first moment of work after it was sent."""
    calendar = calendar_of(appeal)
    sent = appeal.submitted_at or appeal.opened_at
    return legal_day(calendar.next_working_moment(sent), calendar.zone)


def paused_working_days(appeal: Appeal, now: datetime | None = None) -> int:
    """The working days in which our own time stood still; a pause that still runs counts up to `now`."""
    calendar = calendar_of(appeal)
    ends = [(pause, pause.until or now) for pause in list_pauses(appeal, Clock.SERVICE)]
    return sum(_worked_between(calendar, pause.since, until) for pause, until in ends if until)


def target_days(appeal: Appeal) -> int:
    """The working days in which we want to decide."""
    terms = terms_of(appeal)
    return terms.urgent_days if appeal.is_urgent else terms.target_days


def list_pauses(appeal: Appeal, clock: Clock | None = None) -> list[Pause]:
    """Every time in which a clock stood still, oldest first; without a clock each waiting time once."""
    pauses = list(appeal.pauses.all())
    wanted = clock or Clock.SERVICE
    return [pause for pause in pauses if pause.clock == wanted]


def lapses_on(appeal: Appeal) -> date | None:
    """The last working day on which an untouched claim still holds."""
    if appeal.claimed_at is None:
        return None
    calendar = calendar_of(appeal)
    touched = max(appeal.claimed_at, appeal.saved_at)
    days = number_section("claims")["idle_working_days"]
    return calendar.add_working_days(legal_day(touched, calendar.zone), days)


def calendar_of(appeal: Appeal) -> Calendar:
    """The calendar of working days that counts for this appeal."""
    return get_calendar(terms_of(appeal).calendar)


def list_clocks(appeal: Appeal, now: datetime) -> list[ClockState]:
    """The clocks that concern this appeal now; a draft has none."""
    if appeal.submitted_at is None:
        return []
    remedy = getattr(appeal, "remedy", None)
    clocks = [_statutory(appeal, now), _service(appeal, now)]
    return [*clocks, _remedy(appeal, now)] if remedy is not None else clocks


def stopped_at(appeal: Appeal) -> datetime | None:
    """When the clocks stopped for good: the answer was on its way."""
    return appeal.letter_left_at or appeal.decided_at


def _statutory(appeal: Appeal, now: datetime) -> ClockState:
    assert appeal.submitted_at is not None
    terms, end = terms_of(appeal), due_at(appeal)
    assert end is not None
    pauses = list_pauses(appeal, Clock.STATUTORY)
    at = _reading(appeal, pauses, now)
    run = at - appeal.submitted_at - _stopped(pauses)
    whole = end - appeal.submitted_at - timedelta(days=_stopped_days(pauses, terms))
    return ClockState(
        clock=Clock.STATUTORY, started_on=legal_day(appeal.submitted_at, terms.timezone),
        due_on=legal_day(end, terms.timezone), used_pct=_percent(run, whole),
        is_paused=_is_open(pauses), is_stopped=stopped_at(appeal) is not None,
        is_over=at > end, is_certain=True,
    )  # fmt: skip


def _service(appeal: Appeal, now: datetime) -> ClockState:
    calendar, started, pauses = calendar_of(appeal), service_start(appeal), list_pauses(appeal, Clock.SERVICE)
    target = target_on(appeal)
    assert target is not None
    today = legal_day(_reading(appeal, pauses, now), calendar.zone)
    paused = paused_working_days(appeal)
    run = max(calendar.count_working_days(started, today) - paused, 0) if today > started else 0
    return ClockState(
        clock=Clock.SERVICE, started_on=started, due_on=target, used_pct=100 * run // target_days(appeal),
        is_paused=_is_open(pauses), is_stopped=stopped_at(appeal) is not None, is_over=today > target,
        is_certain=calendar.is_certain(target),
    )  # fmt: skip


def _remedy(appeal: Appeal, now: datetime) -> ClockState:
    remedy, calendar = appeal.remedy, calendar_of(appeal)
    started = legal_day(remedy.started_at, calendar.zone)
    today = legal_day(remedy.confirmed_at or now, calendar.zone)
    days = max(calendar.count_working_days(started, remedy.due_on), 1)
    return ClockState(
        clock=Clock.REMEDY, started_on=started, due_on=remedy.due_on,
        used_pct=100 * calendar.count_working_days(started, today) // days, is_paused=False,
        is_stopped=remedy.confirmed_at is not None, is_over=today > remedy.due_on,
        is_certain=calendar.is_certain(remedy.due_on),
    )  # fmt: skip


def _reading(appeal: Appeal, pauses: list[Pause], now: datetime) -> datetime:
    """The instant at which the clock is read: its stop, the start of an open pause, or now."""
    stop = stopped_at(appeal)
    if stop is not None:
        return min(stop, now)
    if appeal.status == Status.CLOSED or not _is_open(pauses):
        return now
    return min(pauses[-1].since, now)


def _is_open(pauses: list[Pause]) -> bool:
    return bool(pauses) and pauses[-1].until is None


def _stopped(pauses: list[Pause]) -> timedelta:
    return sum((pause.until - pause.since for pause in pauses if pause.until), timedelta())


def _stopped_days(pauses: list[Pause], terms: Terms) -> int:
    ended = [(pause.since, pause.until) for pause in pauses if pause.until]
    return sum(
        (legal_day(until, terms.timezone) - legal_day(since, terms.timezone)).days for since, until in ended
    )


def _worked_between(calendar: Calendar, since: datetime, until: datetime) -> int:
    return calendar.count_working_days(legal_day(since, calendar.zone), legal_day(until, calendar.zone))


def _percent(run: timedelta, whole: timedelta) -> int:
    return max(int(100 * run / whole), 0) if whole else 100
