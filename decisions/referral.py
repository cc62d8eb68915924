"""Referrals: what the rules leave to a person is decided by a person, with a reason; some need two."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Permission
from applicants.models import Applicant
from assessment import Policy
from core.calendars import legal_day
from core.errors import ConflictError, ForbiddenError, InputError, StaleError
from core.texts import NOTE_LENGTH, check_reason, reason_problems
from decisions.deciding import Prepared, write_decision
from decisions.decision_days import answer_by
from decisions.freezing import next_dates
from decisions.freezing_reasons import Frozen, FrozenReason, freeze_reasons
from decisions.jurisdictions import get_profile
from decisions.models import Decision, DecisionKind, Outcome, ProposalState, ReferralProposal
from decisions.policies import compiled
from decisions.queries import key_of, visible_decisions
from decisions.reason_catalogue import get_reasons
from decisions.setting_aside import SET_ASIDE, checks_against, checks_that_stand, reasons_for_less

OUTCOMES = (Outcome.APPROVE, Outcome.DECLINE)
COLUMNS = (
    "policy_hash", "engine_version", "market", "product", "score", "limit_cny", "facts", "request", "result",
)  # fmt: skip
"""What a decision froze, so that another can rest on the same."""


class NotReferredError(ConflictError):
    """The decision does not wait for a person."""

    code = "not-referred"
    default_message = _("This case does not wait for a person any more.")


class OwnProposalError(ForbiddenError):
    """The second signature came from the person who proposed."""

    code = "own-proposal"
    default_message = _("The second signature must come from somebody else.")


class OwnCaseError(ForbiddenError):
    """Somebody wanted to decide about himself."""

    code = "own-case"
    default_message = _("Nobody decides about himself.")


@dataclass(frozen=True)
class Referral:
    """One waiting referral as the staff page shows it to one person."""

    decision: Decision
    codes: tuple[str, ...]
    answer_by: date
    proposal: ReferralProposal | None
    needs_two: bool
    set_aside: tuple[str, ...]
    """The checks that approving sets aside."""
    standing: tuple[str, ...]
    """The checks that forbid approving: nobody may set them aside."""
    can_decide: bool
    can_sign: bool


def list_referrals(*, by: Actor, before: str | None = None, limit: int = 50) -> list[Referral]:
    """Return the referrals that wait, oldest first; `before` is the last one already shown."""
    rows = (
        visible_decisions(by)
        .filter(outcome=Outcome.REFER, kind=DecisionKind.APPLICATION, superseded_by__isnull=True)
        .select_related("applicant", "application")
        .prefetch_related("reasons", "proposals")
        .order_by("id")
    )
    if before:
        rows = rows.filter(pk__gt=key_of(visible_decisions(by), before))
    return [describe_referral(decision=row, by=by) for row in rows[:limit]]


def describe_referral(*, decision: Decision, by: Actor) -> Referral:
    """Return what a person may do about a referral, and what is proposed."""
    proposal = next((row for row in decision.proposals.all() if row.state == ProposalState.PROPOSED), None)
    waits = decision.outcome == Outcome.REFER and not Decision.objects.filter(supersedes=decision).exists()
    is_own = decision.applicant.user_id is not None and decision.applicant.user_id == by.user_id
    may_sign = (
        by.can(Permission.COUNTERSIGN) and proposal is not None and proposal.proposed_by_id != by.user_id
    )
    return Referral(
        decision=decision,
        codes=tuple(reason.code for reason in decision.reasons.all()),
        answer_by=answer_by(decision),
        proposal=proposal,
        needs_two=needs_two(decision, Outcome.APPROVE),
        set_aside=checks_against(decision.result),
        standing=checks_that_stand(decision.result, decision.policy),
        can_decide=waits and proposal is None and not is_own and by.can(Permission.DECIDE_REFERRAL),
        can_sign=waits and may_sign and not is_own,
    )


def needs_two(decision: Decision, outcome: str) -> bool:
    """Whether two people must agree: high-risk work under its own gate, or a check that is set aside."""
    asked = bool(decision.result["second_signature"] or checks_against(decision.result))
    return outcome == Outcome.APPROVE and asked


def decide_referral(
    *, decision: Decision, outcome: str, reason: str, by: Actor, now: datetime
) -> Decision | ReferralProposal:
    """Decide a referral; where two must agree, the first person's word waits as a proposal."""
    _check_person(decision, by, Permission.DECIDE_REFERRAL)
    text = _check(decision, outcome, reason)
    with transaction.atomic():
        standing = _lock(decision)
        if standing is not None:
            if standing.decided_by == by.code and standing.outcome == _stored_outcome(decision, outcome):
                return standing
            raise NotReferredError
        proposal = ReferralProposal.objects.filter(decision=decision, state=ProposalState.PROPOSED).first()
        if proposal is not None:
            if proposal.proposed_by_id == by.user_id and proposal.outcome == outcome:
                return proposal
            raise StaleError
        if not needs_two(decision, outcome):
            return _write(decision, outcome, text, by, now)
        return ReferralProposal.objects.create(
            decision=decision, outcome=outcome, reason=text, proposed_by_id=int(by.id), proposed_at=now
        )


