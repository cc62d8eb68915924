"""Looking at decisions again once a disputed record is settled: better for the person, or as it was."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.actors import SITE
from appeals.appealability import get_open_appeal
from applicants.disputing import conclude_rerun
from applicants.models import Applicant, Dispute, RerunState
from applicants.usable import usable_facts
from decisions.asking import answers_at_hand
from decisions.deciding import write_corrected_decision
from decisions.engines import Facts
from decisions.freezing_reasons import GIVES_MONEY
from decisions.models import Decision, DecisionKind, Outcome, ProposalState
from decisions.notices import DISPUTE_SETTLED
from decisions.rerunning import reassess
from decisions.waking import LOOK_AGAIN
from outbox.queueing import queue_work

_RANK: Final = {
    Outcome.APPROVE: 5, Outcome.COUNTER: 4, Outcome.HOLD: 3, Outcome.REFER: 2, Outcome.DECLINE: 1,
}  # fmt: skip


def rerun_dispute(*, reference: str, now: datetime) -> None:
    """Reassess each standing decision that the record was part of, and say how it all ended.

    Another engine is asked before anything is locked; where facts move meanwhile, the work is tried again.
    """
    with answers_at_hand() as answers:
        for decision, facts in _touched(_get(reference), now):
            reassess(decision=decision, facts=facts)
        answers.close()
        with transaction.atomic():
            Applicant.objects.select_for_update().get(pk=_get(reference).applicant_id)
            dispute = _get(reference)
            if dispute.rerun != RerunState.WAITING:
                return
            results = [
                _look_again(decision, facts, dispute, now) for decision, facts in _touched(dispute, now)
            ]
            state, written = _sum_up(results)
            conclude_rerun(dispute=dispute, rerun=state, decision=written, by=SITE, now=now)
            # Facts that came meanwhile were not looked at while this was waiting.
            subject = dispute.applicant.reference
            queue_work(kind=LOOK_AGAIN, subject=subject, key=f"{LOOK_AGAIN}:{reference}", now=now)


def _get(reference: str) -> Dispute:
    return Dispute.objects.select_related("applicant__user").get(reference=reference)


def _touched(dispute: Dispute, now: datetime) -> Iterator[tuple[Decision, Facts]]:
    """The newest standing decision of each product that used the record or left it out, and its facts now."""
    if dispute.rerun != RerunState.WAITING:
        return
    rows = Decision.objects.filter(applicant=dispute.applicant_id, superseded_by__isnull=True)
    seen: set[str] = set()
    for decision in rows.select_related("applicant", "application", "line", "policy").order_by("-id"):
        entry = decision.facts.get(dispute.characteristic, {})
        is_new = decision.product not in seen
        seen.add(decision.product)
        used = entry.get("fact") == dispute.fact_id or entry.get("in_dispute") == dispute.reference
        if is_new and used and decision.outcome != Outcome.APPROVE:
            known = usable_facts(decision.applicant, now)[dispute.characteristic]
            yield decision, {**decision.facts, dispute.characteristic: known}


def _look_again(decision: Decision, facts: Facts, dispute: Dispute, now: datetime) -> tuple[str, str]:
    if get_open_appeal(decision) is not None:
        return RerunState.IN_APPEAL, decision.reference
    if _is_left_to_people(decision):
        return RerunState.UNCHANGED, ""
    assessment = reassess(decision=decision, facts=facts)
    if decision.kind != DecisionKind.APPLICATION and assessment.outcome not in GIVES_MONEY:
        return RerunState.UNCHANGED, ""
    found = (assessment.outcome, assessment.score, list(assessment.reason_codes))
    if not _is_worth_writing(decision, *found):
        return RerunState.UNCHANGED, ""
    corrected = write_corrected_decision(
        old=decision, facts=facts, assessment=assessment, policy_version=decision.policy, by=SITE, now=now,
        note=f"{DISPUTE_SETTLED}{dispute.reference}", is_automatic=True,
    )  # fmt: skip
    return RerunState.CHANGED, corrected.reference


def _is_left_to_people(decision: Decision) -> bool:
    """Whether the person refused a machine's decision, or a colleague has proposed one already."""
    is_proposed = decision.proposals.filter(state=ProposalState.PROPOSED).exists()
    return (
        is_proposed
        or Applicant.objects.filter(pk=decision.applicant_id, person_decides_since__isnull=False).exists()
    )


def _is_worth_writing(decision: Decision, outcome: str, score: int, codes: list[str]) -> bool:
    """Whether something changed, and not against the person: asking for a check never makes it worse."""
    before, after = _RANK.get(Outcome(decision.outcome), 0), _RANK[Outcome(outcome)]
    if after < before or (after == before and score < decision.score):
        return False
    standing = [reason.code for reason in decision.reasons.all()]
    return (after, score, codes) != (before, decision.score, standing)


def _sum_up(results: list[tuple[str, str]]) -> tuple[str, str]:
    """The strongest of the results: changed, then counted in an appeal, then unchanged."""
    for state in (RerunState.CHANGED, RerunState.IN_APPEAL, RerunState.UNCHANGED):
        for found, reference in results:
            if found == state:
                return state, reference
    return RerunState.NOT_NEEDED, ""
