"""How far a policy version has come, as people say it, and which step may follow; pure."""

from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DRAFT, PROPOSED, APPROVED = "DRAFT", "PROPOSED", "APPROVED"
PUBLISHED, WITHDRAWN = "PUBLISHED", "WITHDRAWN"


class Stage(StrEnum):
    """The state of a version on a day: a published one waits for its day, is in force, or is retired."""

    DRAFT = "DRAFT"
    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    SCHEDULED = "SCHEDULED"
    IN_FORCE = "IN_FORCE"
    RETIRED = "RETIRED"
    WITHDRAWN = "WITHDRAWN"


STAGE_LABELS: dict[Stage, Promise] = {
    Stage.DRAFT: _("draft"),
    Stage.PROPOSED: _("proposed"),
    Stage.APPROVED: _("approved"),
    Stage.SCHEDULED: _("begins later"),
    Stage.IN_FORCE: _("in force"),
    Stage.RETIRED: _("no longer in force"),
    Stage.WITHDRAWN: _("withdrawn"),
}


class Step(StrEnum):
    """One thing that people do with a version."""

    REDRAFT = "redraft"
    PROPOSE = "propose"
    RETURN = "return"
    APPROVE = "approve"
    PUBLISH = "publish"
    RETIRE = "retire"
    WITHDRAW = "withdraw"


STEPS: dict[Step, frozenset[Stage]] = {
    Step.REDRAFT: frozenset({Stage.DRAFT}),
    Step.PROPOSE: frozenset({Stage.DRAFT}),
    Step.RETURN: frozenset({Stage.PROPOSED}),
    Step.APPROVE: frozenset({Stage.PROPOSED}),
    Step.PUBLISH: frozenset({Stage.APPROVED}),
    Step.RETIRE: frozenset({Stage.SCHEDULED, Stage.IN_FORCE}),
    Step.WITHDRAW: frozenset({Stage.DRAFT, Stage.PROPOSED, Stage.APPROVED}),
}
"""From which stages each step is possible."""


class Dated(Protocol):
    """What a stage is read from."""

    state: Any
    effective_from: Any
    retired_on: Any


def stage_of(policy_version: Dated, *, today: date) -> Stage:
    """Return the stage of a version on a day."""
    if policy_version.state != PUBLISHED:
        return Stage(policy_version.state)
    if policy_version.effective_from > today:
        return Stage.SCHEDULED
    if policy_version.retired_on is not None and policy_version.retired_on < today:
        return Stage.RETIRED
    return Stage.IN_FORCE


def can_step(step: Step, stage: Stage) -> bool:
    """Whether a step is possible from a stage."""
    return stage in STEPS[step]
