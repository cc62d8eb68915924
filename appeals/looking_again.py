"""Looking again at decisions when facts have changed: better for the person, or as it was."""

from collections.abc import Iterator
from datetime import datetime

from appeals.appealability import appeal_window, count_decided, get_open_appeal
from appeals.models import Stay
from applicants.models import Applicant, Dispute, RerunState
from applicants.terms import today_of
from decisions.freezing_reasons import GIVES_MONEY, Frozen
from decisions.giving_back import give_back_again, is_taken
from decisions.line_states import IN_USE
from decisions.models import Decision, DecisionKind, Line, LineState, Outcome, ProposalState
from decisions.waking import decide_again


def look_again(*, reference: str, now: datetime) -> int:
    """Decide again where today's facts give more than before; returns how many. Twice changes nothing.

    Where a person decided, or must, the better result waits for a person to confirm it.
    """
    applicant = Applicant.objects.get(reference=reference)
    if _is_checked(applicant):
        return 0
    today, written = today_of(applicant, now).isoformat(), 0
    for decision in list(_newest(applicant)):
        newer = None
        if _is_declined(decision, today) or _waits_for_a_person(decision):
            newer = decide_again(decision, is_news=_is_better, now=now)
        elif is_taken(decision) and appeal_window(decision).is_open(now):
            newer = give_back_again(decision=decision, is_free=_is_free, now=now)
        written += newer is not None
    return written


def _is_checked(applicant: Applicant) -> bool:
    """Whether a settled record is about to have its decisions looked at by itself."""
    return Dispute.objects.filter(applicant=applicant, rerun=RerunState.WAITING).exists()


def _newest(applicant: Applicant) -> Iterator[Decision]:
    """The last decision that stands of each product."""
    rows = Decision.objects.filter(applicant=applicant, superseded_by__isnull=True)
    seen: set[str] = set()
    for decision in rows.select_related("applicant", "application", "line").order_by("-id"):
        if decision.product not in seen:
            yield decision
        seen.add(decision.product)


def _is_declined(decision: Decision, today: str) -> bool:
    """Whether an application was declined, for as long as an appeal would be in time."""
    is_declined = decision.kind == DecisionKind.APPLICATION and decision.outcome == Outcome.DECLINE
    return is_declined and bool(decision.result["next"]["appeal_until"] >= today)


def _waits_for_a_person(decision: Decision) -> bool:
    """Whether an application is left to a colleague who has said nothing."""
    is_referred = decision.kind == DecisionKind.APPLICATION and decision.outcome == Outcome.REFER
    return is_referred and not decision.proposals.filter(state=ProposalState.PROPOSED).exists()


def _is_better(decision: Decision, frozen: Frozen) -> bool:
    """Whether money is given now and was not before, and no appeal nor line of the product stands beside."""
    gave, gives = decision.result["outcome"], frozen.columns["result"]["outcome"]
    if gives not in GIVES_MONEY or gave in GIVES_MONEY or get_open_appeal(decision) is not None:
        return False
    if decision.outcome == Outcome.REFER and not _waits_for_a_person(decision):
        return False
    return not Line.objects.filter(
        applicant=decision.applicant_id, product=decision.product, state__in=[*IN_USE, LineState.OFFERED]
    ).exists()


def _is_free(decision: Decision) -> bool:
    """Whether no appeal of the decision runs or was ruled on by a person, and nothing stays it."""
    if get_open_appeal(decision) is not None or count_decided(decision):
        return False
    return not Stay.objects.filter(line=decision.line_id, ended_at__isnull=True).exists()
