"""The answer to "what if" in the words of one language."""

from typing import Any

from applicants.showing import show_money
from assessment import Assessment
from decisions.explanation_material import Material, get_material
from decisions.models import Decision
from decisions.what_if import Changeable, WhatIf, changeable_inputs
from decisions.words import Words

Json = dict[str, Any]


def describe_what_if(*, decision: Decision, result: WhatIf, language: str) -> Json:
    """Return what would come out, beside what came out; JSON-safe."""
    material = get_material(decision, language)
    changes = [
        {"name": name, "label": material.label(name), "value": value, "shown": material.value(name, value)}
        for name, value in result.changes.items()
    ]
    before, after = (describe_side(side, material.words) for side in (result.before, result.after))
    return {
        "decision": decision.reference,
        "changes": changes,
        "before": before,
        "after": after,
        "gain": after["score"] - before["score"],
    }


def describe_side(decided: Assessment, words: Words) -> Json:
    """Return one result in words."""
    limit = decided.limit
    offer = decided.offer or decided.request.amount
    title = words.say(
        "routes", "results", decided.outcome, amount=show_money(offer),
        limit=show_money(limit.high) if limit else "",
    )  # fmt: skip
    failed = [hit.rule.id for hit in decided.run.hits]
    return {
        "outcome": decided.outcome,
        "title": title,
        "score": decided.score,
        "gate": decided.gate,
        "limit_cny": str(limit.high) if limit else None,
        "limit": show_money(limit.high) if limit else "",
        "annual_rate_pct": str(decided.annual_rate_pct) if decided.annual_rate_pct is not None else None,
        "checks_left": [{"rule": rule, "label": words.say("rules", rule)} for rule in failed],
    }


def describe_changeable(*, decision: Decision, language: str) -> list[Json]:
    """Return the inputs that can be tried, with labels, ranges and choices ready to show."""
    material = get_material(decision, language)
    return [_input(one, material) for one in changeable_inputs(decision)]


def _input(one: Changeable, material: Material) -> Json:
    choices = [(value, material.value(one.name, value)) for value in one.choices]
    return {
        "name": one.name,
        "label": material.label(one.name),
        "kind": one.kind,
        "value": one.value,
        "shown": material.value(one.name, one.value),
        "low": one.low,
        "high": one.high,
        "step": one.step,
        "choices": choices,
    }
