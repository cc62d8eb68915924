"""An assessment as the rows of a decision: column values and principal reasons, every brace filled; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from assessment import Assessment, Policy
from decisions.freezing import freeze_result
from decisions.jurisdictions import Profile
from decisions.reason_catalogue import ReasonEntry
from decisions.reasons import reason_parameters

GIVES_MONEY = frozenset({"approve", "counter"})
_TOO_YOUNG: Final = "U09"


@dataclass(frozen=True)
class FrozenReason:
    """One principal reason as it is stored."""

    position: int
    code: str
    parameters: dict[str, Any]
    tag: str


@dataclass(frozen=True)
class Frozen:
    """The columns of a decision that follow from its assessment, and its reasons in order."""

    columns: dict[str, Any]
    reasons: tuple[FrozenReason, ...]

    @property
    def outcome(self) -> str:
        """How the assessment ended."""
        return str(self.columns["outcome"])


def freeze(
    *,
    assessment: Assessment,
    policy: Policy,
    profile: Profile,
    facts: Mapping[str, Mapping[str, Any]],
    request: Mapping[str, Any],
    entries: Mapping[str, ReasonEntry],
) -> Frozen:
    """Return the column values and the reasons of one decision; a text with an unfilled brace raises."""
    decided_on = date.fromisoformat(request["context"]["decided_on"])
    result = freeze_result(assessment=assessment, policy=policy, profile=profile, decided_on=decided_on)
    reasons = freeze_reasons(facts=facts, request=request, result=result, policy=policy, entries=entries)
    result["next"] = _not_before(result["next"], reasons)
    columns = {
        "policy_hash": policy.hash,
        "engine_version": assessment.engine_version,
        "market": assessment.market,
        "product": request["product"],
        "outcome": assessment.outcome,
        "score": assessment.score,
        "limit_cny": granted_limit(result),
        "facts": dict(facts),
        "request": dict(request),
        "result": result,
    }
    return Frozen(columns=columns, reasons=reasons)


def freeze_reasons(
    *,
    facts: Mapping[str, Mapping[str, Any]],
    request: Mapping[str, Any],
    result: Mapping[str, Any],
    policy: Policy,
    entries: Mapping[str, ReasonEntry],
) -> tuple[FrozenReason, ...]:
    """Return the principal reasons with their parameters, in order."""
    frozen = []
    for position, reason in enumerate(result["reasons"], start=1):
        parameters = reason_parameters(
            reason=reason, facts=facts, request=request, result=result, policy=policy
        )
        entries[reason["code"]].check_filled(parameters)
        frozen.append(FrozenReason(position, reason["code"], parameters, reason["tag"]))
    return tuple(frozen)


def _not_before(after: Mapping[str, Any], reasons: Sequence[FrozenReason]) -> dict[str, Any]:
    """The dates that follow; nobody is told to apply again before the birthday that a reason names."""
    again = after["reapply_on"]
    days = [one.parameters["date"] for one in reasons if one.code == _TOO_YOUNG and "date" in one.parameters]
    return {**after, "reapply_on": max([again, *days]) if again else None}


def granted_limit(result: Mapping[str, Any]) -> Decimal:
    """The limit that the result gives; nothing unless it approves or makes another offer."""
    if result["outcome"] not in GIVES_MONEY or result["limit"] is None:
        return Decimal(0)
    return Decimal(result["limit"]["high"])
