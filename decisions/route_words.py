"""Routes in the words of one language: each step with size, date, gain and how sure it is."""

from collections.abc import Sequence
from typing import Any, Final

from applicants.showing import show_money
from assessment.actions import LENDERS, REQUESTED
from assessment.clusters import SCORE
from assessment.recourse import LOOK_AHEAD_MONTHS, Action
from decisions.circumstances import add_months, statable
from decisions.explanation_material import Material, get_material
from decisions.models import Decision, DecisionKind
from decisions.route_gaps import none_yet
from decisions.routes import Plan, Routes, Rung
from decisions.words import Words

Json = dict[str, Any]
# Sources that this site updates by itself as soon as the person acts.
OURS: Final = frozenset({"applicant", "identity_service", "linked_bills", "account_safety", "contacts", ""})


def describe_routes(*, routes: Routes, language: str) -> Json:
    """Return the routes of a decision as one document, ready to show; JSON-safe."""
    material = get_material(routes.decision, language)
    return {
        "decision": routes.decision.reference,
        "outcome": routes.decision.outcome,
        "asked_cny": str(routes.request.amount),
        "asked": show_money(routes.request.amount),
        "score": routes.start.score,
        "gate": routes.start.gate,
        "routes": [_plan(plan, routes, material) for plan in routes.plans],
        "none": None if routes.plans else none_yet(routes, material) or _none(routes, material),
        "can_rule_out": [
            {"action": group.id, "label": short_label(material, group.id)}
            for group in _offered(routes)
        ],
        "cannot": list(routes.wishes.cannot),
        "can_state": [
            {"name": name, "label": material.label(name), "value": routes.wishes.stated.get(name)}
            for name in statable(routes.policy, routes.decision.facts)
        ],
    }  # fmt: skip


def short_label(material: Material, action: str) -> str:
    """The name of an action as a choice."""
    known = material.words.has("routes", "short", action)
    return material.words.say("routes", "short", action) if known else action


def _offered(routes: Routes) -> list[Any]:
    """Actions that appear in a route, or that the person ruled out."""
    used = {action.group for plan in routes.plans for action in plan.route.actions}
    shown = used | set(routes.wishes.cannot)
    return [group for group in routes.policy.recourse.groups if group.id in shown]


def _plan(plan: Plan, routes: Routes, material: Material) -> Json:
    route = plan.route
    limit = route.assessment.limit
    return {
        "key": plan.key,
        "ends_in": say_ending(
            routes.decision,
            material.words,
            amount=show_money(route.request.amount),
            asked=show_money(routes.request.amount),
            asks_less=route.asks_less,
        ),
        "amount_cny": str(route.request.amount),
        "amount": show_money(route.request.amount),
        "asks_less": route.asks_less,
        "score": route.assessment.score,
        "gate": route.assessment.gate,
        "limit": show_money(limit.high) if limit else "",
        "effort": route.cost,
        "months": route.horizon,
        "done_on": plan.done_on.isoformat(),
        "done_by": material.date(plan.done_on.isoformat()),
        "honoured_until": plan.honoured_until.isoformat(),
        "honoured": material.date(plan.honoured_until.isoformat()),
        "margin_points": route.margin,
        "actions": [rung.action.group for rung in plan.rungs if rung.action],
        "steps": [_step(rung, plan, routes, material) for rung in plan.rungs],
    }


def say_ending(decision: Decision, words: Words, *, amount: str, asked: str, asks_less: bool) -> str:
    """Return what a route leads to: what was asked for, less of it, or the line again."""
    if asks_less:
        return words.say("routes", "ends_less", amount=amount, asked=asked)
    is_line = decision.kind != DecisionKind.APPLICATION
    return words.say("routes", "ends_line" if is_line else "ends_full", amount=asked)


def _step(rung: Rung, plan: Plan, routes: Routes, material: Material) -> Json:
    action = rung.action
    day = add_months(routes.today, action.months if action else plan.route.horizon)
    is_start = action is None and not rung.moves
    shown = "" if is_start else material.date(day.isoformat())
    return {
        "kind": "start" if is_start else "action" if action else "time",
        "action": action.group if action else "",
        "short": _short(rung, material),
        "title": _title(rung, plan, routes, material, shown),
        "also": _also(action, material) if action else [],
        "certainty": _certainty(rung, material, shown),
        "by_on": "" if is_start else day.isoformat(),
        "by": shown,
        "gain": rung.gain,
        "score": rung.score,
        "settles": [material.words.say("rules", rule) for rule in rung.settled if rule != "R04"],
        "left": len(rung.failed),
        "checks": [rule not in rung.failed for rule in _first_failed(plan)],
        "target": _target(action),
    }


