"""Asking another engine before a decision is written, outside any transaction wherever that can be."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from applicants.usable import usable_facts
from assessment import Assessment, Policy
from core.errors import ConflictError
from decisions.engines import Facts, Scored, ask_engine, assess_scored
from decisions.freezing import assess_frozen, freeze_context, freeze_request, used_facts
from decisions.jurisdictions import get_profile
from decisions.models import Application
from decisions.policies import compiled, current_market, get_policy_in_force
from decisions.related import refresh_related_score
from decisions.remote import get_engine


class FactsMovedError(ConflictError):
    """The facts are no longer those that the other engine was asked about."""

    code = "facts-moved"


def ask_about(*, application: Application, now: datetime) -> Scored | None:
    """Ask the other engine about an application; None where our own engine scores."""
    if get_engine() is None:
        return None
    applicant = application.applicant
    refresh_related_score(firm=applicant, now=now)
    policy = compiled(get_policy_in_force(now=now))
    context = freeze_context(
        profile=get_profile(applicant.jurisdiction), product=application.product,
        market=current_market(now), now=now,
    )  # fmt: skip
    request = {**freeze_request(application), "context": context}
    facts = used_facts(policy, application.product, usable_facts(applicant, now))
    return ask(policy, facts, request)


def assess_asked(
    policy: Policy, facts: Facts, request: Mapping[str, Any], scored: Scored | None = None
) -> Assessment:
    """Assess by our own engine, or on what another one answered about exactly these facts."""
    answered = scored or ask(policy, facts, request)
    if answered is None:
        return assess_frozen(policy, facts, request)
    if _values(answered.facts) != _values(facts):
        raise FactsMovedError
    return assess_scored(policy, facts, request, answered)


def ask(policy: Policy, facts: Facts, request: Mapping[str, Any]) -> Scored | None:
    """Ask the other engine; None where our own scores."""
    engine = get_engine()
    if engine is None:
        return None
    asked = json.dumps([policy.hash, request["product"], _values(facts)], sort_keys=True, default=str)
    # The same question has the same key, whoever repeats it, and tells nothing about the person.
    key = hashlib.sha256(asked.encode()).hexdigest()
    return ask_engine(engine, policy=policy, facts=facts, request=request, key=key)


def _values(facts: Facts) -> dict[str, Any]:
    return {name: entry["value"] for name, entry in facts.items()}
