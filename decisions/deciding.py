"""Deciding: assess, freeze, write decision and reasons, open the line, tell; one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from applicants.facts import get_sheet
from applicants.models import Applicant
from applicants.usable import usable_facts
from assessment import Assessment
from audit.log import record
from audit.verbs import Verb
from core.errors import ConflictError
from core.references import new_reference
from decisions.asking import assess_asked
from decisions.engines import Scored
from decisions.freezing import freeze_context, freeze_request, used_facts
from decisions.freezing_reasons import GIVES_MONEY, Frozen, FrozenReason, freeze
from decisions.jurisdictions import Profile, get_profile
from decisions.line_changes import attach_decision, change_line, open_line, restore_line
from decisions.line_states import IN_USE
from decisions.models import (
    ADVERSE_OUTCOMES,
    Application,
    ApplicationState,
    Decision,
    DecisionKind,
    DecisionReason,
    Line,
    LineState,
    Outcome,
    PolicyVersion,
)
from decisions.policies import compiled, current_market, get_policy_in_force
from decisions.reason_catalogue import get_reasons
from decisions.related import refresh_related_score
from decisions.setting_aside import SET_ASIDE, checks_against, reasons_for_less
from outbox.queueing import queue_work

DECISION_READY = "DECISION_READY"
BY_MACHINE = frozenset({Outcome.APPROVE, Outcome.COUNTER, Outcome.DECLINE})


class NoReasonError(Exception):
    """A decision against somebody was about to be stored without a reason."""


class WithdrawnError(ConflictError):
    """The application was withdrawn and is decided no more."""

    code = "withdrawn"


@dataclass(frozen=True)
class Prepared:
    """Everything a decision needs before it is written."""

    applicant: Applicant
    policy_version: PolicyVersion
    frozen: Frozen


def decide(*, application: Application, by: Actor, now: datetime, scored: Scored | None = None) -> Decision:
    """Decide an application once; asking again returns the decision that stands.

    `scored` is what another engine answered before; it must be about the facts as they are now.
    """
    with transaction.atomic():
        applicant = Applicant.objects.select_for_update().get(pk=application.applicant_id)
        application = Application.objects.select_for_update().get(pk=application.pk)
        standing = newest_decision(application)
        if standing is not None:
            return standing
        if application.state == ApplicationState.WITHDRAWN:
            raise WithdrawnError
        refresh_related_score(firm=applicant, now=now)
        request = freeze_request(application)
        prepared = prepare(applicant=applicant, request=request, now=now, scored=scored)
        if applicant.person_decides_since is not None:
            prepared = leave_to_person(prepared)
        return write_decision(prepared=prepared, application=application, by=by, now=now)


def leave_to_person(prepared: Prepared, form: str = "asked") -> Prepared:
    """What the machine would decide waits for a person: one was asked for, or has decided before."""
    if prepared.frozen.outcome not in BY_MACHINE:
        return prepared
    reason = FrozenReason(1, "P04", {"form": form}, "with_time")
    get_reasons()[reason.code].check_filled(reason.parameters)
    columns = {**prepared.frozen.columns, "outcome": Outcome.REFER, "limit_cny": Decimal(0)}
    return Prepared(prepared.applicant, prepared.policy_version, Frozen(columns, (reason,)))


def newest_decision(application: Application) -> Decision | None:
    """Return the decision that stands for an application."""
    return (
        Decision.objects.filter(application=application, superseded_by__isnull=True).order_by("-id").first()
    )


def prepare(
    *,
    applicant: Applicant,
    request: Mapping[str, Any],
    now: datetime,
    market: str | None = None,
    scored: Scored | None = None,
) -> Prepared:
    """Assess a request on what may be used today, under the policy in force."""
    policy_version = get_policy_in_force(now=now)
    policy = compiled(policy_version)
    profile = get_profile(applicant.jurisdiction)
    context = freeze_context(
        profile=profile, product=request["product"], market=market or current_market(now), now=now
    )
    asked = {**request, "context": context, "sheet_version": get_sheet(applicant).version}
    facts = used_facts(policy, request["product"], usable_facts(applicant, now))
    assessment = assess_asked(policy, facts, asked, scored)
    frozen = freeze(
        assessment=assessment,
        policy=policy,
        profile=profile,
        facts=facts,
        request=asked,
        entries=get_reasons(),
    )
    return Prepared(applicant, policy_version, frozen)


def write_decision(
    *,
    prepared: Prepared,
    application: Application | None = None,
    line: Line | None = None,
    kind: str = DecisionKind.APPLICATION,
    outcome: str | None = None,
    supersedes: Decision | None = None,
    is_automatic: bool = True,
    note: str = "",
    by: Actor,
    now: datetime,
    is_told: bool = True,
) -> Decision:
    """Store a decision with reasons, its line, audit and notice, all in the caller's transaction."""
    columns = {**prepared.frozen.columns, "outcome": outcome or prepared.frozen.outcome}
    if columns["outcome"] in ADVERSE_OUTCOMES and not prepared.frozen.reasons:
        raise NoReasonError(kind)
    opened = None
    if line is None and columns["outcome"] in GIVES_MONEY and columns["limit_cny"] > 0:
        line = opened = _offer(prepared.applicant, columns, by, now)
    with transaction.atomic():
        decision = Decision.objects.create(
            reference=new_reference("DE"), kind=kind, applicant=prepared.applicant, application=application,
            line=line, supersedes=supersedes, policy=prepared.policy_version, is_automatic=is_automatic,
            decided_at=now, decided_by=by.code, note=note or None, **columns,
        )  # fmt: skip
        _write_reasons(decision, prepared.frozen)
        if opened is not None:
            attach_decision(line=opened, decision=decision, by=by, now=now)
        if application is not None and application.state == ApplicationState.RECEIVED:
            Application.objects.filter(pk=application.pk).update(state=ApplicationState.DECIDED)
        _follow_up(decision, by, now, is_told=is_told)
    return decision