def _first_failed(plan: Plan) -> tuple[str, ...]:
    """Every check that stands in the way at some rung, in order."""
    return tuple(dict.fromkeys(rule for rung in plan.rungs for rule in rung.failed))


def _short(rung: Rung, material: Material) -> str:
    """A few words, for the chart."""
    if rung.action is not None:
        return short_label(material, rung.action.group)
    return material.words.say("routes", "time_short" if rung.moves else "start")


def _title(rung: Rung, plan: Plan, routes: Routes, material: Material, day: str) -> str:
    words, action = material.words, rung.action
    if action is None:
        if not rung.moves:
            return words.say("routes", "start")
        return words.say("routes", "time_rung", changes=time_changes(material, rung.moves))
    amounts = (show_money(routes.request.amount), show_money(plan.route.request.amount))
    return action_title(material, action, amounts=amounts, day=day)


def time_changes(material: Material, moves: Sequence[Sequence[Any]]) -> str:
    """What time brings, input by input."""
    gap = " " if material.key == "zh" else ": "
    return material.words.say("list_separator").join(
        f"{material.label(name)}{gap}{material.value(name, value)}" for name, _, value in moves
    )


def action_title(material: Material, action: Action, *, amounts: tuple[str, str], day: str) -> str:
    """What to do, with its size; `amounts`: asked for, and promised."""
    words, values = material.words, _values(action, amounts, material)
    if words.has("routes", "actions", action.group):
        return words.say("routes", "actions", action.group, **values, day=day)
    return words.say("routes", "other_action", **values)


def _values(action: Action, amounts: tuple[str, str], material: Material) -> dict[str, str]:
    """What fills the braces of a step's sentence."""
    if not action.moves:
        asked, amount = amounts
        return {"label": material.label(REQUESTED), "from": asked, "to": amount, "change": amount}
    name, before, after = action.moves[0]
    change = abs(after - before) if _is_number(before) and _is_number(after) else after
    return {
        "label": material.label(name),
        "from": material.value(name, before),
        "to": material.value(name, after),
        "change": str(change) if name == LENDERS else material.value(name, change),
    }


def _also(action: Action, material: Material) -> list[str]:
    """What follows from a step by itself."""
    lines = []
    for name, before, after in action.moves[1:]:
        label, words = material.label(name), material.words
        if _is_number(before):
            shown = {"from": material.value(name, before), "to": material.value(name, after)}
            lines.append(words.say("routes", "also", label=label, **shown))
        else:
            lines.append(words.say("routes", "also_unknown", label=label))
    return lines


def _certainty(rung: Rung, material: Material, day: str) -> str:
    if rung.action is None:
        return material.words.say("routes", "certainty", "time", day=day) if rung.moves else ""
    return certainty(material, rung.action, day)


def certainty(material: Material, action: Action, day: str) -> str:
    """Whether we update what a step changes, or somebody else does, and then about when."""
    source = ""
    if action.moves:
        kinds = material.dictionary[action.moves[0][0]].source_kinds
        source = kinds[0] if kinds else ""
    if source in OURS:
        return material.words.say("routes", "certainty", "ours")
    return material.words.say("routes", "certainty", "others", day=day, source=material.source(source))


def _target(action: Action | None) -> Json | None:
    """What must be seen for the step to count as done."""
    if action is None or not action.moves:
        return None
    name, before, after = action.moves[0]
    return {"characteristic": name, "from": before, "to": after}


def _none(routes: Routes, material: Material) -> Json:
    """The proof in words, and the day on which time alone changes the result."""
    words, last = material.words, routes.recourse.horizons[-1]
    lines = [words.say("routes", "none", "intro", months=last.months)]
    names = {rule.id: set(rule.expression.names) for rule in routes.policy.rules}
    blocked = [rule for rule in last.blocked if SCORE not in names[rule]]
    lines += [words.say("routes", "none", "rule", rule=words.say("rules", rule)) for rule in blocked]
    cases = [case for case in last.certificate.cases if case.most_gain is not None]
    if not blocked and cases:
        best = max(cases, key=lambda case: (case.most_gain or 0) - case.need)
        lines.append(words.say("routes", "none", "points", most=best.most_gain, need=best.need))
    months, on = routes.recourse.time_alone_months, None
    if months is not None:
        on = add_months(routes.today, months)
        lines.append(words.say("routes", "none", "time", day=material.date(on.isoformat())))
    else:
        lines.append(words.say("routes", "none", "never"))
    assert LOOK_AHEAD_MONTHS == 60, "the words say five years"
    return {
        "lines": [*lines, words.say("routes", "none", "others")],
        "blocked": list(last.blocked),
        "time_alone_on": on.isoformat() if on else None,
        "certificate": last.certificate.digest,
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
