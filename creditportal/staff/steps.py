"""Where a case stands for the person looking at it: the steps of a review and the one that comes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appeals.models import Appeal, AppealStatus, Rerun, RerunState
from appeals.states import Event
from creditportal.staff.wording import WHOSE_MOVE

_WAITING: Final = frozenset({RerunState.QUEUED, RerunState.RUNNING})


@dataclass(frozen=True)
class Standing:
    """What decides the next step."""

    appeal: Appeal
    may: frozenset[Event]
    is_reviewing: bool
    is_conflicted: bool
    unassessed: int
    findings: int
    rerun: Rerun | None
    is_holder: bool = False
    petitions: int = 0
    settles_extension: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether a rerun is on its way."""
        return self.rerun is not None and self.rerun.state in _WAITING

    @property
    def has_result(self) -> bool:
        """Whether the present findings have a finished rerun."""
        return (
            self.appeal.verified_at is not None
            and self.rerun is not None
            and self.rerun.state == RerunState.DONE
        )

    @property
    def can_conclude(self) -> bool:
        """Whether the verification is still open and everything was looked at."""
        return self.is_reviewing and not self.is_waiting and not self.has_result


@dataclass(frozen=True)
class Step:
    """One step of a review."""

    label: str
    anchor: str
    is_done: bool
    is_current: bool = False


@dataclass(frozen=True)
class NextStep:
    """What to do now, and where on the page."""

    text: str
    anchor: str = ""


def list_steps(standing: Standing) -> list[Step]:
    """The steps of a review in order, the first open one marked."""
    appeal = standing.appeal
    is_ruled = appeal.status in (
        AppealStatus.PROPOSED,
        AppealStatus.DECIDED,
        AppealStatus.REMEDY,
        AppealStatus.CLOSED,
    )
    steps = [
        (_("Read"), "statement", appeal.statement_read_at is not None),
        (_("Assess"), "reasons", appeal.statement_read_at is not None and standing.unassessed == 0),
        (_("Conclude"), "conclude", appeal.verified_at is not None),
        (_("Result"), "result", standing.has_result),
        (_("Decide"), "decide", is_ruled),
    ]
    first_open = next((place for place, (_l, _a, is_done) in enumerate(steps) if not is_done), None)
    return [
        Step(label=label, anchor=anchor, is_done=is_done, is_current=place == first_open)
        for place, (label, anchor, is_done) in enumerate(steps)
    ]


def find_next_step(standing: Standing) -> NextStep:
    """The one thing that comes next."""
    return next(_candidates(standing))


def _candidates(standing: Standing) -> Iterator[NextStep]:
    appeal = standing.appeal
    yield from _other_people(standing)
    if appeal.status == AppealStatus.QUEUED:
        yield from _waiting_for_reviewer(standing)
    if appeal.status == AppealStatus.PROPOSED:
        yield from _waiting_for_signature(standing)
    if standing.is_reviewing:
        yield from _reviewing(standing)
    if appeal.status == AppealStatus.IN_REVIEW and appeal.claimed_by:
        yield NextStep(_("%(name)s reviews this case.") % {"name": appeal.claimed_by.display_name})
    yield NextStep(_("Next move: %(who)s.") % {"who": WHOSE_MOVE[appeal.status]})


def _other_people(standing: Standing) -> Iterator[NextStep]:
    """What somebody else waits for goes before one's own review."""
    may = standing.may
    if Event.ACCEPT in may:
        yield NextStep(_("Rule on whether this appeal is taken in."), "taking-in")
    if standing.settles_extension:
        yield NextStep(_("Agree to the longer time, or say why not."), "more-time")
    if standing.petitions:
        yield NextStep(_("The applicant asks for something. Answer it."), "requests")
    if Event.THIRD_PARTY_ANSWERED in may and standing.is_holder:
        yield NextStep(_("Write down what the third party answers."), "requests")
    if Event.REMEDY_CONFIRMED in may:
        yield NextStep(_("Confirm that the result took effect."), "remedy")


def _waiting_for_reviewer(standing: Standing) -> Iterator[NextStep]:
    if standing.is_conflicted:
        yield NextStep(_("You took part in this matter, so a colleague looks at it."))
    if Event.CLAIM in standing.may:
        yield NextStep(_("Nobody has this case yet. Take it to start."), "claim")


def _waiting_for_signature(standing: Standing) -> Iterator[NextStep]:
    if Event.AGREE in standing.may:
        yield NextStep(_("Check the proposal. Sign it, or send it back with a reason."), "decide")
    yield NextStep(_("A second person signs or sends it back."), "decide")


def _reviewing(standing: Standing) -> Iterator[NextStep]:
    if standing.appeal.statement_read_at is None:
        yield NextStep(_("Read what the applicant says."), "statement")
    if standing.is_waiting:
        yield NextStep(_("The decision is being recomputed. This takes a few seconds."), "result")
    if standing.has_result:
        yield NextStep(_("The result is there. Decide."), "decide")
    if standing.unassessed:
        text = ngettext(
            "Accept or do not accept %(count)d paper.",
            "Accept or do not accept %(count)d papers.",
            standing.unassessed,
        )
        yield NextStep(text % {"count": standing.unassessed}, "reasons")
    if standing.rerun is not None and standing.rerun.state == RerunState.FAILED:
        yield NextStep(_("Recomputing did not work. Conclude again."), "conclude")
    if not standing.findings:
        yield NextStep(_("Record what you found, or conclude without a finding."), "reasons")
    yield NextStep(_("Conclude the verification when nothing is missing."), "conclude")
