"""Asking another engine before a decision is written: outside any transaction; what moved undoes it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from applicants.models import Applicant
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


@dataclass
class Answers:
    """What was asked in a block; once they are final, nothing else is asked in it."""

    known: dict[str, Scored] = field(default_factory=dict)
    is_final: bool = False

    def close(self) -> None:
        """From here on only what was answered counts; called before the transaction begins."""
        self.is_final = True


_at_hand: ContextVar[Answers | None] = ContextVar("answers_at_hand", default=None)


class FactsMovedError(ConflictError):
    """The facts or the rules are no longer those that the other engine was asked about."""

    code = "facts-moved"


@contextmanager
def answers_at_hand() -> Iterator[Answers]:
    """Keep answers for this block, so that what is asked before its transaction is not asked inside it.

    After `close()` a question must be one that was asked: else facts or rules have moved meanwhile, and
    FactsMovedError undoes the transaction. So no row stays locked while another service thinks.
    """
    answers = Answers()
    token = _at_hand.set(answers)
    try:
        yield answers
    finally:
        _at_hand.reset(token)


def ask_about(*, application: Application, now: datetime) -> Scored | None:
    """Ask the other engine about an application; None where our own engine scores."""
    return ask_ahead(applicant=application.applicant, request=freeze_request(application), now=now)


def ask_ahead(*, applicant: Applicant, request: Mapping[str, Any], now: datetime) -> Scored | None:
    """Ask the other engine what a request would score today; None where our own engine scores."""
    if get_engine() is None:
        return None
    refresh_related_score(firm=applicant, now=now)
    policy = compiled(get_policy_in_force(now=now))
    context = freeze_context(
        profile=get_profile(applicant.jurisdiction), product=request["product"],
        market=current_market(now), now=now,
    )  # fmt: skip
    facts = used_facts(policy, request["product"], usable_facts(applicant, now))
    return ask(policy, facts, {**request, "context": context})


def assess_asked(
    policy: Policy, facts: Facts, request: Mapping[str, Any], scored: Scored | None = None
) -> Assessment:
    """Assess by our own engine, or on what another one answered about exactly these facts and rules."""
    answered = scored or ask(policy, facts, request)
    if answered is None:
        return assess_frozen(policy, facts, request)
    is_about_this = answered.key == _key(policy, facts, request) and _values(answered.facts) == _values(facts)
    if not is_about_this:
        raise FactsMovedError
    return assess_scored(policy, facts, request, answered)


def ask(policy: Policy, facts: Facts, request: Mapping[str, Any]) -> Scored | None:
    """Ask the other engine, or take its answer from those at hand; None where our own scores."""
    engine = get_engine()
    if engine is None:
        return None
    key, at_hand = _key(policy, facts, request), _at_hand.get() or Answers()
    if key not in at_hand.known:
        if at_hand.is_final:
            raise FactsMovedError
        at_hand.known[key] = ask_engine(engine, policy=policy, facts=facts, request=request, key=key)
    return replace(at_hand.known[key], facts=facts)


def _key(policy: Policy, facts: Facts, request: Mapping[str, Any]) -> str:
    """The same question has the same key, whoever repeats it; it tells nothing about the person."""
    asked = json.dumps([policy.hash, request["product"], _values(facts)], sort_keys=True, default=str)
    return hashlib.sha256(asked.encode()).hexdigest()


def _values(facts: Facts) -> dict[str, Any]:
    return {name: entry["value"] for name, entry in facts.items()}
