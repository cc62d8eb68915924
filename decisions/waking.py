"""Waking what waits for something: when that has ended, the application is decided again by itself."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeAlias

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.actors import SITE
from applicants.facts import get_sheet
from applicants.models import Applicant
from decisions.asking import FactsMovedError, answers_at_hand, ask_about
from decisions.deciding import leave_to_person, prepare, write_decision
from decisions.freezing import freeze_context, freeze_request
from decisions.freezing_reasons import Frozen
from decisions.jurisdictions import get_profile
from decisions.models import Decision, DecisionKind, Outcome, ProposalState, ReferralProposal
from decisions.policies import current_market, find_policy_in_force
from decisions.rerunning import EngineUnavailableError
from decisions.setting_aside import checks_against

BATCH = 200
LOOK_AGAIN: Final = "LOOK_AGAIN"
"""Looking at a declined application again after facts changed; an appeal may stand in the way."""

IsNews: TypeAlias = Callable[[Decision, Frozen], bool]


def wake_holds(*, now: datetime) -> int:
    """Look at everything that waits for something to end; returns how many were decided anew."""
    woken, after = 0, 0
    while True:
        waiting = list(open_holds().filter(pk__gt=after).order_by("pk")[:BATCH])
        if not waiting:
            return woken
        for decision in waiting:
            if has_changed(decision, now=now) and wake(decision, now=now) is not None:
                woken += 1
        after = waiting[-1].pk


def open_holds() -> QuerySet[Decision]:
    """Return the holds that nothing has superseded, and the referrals which a check for waiting keeps shut.

    A colleague approves none of these, so a referral on which nothing is proposed is made anew without it.
    """
    beside = Q(outcome=Outcome.REFER, result__rules__contains=[{"outcome": Outcome.HOLD.value}])
    proposed = ReferralProposal.objects.filter(decision=OuterRef("pk"), state=ProposalState.PROPOSED)
    return Decision.objects.filter(
        Q(outcome=Outcome.HOLD) | beside & ~Exists(proposed),
        kind=DecisionKind.APPLICATION, superseded_by__isnull=True,
    ).select_related("applicant", "application")  # fmt: skip


def has_changed(decision: Decision, *, now: datetime) -> bool:
    """Whether the facts, the rules or what surrounds them are other than when the hold was decided."""
    policy = find_policy_in_force(now=now)
    if policy is None:
        return False
    applicant = decision.applicant
    if get_sheet(applicant).version != decision.request["sheet_version"]:
        return True
    if policy.content_hash != decision.policy_hash:
        return True
    context = freeze_context(
        profile=get_profile(applicant.jurisdiction),
        product=decision.product,
        market=current_market(now),
        now=now,
    )
    ignored = {"decided_on", "market_since"}
    before = decision.request["context"]
    return any(before.get(name) != value for name, value in context.items() if name not in ignored)


def wake(decision: Decision, *, now: datetime) -> Decision | None:
    """Decide the application again; a result that still holds for the same reasons changes nothing.

    Where another engine is silent, or the facts moved meanwhile, it goes on waiting for the next turn.
    """
    try:
        return decide_again(decision, is_news=_has_ended, now=now)
    except (EngineUnavailableError, FactsMovedError):
        return None


def decide_again(decision: Decision, *, is_news: IsNews, now: datetime) -> Decision | None:
    """Decide the application on what is known today; only a result that is news is written.

    Another engine is asked before the transaction. Where it is silent, or the facts moved while it thought,
    an error says so, and the work is tried again.
    """
    if decision.application is None:
        return None
    with answers_at_hand() as answers:
        scored = ask_about(application=decision.application, now=now)
        answers.close()
        if scored is not None and scored.answer is None:
            raise EngineUnavailableError
        return _decide_again(decision, is_news, now)


def _has_ended(decision: Decision, frozen: Frozen) -> bool:
    if decision.outcome == Outcome.REFER:
        left = set(checks_against(frozen.columns["result"]))
        return frozen.outcome == Outcome.REFER and left < set(checks_against(decision.result))
    codes = [reason.code for reason in frozen.reasons]
    return frozen.outcome != Outcome.HOLD or codes != [row.code for row in decision.reasons.all()]


def _why_a_person(decision: Decision, applicant: Applicant) -> str:
    """Why no machine decides this again: a person was asked for, or has decided; else nothing."""
    was_asked = decision.outcome == Outcome.REFER and decision.result["outcome"] != Outcome.REFER
    if applicant.person_decides_since is not None or was_asked:
        return "asked"
    return "again" if decision.outcome == Outcome.DECLINE and not decision.is_automatic else ""


def _decide_again(decision: Decision, is_news: IsNews, now: datetime) -> Decision | None:
    with transaction.atomic():
        applicant = Applicant.objects.select_for_update().get(pk=decision.applicant_id)
        if Decision.objects.filter(supersedes=decision).exists() or decision.application is None:
            return None
        prepared = prepare(applicant=applicant, request=freeze_request(decision.application), now=now)
        if form := _why_a_person(decision, applicant):
            prepared = leave_to_person(prepared, form)
        if not is_news(decision, prepared.frozen):
            return None
        return write_decision(
            prepared=prepared, application=decision.application, supersedes=decision, by=SITE, now=now
        )
