"""Every step with a policy version from every stage, by whoever may and whoever may not."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accounts.models import User
from core.errors import ForbiddenError
from decisions.models import PolicyVersion
from decisions.policies import compiled
from decisions.policy_drafting import redraft_policy
from decisions.policy_errors import IllegalPolicyMoveError
from decisions.policy_lifecycle import (
    approve_policy,
    get_policy_version,
    list_steps,
    propose_policy,
    return_policy,
    withdraw_policy,
)
from decisions.policy_publishing import publish_policy, retire_policy
from decisions.policy_states import STEPS, Stage, Step, can_step, stage_of
from tests.factories import policies as made
from tests.factories.decisions import NOW
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
TODAY, TOMORROW = date(2026, 11, 20), date(2026, 11, 21)


def moved(row: PolicyVersion) -> PolicyVersion:
    row.refresh_from_db()
    return row


ACTS: dict[Step, Callable[[PolicyVersion, Any], object]] = {
    Step.REDRAFT: lambda row, by: redraft_policy(
        policy_version=row, document=compiled(row).document, expected_hash=row.content_hash, by=by, now=NOW
    ),
    Step.PROPOSE: lambda row, by: propose_policy(
        policy_version=row, impact=made.IMPACT, baseline="max", by=by, now=NOW
    ),
    Step.RETURN: lambda row, by: return_policy(policy_version=row, reason="x", by=by, now=NOW),
    Step.APPROVE: lambda row, by: approve_policy(policy_version=row, by=by, now=NOW),
    Step.PUBLISH: lambda row, by: publish_policy(policy_version=row, from_on=TOMORROW, by=by, now=NOW),
    Step.RETIRE: lambda row, by: retire_policy(policy_version=row, reason="x", by=by, now=NOW),
    Step.WITHDRAW: lambda row, by: withdraw_policy(policy_version=row, reason="x", by=by, now=NOW),
}
MADE: dict[Stage, Callable[[], PolicyVersion]] = {
    Stage.DRAFT: made.drafted_version,
    Stage.PROPOSED: lambda: made.with_dry_run(made.proposed_version()),
    Stage.APPROVED: made.approved_version,
    Stage.SCHEDULED: made.published_version,
    Stage.IN_FORCE: lambda: get_policy_version("2026.1"),
    Stage.RETIRED: lambda: get_policy_version("2026.0"),
    Stage.WITHDRAWN: lambda: withdraw_policy(
        policy_version=made.drafted_version(), reason="x", by=acting(made.manager("Pia")), now=NOW
    ),
}


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("step", Step)
def test_every_step_from_every_stage(step: Step, stage: Stage) -> None:
    row = MADE[stage]()
    assert stage_of(row, today=TODAY) is stage
    by = acting(made.manager("Petra"))
    assert (step in list_steps(row, by=by, now=NOW)) == can_step(step, stage)
    if can_step(step, stage):
        ACTS[step](row, by)
        assert moved(row).state != stage or step is Step.REDRAFT
    else:
        with pytest.raises(IllegalPolicyMoveError):
            ACTS[step](row, by)


@pytest.mark.parametrize("step", Step)
def test_a_caseworker_takes_no_step(step: Step, cleo: User) -> None:
    stage = min(STEPS[step])
    with pytest.raises(ForbiddenError):
        ACTS[step](MADE[stage](), acting(cleo))
    assert list_steps(MADE[Stage.IN_FORCE](), by=acting(cleo), now=NOW) == []
