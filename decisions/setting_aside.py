"""Which checks that say no a person may set aside: those that the policy names, and no other."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from decisions.freezing_reasons import FrozenReason
from decisions.models import PolicyVersion
from decisions.policies import compiled

SET_ASIDE: Final = "set_aside"
_NO: Final = frozenset({"decline", "hold"})
_LESS: Final = "counter"
Result = Mapping[str, Any]


def checks_against(result: Result) -> tuple[str, ...]:
    """The checks by which rules refuse or wait: who gives credit all the same sets each of them aside."""
    return tuple(rule["id"] for rule in result["rules"] if rule["outcome"] in _NO)


def checks_that_stand(result: Result, policy: PolicyVersion) -> tuple[str, ...]:
    """Those of them that nobody may set aside under this policy."""
    allowed = compiled(policy).may_set_aside
    return tuple(rule for rule in checks_against(result) if rule not in allowed)


def is_for_a_person(result: Result, policy: PolicyVersion) -> bool:
    """Whether the rules leave it to a person: they refer, or refuse by nothing but what may be set aside."""
    refuses = result["outcome"] == "decline" and result["limit"] is not None
    return (refuses or result["outcome"] == "refer") and not checks_that_stand(result, policy)


def reasons_for_less(reasons: Iterable[FrozenReason], result: Result) -> tuple[FrozenReason, ...]:
    """Why a person gives less than was asked for: what bounds the amount, not what was set aside."""
    reasons = tuple(reasons)
    bounds = {rule["id"] for rule in result["rules"] if rule["outcome"] == _LESS}
    codes = {reason["code"] for reason in result["reasons"] if bounds & set(reason["rules"])}
    kept = [reason for reason in reasons if reason.code in codes]
    return tuple(replace(reason, position=at) for at, reason in enumerate(kept, 1)) or reasons
