"""Assessing a stored decision again: its own facts or corrected ones, its own policy or another."""

from collections.abc import Mapping
from typing import Any

from assessment import Assessment
from decisions.freezing import assess_frozen
from decisions.models import Decision, PolicyVersion
from decisions.policies import compiled

PURPOSE = "purpose"


def reassess(
    *,
    decision: Decision,
    facts: Mapping[str, Mapping[str, Any]],
    policy_version: PolicyVersion | None = None,
) -> Assessment:
    """Return the assessment of these facts; the request and what surrounded it stay as they were frozen."""
    policy = compiled(policy_version or decision.policy)
    request = dict(decision.request)
    if PURPOSE in facts:
        request[PURPOSE] = facts[PURPOSE]["value"]
    return assess_frozen(policy, facts, request)