def _offer(applicant: Applicant, columns: Mapping[str, Any], by: Actor, now: datetime) -> Line:
    return open_line(
        applicant=applicant, product=columns["product"], total_cny=columns["limit_cny"],
        annual_rate_pct=Decimal(columns["result"]["price"]["annual_rate_pct"]), by=by, now=now,
    )  # fmt: skip


def _write_reasons(decision: Decision, frozen: Frozen) -> None:
    DecisionReason.objects.bulk_create(
        DecisionReason(
            decision=decision, position=reason.position, code=reason.code, parameters=reason.parameters,
            tag=reason.tag,
        )
        for reason in frozen.reasons
    )  # fmt: skip


def _follow_up(decision: Decision, by: Actor, now: datetime, *, is_told: bool) -> None:
    reference = decision.reference
    record(
        verb=Verb.DECISION_REFERRED if decision.outcome == Outcome.REFER else Verb.DECISION_MADE,
        subject=reference, actor=by.code, now=now,
        codes={
            "outcome": decision.outcome, "kind": decision.kind, "policy": decision.policy_hash,
            "market": decision.market, "engine": decision.engine_version,
            "reasons": list(decision.reasons.values_list("code", flat=True)),
            "supersedes": decision.supersedes.reference if decision.supersedes else None,
        },
    )  # fmt: skip
    if is_told:
        queue_work(kind=DECISION_READY, subject=reference, key=f"{DECISION_READY}:{reference}", now=now)


def write_corrected_decision(
    *,
    old: Decision,
    facts: Mapping[str, Mapping[str, Any]],
    assessment: Assessment,
    policy_version: PolicyVersion,
    by: Actor,
    now: datetime,
    note: str,
    grants: bool = False,
    request: Mapping[str, Any] | None = None,
    is_automatic: bool = False,
) -> Decision:
    """Store the decision that takes the place of an old one after an appeal, and its line with it.

    `grants`: where the rules leave it to a person, the person gives what the limit allows. `request`: what
    was assessed, where it is not what the old decision was asked for. `is_automatic`: rules alone decided.
    """
    profile = get_profile(old.applicant.jurisdiction)
    policy = compiled(policy_version)
    request = corrected_request(request or old.request, facts, assessment, profile, now)
    frozen = freeze(
        assessment=assessment,
        policy=policy,
        profile=profile,
        facts=facts,
        request=request,
        entries=get_reasons(),
    )
    frozen = _grant(frozen) if grants else frozen
    prepared = Prepared(old.applicant, policy_version, frozen)
    with transaction.atomic():
        Applicant.objects.select_for_update().get(pk=old.applicant_id)
        is_line = old.kind != DecisionKind.APPLICATION
        standing = _line_to_restore(old) if frozen.outcome in GIVES_MONEY else None
        if standing is not None and is_line:
            prepared = _at_least(prepared, _usable(standing))
        decision = write_decision(
            prepared=prepared, application=old.application, line=standing or (old.line if is_line else None),
            kind=old.kind, outcome=_line_outcome(old, frozen) if is_line else None, supersedes=old,
            is_automatic=is_automatic, note=note, by=by, now=now, is_told=is_automatic,
        )  # fmt: skip
        if standing is not None:
            _restore(standing, decision, frozen, by, now)
        record(
            verb=Verb.DECISION_SUPERSEDED, subject=old.reference, actor=by.code, now=now,
            codes={"by": decision.reference},
        )  # fmt: skip
    return decision


