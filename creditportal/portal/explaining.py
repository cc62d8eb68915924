"""The frozen explanation of a decision, arranged for the page."""

from collections.abc import Mapping, Sequence
from typing import Any


def arrange(document: Mapping[str, Any]) -> dict[str, Any]:
    """Add what the page shows beside the document: reasons by layer, each with its limit, and checks."""
    checks = [rule for rule in document["rules"] if rule["status"] != "not_run"]
    failed = [rule for rule in checks if rule["status"] == "failed"]
    reasons = [{**reason, "facts": _with_limits(reason, failed)} for reason in document["reasons"]]
    layers = list(dict.fromkeys(reason["layer"] for reason in reasons))
    return {
        "document": document,
        "layered": sorted(reasons, key=lambda reason: (layers.index(reason["layer"]), reason["position"])),
        "checks": checks,
        "failed": len(failed),
    }


def _with_limits(reason: Mapping[str, Any], failed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each fact of a reason with the limit that it was held against, where a check names one."""
    limits = {rule["value"]: rule["limit"] for rule in failed if rule["reason"] == reason["code"]}
    return [{**fact, "limit": limits.get(fact["value"])} for fact in reason["facts"]]
