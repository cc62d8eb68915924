"""What fills the braces of the reasons that are about us; pure."""

from collections.abc import Callable
from typing import Any

from decisions.reason_case import Case

Parameters = dict[str, Any]


def _rules_changed(case: Case) -> Parameters:
    review = case.result["next"]["next_evaluation_on"]
    alternatives = case.result["alternatives"]
    if "predecessor" not in alternatives:
        since = case.context["market_since"] or case.decided_on
        return {"form": "market", "date": since, "review_date": review}
    return {
        "date": case.policy.effective_from, "version": case.policy.version,
        "change": changed_rules(case), "review_date": review,
    }  # fmt: skip


def changed_rules(case: Case) -> list[str]:
    """The changes since the predecessor that stand in this decision's way, or all of them."""
    changes = list(case.policy.document.get("predecessor", {}).get("changes", {}))
    in_the_way = {rule["id"] for rule in case.result["rules"] if rule["outcome"] is not None}
    unknown = any(rule["status"] == "unknown" and rule["outcome"] for rule in case.result["rules"])
    met = [name for name in changes if name in in_the_way or (name == "unknown_in_a_rule" and unknown)]
    return met or changes


def _exposure(case: Case) -> Parameters:
    pct = case.context["portfolio_exposure_pct"]
    reopens = case.context["reopens_on"]
    return {"pct": pct, "date": reopens} if reopens else {"form": "short", "pct": pct}


def _regulation(case: Case) -> Parameters:
    law = case.context["law"]
    if case.rule("R18") is None or not law:
        cap = case.policy.products[case.request["product"]].cap
        return {"form": "product", "cap": cap, "asked": case.asked}
    cap = case.context["regulatory_cap"]
    return {"law": law, "limit": cap, "asked": case.asked, "cap": cap}


def _maintenance(case: Case) -> Parameters:
    if case.result.get("engine", {}).get("state") == "failed":
        return {"form": "scorer"}
    start, end = case.context["maintenance_from"], case.context["maintenance_until"]
    return {"start": start, "end": end} if start and end else {"form": "short"}


PLATFORM_FILLERS: dict[str, Callable[[Case], Parameters]] = {
    "P01": _rules_changed, "P02": _exposure, "P03": _regulation, "P04": _maintenance,
}  # fmt: skip
