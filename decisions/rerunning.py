"""Assessing a stored decision again: its own facts or corrected ones, its own policy or another."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from assessment import Assessment
from core.errors import DomainError
from decisions.asking import ask
from decisions.engines import FAILED, assess_scored, is_scored_elsewhere, stored_answer
from decisions.freezing import assess_frozen
from decisions.models import Decision, PolicyVersion
from decisions.policies import compiled

PURPOSE = "purpose"


class EngineUnavailableError(DomainError):
    """The other engine that scored the decision gives no score now."""

    code = "engine-unavailable"
    status = 503
    default_message = _("The service that scored this decision does not answer. Please try again later.")


def reassess(
    *,
    decision: Decision,
    facts: Mapping[str, Mapping[str, Any]],
    policy_version: PolicyVersion | None = None,
    answered: Mapping[str, Any] | None = None,
) -> Assessment:
    """Return the assessment of these facts; the request and what surrounded it stay as they were frozen.

    What another engine scored is asked of it again, unless nothing changed: then its stored answer counts.
    `answered` is the stored result of assessing the same facts earlier, whose answer counts again.
    """
    policy = compiled(policy_version or decision.policy)
    request = dict(decision.request)
    if PURPOSE in facts:
        request[PURPOSE] = facts[PURPOSE]["value"]
    if not is_scored_elsewhere(decision.result):
        return assess_frozen(policy, facts, request)
    if policy.hash == decision.policy_hash and facts == decision.facts:
        return assess_scored(policy, facts, request, stored_answer(decision.result, decision.facts))
    if answered is not None and is_scored_elsewhere(answered):
        return assess_scored(policy, facts, request, stored_answer(answered, facts))
    scored = ask(policy, facts, request)
    if scored is None and decision.result["engine"]["state"] == FAILED:
        return assess_frozen(policy, facts, request)
    if scored is None or scored.answer is None:
        raise EngineUnavailableError
    return assess_scored(policy, facts, request, scored)
