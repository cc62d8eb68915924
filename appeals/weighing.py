"""Which findings count in a ruling: what speaks against the person does not, for an appeal never harms."""

from collections.abc import Mapping
from typing import Any

from appeals.models import AppealOutcome, Rerun
from appeals.outcomes import better_result, worth

_ORDER = {"failed": 0, "unknown": 1, "not_run": 2, "passed": 2}
Result = Mapping[str, Any]


def left_out(rerun: Rerun, outcome: str) -> frozenset[str]:
    """The inputs whose finding does not count: nothing changes, and it speaks against the person."""
    if outcome != AppealOutcome.UNCHANGED:
        return frozenset()
    before = rerun.appeal.decision.facts
    found = [name for name, fact in rerun.facts.items() if value_of(fact) != value_of(before.get(name))]
    _basis, best = better_result(rerun)
    is_worse = worth(best) < worth(rerun.original)
    effects = {name: _effect(name, rerun.original, rerun.corrected) for name in found}
    return frozenset(name for name, effect in effects.items() if effect < 0 or (is_worse and not effect))


def counted_facts(rerun: Rerun, outcome: str) -> dict[str, Any]:
    """The facts of the decision with every finding that counts in this outcome."""
    before, against = rerun.appeal.decision.facts, left_out(rerun, outcome)
    kept = {name: before[name] for name in against if name in before}
    return {name: fact for name, fact in rerun.facts.items() if name not in against} | kept


def value_of(fact: Mapping[str, Any] | None) -> Any:
    """The value of a fact as it was used; None where there was none."""
    return fact.get("value") if fact else None


def _effect(name: str, before: Result, after: Result) -> int:
    """What a corrected input does under the decision's own rules: above zero for the person, below not."""
    points = [result["points"][name]["points"] for result in (before, after) if name in result["points"]]
    if len(points) == 2 and points[0] != points[1]:
        return int(points[1]) - int(points[0])
    later = {rule["id"]: rule for rule in after["rules"]}
    moves = [_move(name, rule, later[rule["id"]]) for rule in before["rules"] if rule["id"] in later]
    return next((move for move in moves if move), 0)


def _move(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """How a check that reads the input moves: passed or not, else nearer to its limit or further off."""
    if name not in before["values"]:
        return 0
    step = _ORDER[after["status"]] - _ORDER[before["status"]]
    if step or before["status"] != "failed":
        return step
    far, farther = _beyond(name, before), _beyond(name, after)
    return 0 if far is None or farther is None else (far > farther) - (far < farther)


def _beyond(name: str, rule: Mapping[str, Any]) -> float | None:
    value, limit = rule["values"][name], rule["limit"]
    is_plain = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (value, limit))
    return abs(value - limit) if is_plain else None
