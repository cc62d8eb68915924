"""The frozen explanation of a decision, arranged for the page."""

from collections.abc import Mapping
from typing import Any


def arrange(document: Mapping[str, Any]) -> dict[str, Any]:
    """Add what the page shows beside the document: reasons by layer, each with its limit, and checks."""
    checks = [rule for rule in document["rules"] if rule["status"] != "not_run"]
    limits = {rule["reason"]: rule["limit"] for rule in checks if rule["status"] == "failed"}
    reasons = [{**reason, "limit": limits.get(reason["code"])} for reason in document["reasons"]]
    layers = list(dict.fromkeys(reason["layer"] for reason in reasons))
    return {
        "document": document,
        "layered": sorted(reasons, key=lambda reason: (layers.index(reason["layer"]), reason["position"])),
        "checks": checks,
        "failed": sum(rule["status"] == "failed" for rule in checks),
    }
