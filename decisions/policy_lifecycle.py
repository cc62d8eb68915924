"""A version's way between people: proposed, sent back, approved by somebody else, withdrawn."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Permission
from assessment import load_policy
from assessment.baselines import NEAR
from assessment.policy_shape import BASELINES
from audit.log import record
from audit.verbs import Verb
from core.errors import ForbiddenError, InputError
from core.identity import today_in_china
from core.texts import NOTE_LENGTH, check_reason
from decisions.dry_run import latest_dry_run
from decisions.models import PolicyState, PolicyVersion
from decisions.policies import compiled, get_latest_policy
from decisions.policy_baselines import freeze_baselines
from decisions.policy_drafting import check_words
from decisions.policy_errors import (
    IllegalPolicyMoveError,
    NoDryRunError,
    NoImpactError,
    OutdatedBaseError,
    OwnPolicyError,
    PolicyUnknownError,
    StalePolicyError,
)
from decisions.policy_impact import check_impact
from decisions.policy_states import STAGE_LABELS, Step, can_step, stage_of


def get_policy_version(version: str) -> PolicyVersion:
    """Return the version of this name."""
    row = PolicyVersion.objects.select_related("predecessor").filter(version=version).first()
    if row is None:
        raise PolicyUnknownError(version=version)
    return row


def propose_policy(
    *,
    policy_version: PolicyVersion,
    impact: str,
    expected_hash: str | None = None,
    baseline: str = NEAR,
    by: Actor,
    now: datetime,
) -> PolicyVersion:
    """Freeze the baselines into a draft and propose it with the assessment of its impact.

    From here on its content never changes.
    """
    check_may(by, Permission.MANAGE_POLICY)
    assessed = check_impact(impact)
    if baseline not in BASELINES:
        raise InputError(fields={"baseline": [_("Choose one of the methods offered.")]})
    seen = PolicyVersion.objects.get(pk=policy_version.pk)
    # The book is read before the lock is taken: it may take seconds.
    policy = load_policy(freeze_baselines(compiled(seen), method=baseline))
    problems = check_words(policy)
    if problems:
        raise InputError(fields={"document": problems[:10]})
    with transaction.atomic():
        row = lock(seen, Step.PROPOSE, expected_hash or seen.content_hash, now)
        if row.content_hash != seen.content_hash:
            raise StalePolicyError(version=row.version)
        check_base(row, get_latest_policy(now=now))
        row.content_hash, row.document, row.return_reason = policy.hash, policy.document, ""
        row.state, row.proposed_by, row.proposed_at = PolicyState.PROPOSED, by.code, now
        row.impact = assessed
        row.save(
            update_fields=[
                "content_hash", "document", "return_reason", "state", "proposed_by", "proposed_at", "impact",
            ]
        )  # fmt: skip
        methods = {name: one.method for name, one in policy.baselines.items()}
        record_step(Verb.POLICY_PROPOSED, row, by, now, {"impact": assessed}, baseline=methods)
    return row


def return_policy(*, policy_version: PolicyVersion, reason: str, by: Actor, now: datetime) -> PolicyVersion:
    """Send a proposed version back to its draft, with a reason."""
    check_may(by, Permission.APPROVE_POLICY)
    text = check_reason(reason, limit=NOTE_LENGTH)
    with transaction.atomic():
        row = lock(policy_version, Step.RETURN, None, now)
        row.state, row.proposed_by, row.proposed_at = PolicyState.DRAFT, "", None
        row.return_reason = text
        row.save(update_fields=["state", "proposed_by", "proposed_at", "return_reason"])
        record_step(Verb.POLICY_RETURNED, row, by, now)
    return row


def approve_policy(
    *,
    policy_version: PolicyVersion,
    expected_hash: str | None = None,
    expected_impact: str | None = None,
    by: Actor,
    now: datetime,
) -> PolicyVersion:
    """Approve what somebody else drafted and proposed, as it was seen, after a dry run of it."""
    check_may(by, Permission.APPROVE_POLICY)
    with transaction.atomic():
        row = lock(policy_version, Step.APPROVE, expected_hash, now)
        if expected_impact is not None and row.impact != expected_impact:
            raise StalePolicyError(version=row.version)
        if by.code in {row.proposed_by, row.drafted_by}:
            raise OwnPolicyError
        check_base(row, get_latest_policy(now=now))
        if latest_dry_run(version=row, now=now) is None:
            raise NoDryRunError
        if not row.impact:
            raise NoImpactError
        row.state, row.approved_by, row.approved_at = PolicyState.APPROVED, by.code, now
        row.save(update_fields=["state", "approved_by", "approved_at"])
        record_step(Verb.POLICY_APPROVED, row, by, now, {"impact": row.impact})
    return row


def withdraw_policy(*, policy_version: PolicyVersion, reason: str, by: Actor, now: datetime) -> PolicyVersion:
    """Give up a version that was never published, with a reason; it is kept to be read."""
    check_may(by, Permission.MANAGE_POLICY)
    text = check_reason(reason, limit=NOTE_LENGTH)
    with transaction.atomic():
        row = lock(policy_version, Step.WITHDRAW, None, now)
        row.state, row.return_reason = PolicyState.WITHDRAWN, text
        row.save(update_fields=["state", "return_reason"])
        record_step(Verb.POLICY_WITHDRAWN, row, by, now)
    return row


def lock(
    policy_version: PolicyVersion, step: Step, expected_hash: str | None, now: datetime
) -> PolicyVersion:
    """Lock a version for a step, or raise when the step or the content seen does not fit any more."""
    row = PolicyVersion.objects.select_for_update(of=("self",)).get(pk=policy_version.pk)
    stage = stage_of(row, today=today_in_china(now))
    if not can_step(step, stage):
        raise IllegalPolicyMoveError(version=row.version, stage=STAGE_LABELS[stage])
    if expected_hash is not None and row.content_hash != expected_hash:
        raise StalePolicyError(version=row.version)
    return row


def check_base(row: PolicyVersion, before: PolicyVersion | None) -> None:
    """The version before must be the one it was drafted on, else the comparison with it is not true."""
    if before is not None and row.predecessor_id != before.pk:
        base = row.predecessor.version if row.predecessor else "--"
        raise OutdatedBaseError(base=base, current=before.version)


def check_may(by: Actor, permission: Permission) -> None:
    """Raise ForbiddenError for somebody without the permission."""
    if not by.can(permission):
        raise ForbiddenError


def record_step(
    verb: Verb,
    row: PolicyVersion,
    by: Actor,
    now: datetime,
    private: Mapping[str, str] | None = None,
    **codes: Any,
) -> None:
    """Write the step into the audit, with the hash of the content it was about.

    What people wrote themselves is `private`: the audit can prove it and does not repeat it.
    """
    record(
        verb=verb, subject=f"policy:{row.version}", actor=by.code, now=now,
        codes={"hash": row.content_hash, **codes}, private=private or {},
    )  # fmt: skip


def list_steps(policy_version: PolicyVersion, *, by: Actor, now: datetime) -> list[Step]:
    """The steps that this person may take now, in the order of the way."""
    stage = stage_of(policy_version, today=today_in_china(now))
    return [step for step in Step if can_step(step, stage) and _MAY[step](policy_version, by)]


def _manages(policy_version: PolicyVersion, by: Actor) -> bool:
    return by.can(Permission.MANAGE_POLICY)


def _judges(policy_version: PolicyVersion, by: Actor) -> bool:
    return by.can(Permission.APPROVE_POLICY)


def _judges_others(policy_version: PolicyVersion, by: Actor) -> bool:
    own = by.code in {policy_version.proposed_by, policy_version.drafted_by}
    return by.can(Permission.APPROVE_POLICY) and not own


_MAY: dict[Step, Callable[[PolicyVersion, Actor], bool]] = {
    Step.REDRAFT: _manages,
    Step.PROPOSE: _manages,
    Step.RETURN: _judges,
    Step.APPROVE: _judges_others,
    Step.PUBLISH: _manages,
    Step.RETIRE: _manages,
    Step.WITHDRAW: _manages,
}
