"""A saved plan in the words of one language: what is done, what is open, until when it is honoured."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from applicants.showing import show_money
from applicants.usable import usable_facts
from assessment import InputError as ImpossibleValueError
from assessment.recourse import Action
from assessment.scoring import Scorecard
from decisions.circumstances import add_months
from decisions.explanation_material import Material, get_material
from decisions.models import Promise
from decisions.policies import compiled
from decisions.promises import have_rules_changed
from decisions.route_words import action_title, certainty, say_ending, time_changes

Json = dict[str, Any]


def describe_promise(*, promise: Promise, language: str, now: datetime) -> Json:
    """Return a promise with the progress of each step on today's facts; JSON-safe."""
    material = get_material(promise.decision, language)
    asked = promise.decision.request["amount_cny"]
    amounts = (show_money(asked), show_money(promise.plan["amount_cny"]))
    steps = _steps(promise, material, amounts, now)
    return {
        "reference": promise.reference,
        "decision": promise.decision.reference,
        "state": promise.state,
        "state_label": str(promise.get_state_display()),
        "ends_in": say_ending(
            promise.decision,
            material.words,
            amount=amounts[1],
            asked=amounts[0],
            asks_less=promise.plan["asks_less"],
        ),
        "amount_cny": str(Decimal(promise.plan["amount_cny"])),
        "score": promise.plan["score"],
        "gate": promise.plan["gate"],
        "margin_points": promise.margin_points,
        "policy_version": promise.policy.version,
        "rules_changed": have_rules_changed(promise, now=now),
        "saved_at": promise.saved_at.isoformat(),
        "done_on": promise.plan["done_on"],
        "done_by": material.date(promise.plan["done_on"]),
        "honoured_until": promise.honoured_until.isoformat(),
        "honoured": material.date(promise.honoured_until.isoformat()),
        "steps": steps,
        "done": sum(step["is_done"] for step in steps),
        "new_decision": promise.new_decision.reference if promise.new_decision else None,
        "law": _law(promise, material),
    }


def _law(promise: Promise, material: Material) -> str:
    """The checks of law that stand against it, where it ended so."""
    codes = promise.ended_because.split(",") if promise.ended_because else []
    rules = [rule.id for rule in compiled(promise.policy).rules if rule.reason in codes]
    return material.words.say("list_separator").join(material.words.say("rules", rule) for rule in rules)


def _steps(promise: Promise, material: Material, amounts: tuple[str, str], now: datetime) -> list[Json]:
    facts = usable_facts(promise.applicant, now)
    policy = compiled(promise.policy)
    card = policy.scorecards[policy.products[promise.request["product"]].applicant]
    started = promise.saved_at.astimezone(material.profile.zone).date()
    steps = []
    if promise.plan["time"]:
        moves = promise.plan["time"]
        title = material.words.say("routes", "time_rung", changes=time_changes(material, moves))
        day = material.date(promise.plan["done_on"])
        words = material.words.say("routes", "certainty", "time", day=day)
        steps.append({"title": title, "certainty": words, **_step(moves, card, facts, material)})
    for written in promise.plan["actions"]:
        moves = tuple((name, before, after) for name, before, after in written["moves"])
        action = Action(written["group"], written["steps"], written["cost"], written["months"], moves)
        day = material.date(add_months(started, action.months).isoformat())
        title = action_title(material, action, amounts=amounts, day=day)
        sure = certainty(material, action, day)
        steps.append({"title": title, "certainty": sure, **_step(moves[:1], card, facts, material)})
    return steps


def _step(moves: Any, card: Scorecard, facts: dict[str, Any], material: Material) -> Json:
    """How far a step has come on today's facts."""
    done = all(_is_reached(card, name, before, to, facts[name]["value"]) for name, before, to in moves)
    colon = "\uff1a" if material.key == "zh" else ": "
    today = material.words.say("list_separator").join(
        f"{material.label(name)}{colon}{material.value(name, facts[name]['value'])}" for name, _, _ in moves
    )
    return {"is_done": done, "today": today}


def _is_reached(card: Scorecard, name: str, before: Any, to: Any, value: Any) -> bool:
    """Whether today's value earns as much as the plan's, or has come as far where nothing is earned."""
    one = card.by_name.get(name)
    if one is not None:
        try:
            return one.points[one.encode(value)] >= one.points[one.encode(to)]
        except ImpossibleValueError:
            return False
    if isinstance(value, int | float) and isinstance(to, int | float) and isinstance(before, int | float):
        return value <= to if to < before else value >= to
    return bool(value == to)
