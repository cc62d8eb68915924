"""Looking at a declined application again when facts have changed: better for the person, or as it was."""

from collections.abc import Iterator
from datetime import datetime

from appeals.appealability import get_open_appeal
from applicants.models import Applicant, Dispute, RerunState
from applicants.terms import today_of
from decisions.freezing_reasons import GIVES_MONEY, Frozen
from decisions.line_states import IN_USE
from decisions.models import Decision, DecisionKind, Line, LineState, Outcome
from decisions.waking import decide_again


def look_again(*, reference: str, now: datetime) -> int:
    """Decide again where today's facts give what was declined; returns how many. Twice changes nothing."""
    applicant = Applicant.objects.get(reference=reference)
    if applicant.person_decides_since is not None or _is_checked(applicant):
        return 0
    rows = list(_declined(applicant, now))
    return sum(decide_again(decision, is_news=_is_better, now=now) is not None for decision in rows)


def _is_checked(applicant: Applicant) -> bool:
    """Whether a settled record is about to have its decisions looked at by itself."""
    return Dispute.objects.filter(applicant=applicant, rerun=RerunState.WAITING).exists()


def _declined(applicant: Applicant, now: datetime) -> Iterator[Decision]:
    """What fixed rules declined last of each product, for as long as an appeal would be in time."""
    today = today_of(applicant, now).isoformat()
    rows = Decision.objects.filter(applicant=applicant, superseded_by__isnull=True)
    seen: set[str] = set()
    for decision in rows.select_related("applicant", "application").order_by("-id"):
        is_newest = decision.product not in seen
        seen.add(decision.product)
        is_declined = decision.kind == DecisionKind.APPLICATION and decision.outcome == Outcome.DECLINE
        if is_newest and is_declined and decision.is_automatic and _is_recent(decision, today):
            yield decision


def _is_recent(decision: Decision, today: str) -> bool:
    return bool(decision.result["next"]["appeal_until"] >= today)


def _is_better(decision: Decision, frozen: Frozen) -> bool:
    """Whether money is given now, and no appeal and no line of the product stands beside it."""
    if frozen.outcome not in GIVES_MONEY or get_open_appeal(decision) is not None:
        return False
    return not Line.objects.filter(
        applicant=decision.applicant_id, product=decision.product, state__in=[*IN_USE, LineState.OFFERED]
    ).exists()
