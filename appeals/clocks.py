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


@dataclass(frozen=True)
class Step:
    """One line of how a date came about, in the active language."""

    day: date
    text: str


@dataclass(frozen=True)
class Pause:
    """A time in which our own target stood still; open while `until` is None."""

    since: datetime
    until: datetime | None


def statutory_end(applicant: Applicant, submitted_at: datetime) -> datetime:
    """The last second in which the law lets us decide an appeal sent at this instant."""
    jurisdiction = get_jurisdiction(applicant)
    day = legal_day(submitted_at, jurisdiction.zone) + timedelta(days=jurisdiction.decision_days)
    return end_of_day(day, jurisdiction.zone)


def due_at(appeal: Appeal) -> datetime | None:
    """The statutory end of a sent appeal; a draft has none."""
    return None if appeal.submitted_at is None else statutory_end(appeal.applicant, appeal.submitted_at)


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
    pauses: list[Pause] = []
    for event in appeal.events.all():
        if event.to_status in _PAUSED:
            pauses.append(Pause(since=event.at, until=None))
        elif event.from_status in _PAUSED:
            pauses[-1] = Pause(since=pauses[-1].since, until=event.at)
    return pauses


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


def _describe(pause: Pause, jurisdiction: Jurisdiction) -> Step:
    day = legal_day(pause.since, jurisdiction.zone)
    return Step(day, _("We asked you for something. Our own target waits, the legal date does not."))


def _target_days(appeal: Appeal) -> int:
    return URGENT_WORKING_DAYS if appeal.is_urgent else TARGET_WORKING_DAYS