def _grant(frozen: Frozen) -> Frozen:
    """What a person gives where rules do not: the limit, or the amount asked for within it."""
    result = frozen.columns["result"]
    high = Decimal(result["limit"]["high"])
    is_enough = high >= Decimal(frozen.columns["request"]["amount_cny"])
    outcome = Outcome.APPROVE if is_enough else Outcome.COUNTER
    against = checks_against(result)
    granted = {**result, "next": {**result["next"], "reapply_on": None}}
    if against:
        granted[SET_ASIDE] = list(against)
    columns = {**frozen.columns, "outcome": outcome, "limit_cny": high, "result": granted}
    return Frozen(columns, () if is_enough else reasons_for_less(frozen.reasons, result))


def _line_to_restore(old: Decision) -> Line | None:
    """Return, locked, the line that a correction gives its money on: one in use, else the one decided on."""
    # Only the line is locked: the site may not lock rows of tables that it can only add to.
    lines = Line.objects.select_for_update(of=("self",)).filter(applicant=old.applicant, product=old.product)
    in_use = lines.filter(state__in=IN_USE).first()
    if in_use is not None or old.kind == DecisionKind.APPLICATION:
        return in_use
    return lines.filter(decisions=old).first()


def _restore(line: Line, decision: Decision, frozen: Frozen, by: Actor, now: datetime) -> None:
    """Give a line the corrected total, never less than it has now; an offer beside it gives way."""
    for offer in Line.objects.filter(
        applicant=line.applicant, product=line.product, state=LineState.OFFERED
    ).exclude(pk=line.pk):
        change_line(line=offer, state=LineState.EXPIRED, cause="REPLACED", by=by, now=now)
    limit_cny, now_cny = frozen.columns["limit_cny"], _usable(line)
    rate = Decimal(frozen.columns["result"]["price"]["annual_rate_pct"])
    if decision.kind != DecisionKind.APPLICATION and limit_cny <= now_cny:
        if _is_only_announced(decision.supersedes):
            return
        # Who gets no more than the line had does not pay more for it.
        rate = min(rate, line.annual_rate_pct)
    restore_line(
        line=line, decision=decision, total_cny=max(limit_cny, now_cny), by=by, now=now,
        annual_rate_pct=rate,
    )  # fmt: skip


def _at_least(prepared: Prepared, cny: Decimal) -> Prepared:
    """The same, with a limit that is no less than what the line gives now."""
    columns = prepared.frozen.columns
    columns = {**columns, "limit_cny": max(columns["limit_cny"], cny)}
    return Prepared(prepared.applicant, prepared.policy_version, Frozen(columns, prepared.frozen.reasons))


def _usable(line: Line) -> Decimal:
    return line.total_cny - line.reduced_cny if line.state in IN_USE else Decimal(0)


def _is_only_announced(decision: Decision | None) -> bool:
    """Whether the decision names a day for its change of a line, and has not changed it."""
    if decision is None or "effective_on" not in decision.result.get("line", {}):
        return False
    return not decision.line_changes.exists()


def _line_outcome(old: Decision, frozen: Frozen) -> str:
    """A corrected closure or cut is undone when the assessment gives money, else it stays what it was."""
    return Outcome.APPROVE if frozen.outcome in GIVES_MONEY else old.outcome


def corrected_request(
    old: Mapping[str, Any],
    facts: Mapping[str, Mapping[str, Any]],
    assessment: Assessment,
    profile: Profile,
    now: datetime,
) -> dict[str, Any]:
    """Return the old request with the context that the assessment had, decided today."""
    today: date = now.astimezone(profile.zone).date()
    context = {
        **old["context"], "decided_on": today.isoformat(), "market": assessment.market,
    }  # fmt: skip
    return {**old, "purpose": assessment.request.purpose, "context": context}
