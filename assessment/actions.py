"""What a person can do: each action as the facts it leaves behind, with its effort and its months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assessment.encoding import Value
from assessment.errors import InputError
from assessment.inputs import read_input
from assessment.policy import ActionGroup, Policy
from assessment.policy_recourse import STATED
from assessment.scoring import Scorecard

REQUESTED, TO_LIMIT, NOTHING = "requested", "limit", "none"
INCOME, REPAYMENTS, OTHER = "verified_income_month", "existing_repayments_cny", "other_unsecured_cny"
SERVICE, LENDERS = "debt_service_pct", "active_lenders"
PLUS_ONE = "plus_one_a_month"
STATED_BEST: Mapping[str, Value] = {INCOME: 100_000, "bills_on_time_pct_12m": 100}
"""What a paper could show at best, where nobody has said what it would show."""

Facts = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of one person's room for action.

    `stated`: what the person says a `stated_value` action would show. `later`: per input the
    (months from now, value) that time brings, rising. `effects`: per action what one step changes
    besides its first input. `most_steps`: a person's own bound per action. `cannot`: actions that
    the person ruled out.
    """

    stated: Mapping[str, Value] = field(default_factory=dict)
    later: Mapping[str, Sequence[tuple[int, Value]]] = field(default_factory=dict)
    effects: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    most_steps: Mapping[str, int] = field(default_factory=dict)
    cannot: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Level:
    """Going `steps` steps with one action."""

    group: ActionGroup
    steps: int

    @property
    def cost(self) -> int:
        """Effort points."""
        return self.group.effort(self.steps)

    @property
    def months(self) -> int:
        """Months needed."""
        return self.group.duration(self.steps)


def facts_after(policy: Policy, facts: Facts, circumstances: Circumstances, months: int) -> dict[str, Value]:
    """The facts after `months` in which nothing is done: what ages grows older, what drops out is gone."""
    after = dict(facts)
    for name, rule in policy.recourse.time_alone.items():
        if rule == PLUS_ONE and _is_number(after.get(name)):
            after[name] += months  # type: ignore[operator]
    for name, later in circumstances.later.items():
        for at, value in later:
            if at <= months:
                after[name] = value
    return after


def available_levels(
    policy: Policy, card: Scorecard, facts: Facts, circumstances: Circumstances, horizon: int
) -> dict[str, list[Level]]:
    """Per action the levels that can be reached within `horizon` months; actions with none are left out."""
    found = {}
    for group in policy.recourse.groups:
        if group.id in circumstances.cannot or not _applies(policy, card, group, facts):
            continue
        most = min(group.max_steps, circumstances.most_steps.get(group.id, group.max_steps))
        levels = []
        previous = facts.get(group.moves[0])
        for steps in range(1, most + 1):
            level = Level(group, steps)
            reached = _reached(group, facts, circumstances, steps)
            if (
                level.months > horizon
                or reached == previous
                or not _is_possible(policy, card, group, facts, reached)
            ):
                break
            levels.append(level)
            previous = reached
        if levels:
            found[group.id] = levels
    return found


def take(facts: dict[str, Value], level: Level, circumstances: Circumstances) -> None:
    """Change `facts` to what one action leaves behind."""
    group = level.group
    if group.to == TO_LIMIT:
        return
    first = group.moves[0]
    fewer = _per_lender(facts, circumstances, group) if first == LENDERS else {}
    facts[first] = _reached(group, facts, circumstances, level.steps)
    for name in group.moves[1:]:
        if group.to == STATED and name in circumstances.stated:
            facts[name] = circumstances.stated[name]
    for name, step in {**fewer, **circumstances.effects.get(group.id, {})}.items():
        if name != first and _is_number(facts.get(name)):
            facts[name] = _stepped(facts[name], step, level.steps)


def act(
    facts: Facts, levels: Sequence[Level], circumstances: Circumstances
) -> tuple[dict[str, Value], list[dict[str, Value]]]:
    """The facts after some actions, and as they were before each of them."""
    changed = dict(facts)
    befores = []
    for level in levels:
        befores.append(dict(changed))
        take(changed, level, circumstances)
        settle(changed, befores[-1])
    return changed, befores


def settle(facts: dict[str, Value], before: Facts) -> None:
    """The share of income that repayments take follows when income or repayments moved."""
    moved = any(facts.get(name) != before.get(name) for name in (INCOME, REPAYMENTS))
    income, repayments = facts.get(INCOME), facts.get(REPAYMENTS)
    if moved and facts.get(SERVICE) == before.get(SERVICE) and _is_number(income) and _is_number(repayments):
        share = 100 * float(repayments) / float(income) if income else 1000.0  # type: ignore[arg-type]
        facts[SERVICE] = round(share, 2)


def touched(group: ActionGroup, facts: Facts, circumstances: Circumstances) -> set[str]:
    """Every input that an action can move, with what follows from it."""
    names = {group.moves[0], *circumstances.effects.get(group.id, {})}
    if group.to == STATED:
        names |= {name for name in group.moves if name in circumstances.stated}
    if group.moves[0] == LENDERS:
        names |= set(_per_lender(facts, circumstances, group))
    return names | {SERVICE} if names & {INCOME, REPAYMENTS} else names


def _per_lender(facts: Facts, circumstances: Circumstances, group: ActionGroup) -> dict[str, float]:
    """Closing one of several lenders takes an average share of repayments and debt, unless told better."""
    lenders = facts.get(LENDERS)
    if group.id in circumstances.effects or not _is_number(lenders) or not lenders:
        return {}
    return {
        name: -float(facts[name]) / float(lenders)  # type: ignore[arg-type]
        for name in (REPAYMENTS, OTHER)
        if _is_number(facts.get(name))
    }


def _reached(group: ActionGroup, facts: Facts, circumstances: Circumstances, steps: int) -> Value:
    first = group.moves[0]
    if group.step is not None:
        return _stepped(facts[first], group.step, steps)
    if group.to == STATED:
        return circumstances.stated.get(first)
    return None if group.to == NOTHING else group.to


def _stepped(value: Value, step: float, steps: int) -> Value:
    moved = max(round(float(value) + step * steps, 4), 0)  # type: ignore[arg-type]
    return int(moved) if moved == int(moved) else moved


def _is_number(value: Value) -> bool:
    return value is not None and not isinstance(value, bool | str)


def _applies(policy: Policy, card: Scorecard, group: ActionGroup, facts: Facts) -> bool:
    first = group.moves[0]
    if first == REQUESTED:
        return True
    if first in card.by_name:
        is_used = first in card.used_names
        return is_used and (group.step is None or _is_number(facts.get(first)))
    spec = policy.inputs.get(first)
    return spec is not None and first in facts


def _is_possible(policy: Policy, card: Scorecard, group: ActionGroup, facts: Facts, reached: Value) -> bool:
    """Whether the value exists and earns no fewer points than today's."""
    first = group.moves[0]
    one = card.by_name.get(first)
    try:
        if one is not None:
            return one.points[one.encode(reached)] >= one.points[one.encode(facts[first])]
        if first != REQUESTED:
            read_input(policy.inputs[first], reached)
    except InputError:
        return False
    return True


def normalised(policy: Policy, card: Scorecard, facts: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    """The named facts as rules and limits read them."""
    return {
        name: read_input(policy.inputs[name], facts[name]) if name in policy.inputs else facts[name]
        for name in names
        if name in facts and (name in policy.inputs or name in card.by_name)
    }
