"""The few steps that an appeal goes through, as the applicant sees them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from appeals.clocks import due_at, due_on
from appeals.models import Appeal, AppealOutcome, AppealStatus
from appeals.remedy import is_overdue

_ENDED_EARLY: Final = frozenset({AppealStatus.WITHDRAWN, AppealStatus.NOT_ACCEPTED})
# The step that is under way while the appeal has this status.
_PRESENT: Final[dict[str, int]] = {
    AppealStatus.SUBMITTED: 1,
    AppealStatus.SCREENING: 1,
    AppealStatus.QUEUED: 2,
    AppealStatus.IN_REVIEW: 2,
    AppealStatus.INFO_REQUESTED: 2,
    AppealStatus.WAITING_THIRD_PARTY: 2,
    AppealStatus.PROPOSED: 2,
    AppealStatus.DECIDED: 4,
    AppealStatus.REMEDY: 4,
    AppealStatus.CLOSED: 5,
}


@dataclass(frozen=True)
class Stage:
    """One step: done, under way or later; with its date once there is one."""

    title: str | Promise
    words: str | Promise
    day: date | datetime | None
    tone: str
    is_now: bool


def list_stages(appeal: Appeal, now: datetime) -> list[Stage]:
    """Every step of a sent appeal in order."""
    if appeal.status in _ENDED_EARLY:
        label = capfirst(AppealStatus(appeal.status).label)
        ended = [event.at for event in appeal.events.all() if event.to_status == appeal.status]
        return [
            Stage(_("Received"), "", appeal.submitted_at, "done", is_now=False),
            Stage(label, "", ended[-1] if ended else None, "done", is_now=True),
        ]
    present = _PRESENT.get(appeal.status, 0)
    steps = _describe(appeal, now)
    if appeal.outcome == AppealOutcome.UNCHANGED:
        steps = steps[:4]
    return [
        Stage(title, words if place >= present else "", day, _tone(place, present), is_now=place == present)
        for place, (title, words, day) in enumerate(steps)
    ]


def _describe(
    appeal: Appeal, now: datetime
) -> list[tuple[str | Promise, str | Promise, date | datetime | None]]:
    is_decided = appeal.decided_at is not None
    last = due_at(appeal)
    return [
        (_("Received"), "", appeal.submitted_at),
        (
            _("Checked in"),
            _("A person looks at whether the appeal can be taken up.")
            if appeal.status == AppealStatus.SCREENING
            else _("We make sure that your files can be opened. This takes a few minutes."),
            _arrived(appeal, AppealStatus.QUEUED),
        ),
        (
            _("Looked at by a person"),
            _("Somebody who had no part in the decision reads what you sent and checks your papers."),
            _arrived(appeal, AppealStatus.IN_REVIEW),
        ),
        (
            _("Decided"),
            _answered_by(is_late=last is not None and now > last) if not is_decided else "",
            appeal.decided_at or due_on(appeal),
        ),
        _effect(appeal, now),
    ]


def _effect(appeal: Appeal, now: datetime) -> tuple[str | Promise, str | Promise, date | datetime | None]:
    if appeal.status == AppealStatus.REMEDY:
        words = _("At the latest on this day. We write to you then.")
        if is_overdue(appeal.remedy, now):
            words = _("This should have been done by this day. We write to you as soon as it is.")
        return _("Being put into effect"), words, appeal.remedy.due_on
    counts = _("If the result changes, it counts from the moment of the decision.")
    return _("In effect"), counts, _arrived(appeal, AppealStatus.CLOSED)


def _answered_by(*, is_late: bool) -> Promise:
    if is_late:
        return _("You should have had our answer by this day. We write to you as soon as there is one.")
    return _("At the latest on this day. We write to you at once.")


def _arrived(appeal: Appeal, status: str) -> datetime | None:
    return next((event.at for event in appeal.events.all() if event.to_status == status), None)


def _tone(place: int, present: int) -> str:
    if place < present:
        return "done"
    return "now" if place == present else "later"
