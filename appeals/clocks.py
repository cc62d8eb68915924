"""When an appeal must be decided and why: computed on read from what happened, in the applicant's zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from appeals.appealability import appeal_window
from appeals.jurisdictions import Jurisdiction, get_jurisdiction
from appeals.models import Appeal
from appeals.states import Status
from applicants.models import Applicant
from core.calendars import end_of_day, get_calendar, legal_day

DRAFT_IDLE_DAYS: Final = 30
REINSTATE_DAYS: Final = 14
TARGET_WORKING_DAYS: Final = 10
URGENT_WORKING_DAYS: Final = 5
LAPSE_WORKING_DAYS: Final = 2
_PAUSED: Final = frozenset({Status.INFO_REQUESTED.value})
_STOPPED: Final = frozenset({Status.WITHDRAWN.value})


@dataclass(frozen=True)
class Step:
    """One line of how a date came about, in the active language."""

    day: date
    text: str


@dataclass(frozen=True)
class Pause:
    """A time in which a clock stood still; open while `until` is None."""

    status: str
    since: datetime
    until: datetime | None


def statutory_end(applicant: Applicant, submitted_at: datetime, *, stopped_days: int = 0) -> datetime:
    """The last second in which the law lets us decide an appeal sent at this instant."""
    jurisdiction = get_jurisdiction(applicant)
    days = jurisdiction.decision_days + stopped_days
    day = legal_day(submitted_at, jurisdiction.zone) + timedelta(days=days)
    return end_of_day(day, jurisdiction.zone)


def due_at(appeal: Appeal) -> datetime | None:
    """The statutory end of a sent appeal, moved only by the days it was withdrawn; a draft has none."""
    if appeal.submitted_at is None:
        return None
    zone = get_jurisdiction(appeal.applicant).zone
    stopped = sum(
        (legal_day(stop.until, zone) - legal_day(stop.since, zone)).days
        for stop in _list_pauses(appeal, _STOPPED)
        if stop.until
    )
    return statutory_end(appeal.applicant, appeal.submitted_at, stopped_days=stopped)


def due_on(appeal: Appeal) -> date | None:
    """The last day on which the law lets us decide, as the applicant counts days."""
    end = due_at(appeal)
    return None if end is None else legal_day(end, get_jurisdiction(appeal.applicant).zone)


def reinstate_until(applicant: Applicant, withdrawn_at: datetime) -> date:
    """The last day on which a withdrawn appeal may be taken up again."""
    return legal_day(withdrawn_at, get_jurisdiction(applicant).zone) + timedelta(days=REINSTATE_DAYS)


def draft_ends_at(appeal: Appeal) -> datetime:
    """When a draft ends: with the window, or after 30 days without a change."""
    zone = get_jurisdiction(appeal.applicant).zone
    idle = end_of_day(legal_day(appeal.saved_at, zone) + timedelta(days=DRAFT_IDLE_DAYS), zone)
    return min(appeal_window(appeal.decision).ends_at, idle)


def target_on(appeal: Appeal) -> date | None:
    """The day by which we want to decide: working days, standing still while we wait for the applicant."""
    if appeal.submitted_at is None:
        return None
    jurisdiction = get_jurisdiction(appeal.applicant)
    calendar = get_calendar(jurisdiction.calendar)
    days = _target_days(appeal)
    zone = jurisdiction.zone
    paused = sum(
        calendar.count_working_days(legal_day(pause.since, zone), legal_day(pause.until, zone))
        for pause in list_pauses(appeal)
        if pause.until
    )
    return calendar.add_working_days(legal_day(appeal.submitted_at, zone), days + paused)


def list_pauses(appeal: Appeal) -> list[Pause]:
    """Every time in which the appeal waited for the applicant, from its events."""
    return _list_pauses(appeal, _PAUSED | _STOPPED)


def lapses_on(appeal: Appeal) -> date | None:
    """The last working day on which an untouched claim still holds."""
    if appeal.claimed_at is None:
        return None
    jurisdiction = get_jurisdiction(appeal.applicant)
    touched = max(appeal.claimed_at, appeal.saved_at)
    calendar = get_calendar(jurisdiction.calendar)
    return calendar.add_working_days(legal_day(touched, jurisdiction.zone), LAPSE_WORKING_DAYS)


def why_due(appeal: Appeal) -> list[Step]:
    """How the dates came about, one step a line; empty for a draft."""
    due, target = due_on(appeal), target_on(appeal)
    if appeal.submitted_at is None or due is None or target is None:
        return []
    jurisdiction = get_jurisdiction(appeal.applicant)
    started = legal_day(appeal.submitted_at, jurisdiction.zone)
    return [
        Step(started, _("We received your appeal. The time starts on this day.")),
        *(_describe(pause, jurisdiction) for pause in list_pauses(appeal)),
        Step(target, _("Our own target: %(days)s working days.") % {"days": _target_days(appeal)}),
        Step(due, _("The latest day by law: %(days)s calendar days.") % {"days": jurisdiction.decision_days}),
    ]


def _list_pauses(appeal: Appeal, statuses: frozenset[str]) -> list[Pause]:
    pauses: list[Pause] = []
    for event in appeal.events.all():
        if pauses and pauses[-1].until is None and event.to_status not in statuses:
            pauses[-1] = Pause(pauses[-1].status, since=pauses[-1].since, until=event.at)
        elif event.to_status in statuses:
            pauses.append(Pause(event.to_status, since=event.at, until=None))
    return pauses


def _describe(pause: Pause, jurisdiction: Jurisdiction) -> Step:
    day = legal_day(pause.since, jurisdiction.zone)
    if pause.status in _STOPPED:
        return Step(day, _("The appeal was withdrawn. All dates wait until it is taken up again."))
    return Step(day, _("We asked you for something. Our own target waits, the legal date does not."))


def _target_days(appeal: Appeal) -> int:
    return URGENT_WORKING_DAYS if appeal.is_urgent else TARGET_WORKING_DAYS
