"""Telling a route as the least that is enough: each number at the edge of its bin plus a unit.

A route moves in steps, and a step can overshoot. Whoever follows it is told the least demanding whole
number that still leads to the same outcome; the plan as a whole is assessed again for each number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assessment.actions import INCOME, REPAYMENTS, SERVICE, Circumstances, Facts, facts_after
from assessment.assessing import Assessment, assess
from assessment.encoding import Characteristic, Value
from assessment.inputs import Context
from assessment.policy import Policy
from assessment.recourse import Action, Route


def least_values(one: Characteristic, today: Value, reached: Value) -> list[int]:
    """Whole numbers at the near edge of each bin between today's and the one reached, easiest first."""
    now, goal = one.points[one.encode(today)], one.points[one.encode(reached)]
    if not one.positions:
        return []
    is_rising = one.points[one.positions[-1]] >= one.points[one.positions[0]]
    found = []
    for place, at in enumerate(one.positions):
        if not now < one.points[at] <= goal:
            continue
        value = _near_edge(one, place, is_rising=is_rising)
        if value is not None and one.encode(value) == at:
            found.append((one.points[at], value))
    return [value for _, value in sorted(found)]


def _near_edge(one: Characteristic, place: int, *, is_rising: bool) -> int | None:
    if is_rising:
        return math.floor(one.edges[place - 1]) + 1 if place else 0
    return math.floor(one.edges[place]) if place < len(one.edges) else None


def tell_least(policy: Policy, route: Route, known: Circumstances, *, market: str, context: Context) -> Route:
    """The same route with every number as small a change as still leads there, assessed again as a whole."""
    card = policy.scorecards[policy.products[route.request.product].applicant]
    facts, decided = dict(route.facts), route.assessment
    actions = list(route.actions)
    for at, action in enumerate(actions):
        one = card.by_name.get(action.moves[0][0]) if action.moves else None
        if one is None or action.group in known.effects or not _can_be_less(action):
            continue
        name, today, reached = action.moves[0]
        for value in least_values(one, today, reached):
            less = _with_value(facts, name, value, has_service=len(action.moves) > 1)
            again = assess(policy, less, route.request, market=market, context=context)
            if _is_enough(again, route):
                facts, decided = less, again
                actions[at] = replace(action, moves=_moves(action, less))
                break
    return replace(route, actions=tuple(actions), facts=facts, assessment=decided)


def _can_be_less(action: Action) -> bool:
    """Whether its first input is a number and nothing but the share for repayments follows from it."""
    name, _, reached = action.moves[0]
    followers = {moved for moved, _, _ in action.moves[1:]}
    is_number = not isinstance(reached, bool | str) and reached is not None
    return is_number and followers <= ({SERVICE} if name == INCOME else set())


def _with_value(facts: Mapping[str, Any], name: str, value: int, *, has_service: bool) -> dict[str, Any]:
    less = {**facts, name: value}
    repayments = facts.get(REPAYMENTS)
    if has_service and isinstance(repayments, int | float) and value:
        less[SERVICE] = round(100 * float(repayments) / value, 2)
    return less


def _moves(action: Action, facts: Mapping[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    return tuple((name, before, facts[name]) for name, before, _ in action.moves)


def _is_enough(decided: Assessment, route: Route) -> bool:
    return decided.outcome == "approve" and decided.score >= decided.gate + route.margin


def bring_forward(
    policy: Policy, facts: Facts, route: Route, known: Circumstances, *, market: str, context: Context
) -> Route:
    """The same route in the first month in which it leads there: time may not be needed in full."""
    changes = {name: value for action in route.actions for name, _, value in action.moves}
    for months in range(route.months, route.horizon):
        sooner = {**facts_after(policy, facts, known, months), **changes}
        again = assess(policy, sooner, route.request, market=market, context=context)
        if _is_enough(again, route):
            return replace(route, horizon=months, facts=sooner, assessment=again)
    return route