def countersign_referral(*, decision: Decision, by: Actor, now: datetime) -> Decision:
    """Agree as the second person; the proposal becomes the decision."""
    _check_person(decision, by, Permission.COUNTERSIGN)
    with transaction.atomic():
        standing = _lock(decision)
        if standing is not None:
            signed = decision.proposals.filter(state=ProposalState.FINAL, signed_by_id=by.user_id).exists()
            if signed:
                return standing
            raise NotReferredError
        proposal = _open_proposal(decision, by)
        proposal.state, proposal.signed_by_id, proposal.signed_at = ProposalState.FINAL, by.user_id, now
        proposal.save(update_fields=["state", "signed_by", "signed_at"])
        return _write(decision, proposal.outcome, proposal.reason, Actor.for_user(proposal.proposed_by), now)


def return_referral(*, decision: Decision, reason: str, by: Actor, now: datetime) -> ReferralProposal:
    """Send a proposal back with a reason; the case waits for a person again."""
    _check_person(decision, by, Permission.COUNTERSIGN)
    text = check_reason(reason, limit=NOTE_LENGTH)
    with transaction.atomic():
        if _lock(decision) is not None:
            raise NotReferredError
        proposal = _open_proposal(decision, by)
        proposal.state, proposal.signed_by_id, proposal.signed_at = ProposalState.RETURNED, by.user_id, now
        proposal.return_reason = text
        proposal.save(update_fields=["state", "signed_by", "signed_at", "return_reason"])
    return proposal


def _lock(decision: Decision) -> Decision | None:
    """Lock applicant and decision, and return what superseded the decision, if anything did."""
    Applicant.objects.select_for_update().get(pk=decision.applicant_id)
    return Decision.objects.filter(supersedes=decision).first()


def _open_proposal(decision: Decision, by: Actor) -> ReferralProposal:
    proposal = (
        ReferralProposal.objects.select_for_update(of=("self",))
        .select_related("proposed_by")
        .filter(decision=decision, state=ProposalState.PROPOSED)
        .first()
    )
    if proposal is None:
        raise NotReferredError
    if proposal.proposed_by_id == by.user_id:
        raise OwnProposalError
    return proposal


def _check_person(decision: Decision, by: Actor, permission: Permission) -> None:
    if not by.can(permission):
        raise ForbiddenError
    if decision.applicant.user_id is not None and decision.applicant.user_id == by.user_id:
        raise OwnCaseError


def _check(decision: Decision, outcome: str, reason: str) -> str:
    problems: dict[str, list[str | Promise]] = {}
    if outcome not in OUTCOMES:
        problems["outcome"] = [_("Choose one of the outcomes offered.")]
    elif outcome == Outcome.APPROVE and _grantable(decision) <= 0:
        problems["outcome"] = [_("No amount can be approved: the limit is not known or is too small.")]
    elif outcome == Outcome.APPROVE and checks_that_stand(decision.result, decision.policy):
        problems["outcome"] = [_("A check stands in the way that the policy lets nobody set aside.")]
    elif outcome == Outcome.DECLINE and not decision.result["reasons"]:
        problems["outcome"] = [_("Every check is passed: there is no reason that could be given.")]
    problems.update(reason_problems(reason, limit=NOTE_LENGTH))
    if problems:
        raise InputError(fields=problems)
    if decision.outcome != Outcome.REFER or decision.kind != DecisionKind.APPLICATION:
        raise NotReferredError
    return reason.strip()


def _grantable(decision: Decision) -> int:
    limit = decision.result["limit"]
    return 0 if limit is None else int(limit["high"])


def _stored_outcome(decision: Decision, outcome: str) -> str:
    """An approval of less than was asked for is another offer."""
    asked = float(decision.request["amount_cny"])
    return Outcome.COUNTER if outcome == Outcome.APPROVE and _grantable(decision) < asked else outcome


def _write(decision: Decision, outcome: str, note: str, by: Actor, now: datetime) -> Decision:
    """Write what the person decided, on the facts and the assessment that the referral froze."""
    stored = _stored_outcome(decision, outcome)
    against = checks_against(decision.result) if outcome == Outcome.APPROVE else ()
    policy, profile = compiled(decision.policy), get_profile(decision.applicant.jurisdiction)
    today = legal_day(now, profile.zone)
    context = {**decision.request["context"], "decided_on": today.isoformat()}
    columns = {name: getattr(decision, name) for name in COLUMNS} | {
        "outcome": stored,
        "limit_cny": _grantable(decision) if outcome == Outcome.APPROVE else 0,
        "request": {**decision.request, "context": context},
        "result": {
            **decision.result, "next": next_dates(policy, profile, stored, today),
            **({SET_ASIDE: list(against)} if against else {}),
        },
    }  # fmt: skip
    reasons = () if stored == Outcome.APPROVE else _reasons(columns, policy)
    if stored == Outcome.COUNTER:
        reasons = reasons_for_less(reasons, decision.result)
    return write_decision(
        prepared=Prepared(decision.applicant, decision.policy, Frozen(columns, reasons)),
        application=decision.application, supersedes=decision, is_automatic=False, note=note, by=by, now=now,
    )  # fmt: skip


def _reasons(columns: dict[str, Any], policy: Policy) -> tuple[FrozenReason, ...]:
    """The reasons of the referral, as of today."""
    return freeze_reasons(
        facts=columns["facts"], request=columns["request"], result=columns["result"], policy=policy,
        entries=get_reasons(),
    )  # fmt: skip
