"""Which actions belong together: those that move the same input, or inputs that one rule reads."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product as combinations

from assessment.actions import (
    INCOME,
    REQUESTED,
    Circumstances,
    Facts,
    Level,
    available_levels,
    touched,
)
from assessment.errors import RecourseError
from assessment.inputs import Context, Request
from assessment.policy import Policy, Rule
from assessment.policy_parts import FORMULA_INPUTS, LATE

MOST_COMBINATIONS = 20_000
SCORE, COVERAGE, LIMIT = "score", "data_coverage", "limit"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Actions that one input or one rule ties together."""

    names: frozenset[str]
    choices: tuple[tuple[Level, ...], ...]


def find_clusters(
    policy: Policy,
    facts: Facts,
    request: Request,
    circumstances: Circumstances,
    *,
    horizon: int,
    context: Context,
) -> list[Cluster]:
    """The clusters of what can be done within a horizon, each with every combination of its levels."""
    setting = policy.setting(request.product, policy.market_condition)
    card = policy.scorecards[setting.product.applicant]
    card = card if context.connections_dimension else card.without_connections
    levels = available_levels(policy, card, facts, circumstances, horizon)
    names = {key: touched(found[0].group, facts, circumstances) for key, found in levels.items()}
    ties = [set(reads(rule, request.product)) for rule in setting.rules]
    clusters = []
    for keys in _joined(names, ties):
        alternatives = [[(), *((level,) for level in levels[key])] for key in keys]
        if math.prod(len(one) for one in alternatives) > MOST_COMBINATIONS:
            raise RecourseError(f"too many combinations of {', '.join(keys)}")
        choices = tuple(sum(parts, ()) for parts in combinations(*alternatives))
        clusters.append(Cluster(frozenset().union(*(names[key] for key in keys)), choices))
    return clusters


def reads(rule: Rule, product: str) -> frozenset[str]:
    """The inputs that a rule depends on, through the limit too; score and coverage add up by themselves."""
    names = set(rule.expression.names) - {SCORE, COVERAGE}
    if LIMIT in names:
        names |= {REQUESTED, *FORMULA_INPUTS[product]}
        if product == "consumer_loan":
            names |= {INCOME, LATE}
    return frozenset(names)


def _joined(names: Mapping[str, set[str]], ties: Sequence[set[str]]) -> list[list[str]]:
    """Actions in groups that share an input or a rule, in the order of the policy."""
    groups: list[tuple[list[str], set[str]]] = []
    for key, moved in names.items():
        reach = set(moved).union(*(tie for tie in ties if tie & moved))
        joined = [group for group in groups if group[1] & reach]
        members = [member for group in joined for member in group[0]]
        groups = [group for group in groups if group not in joined]
        groups.append(([*members, key], reach.union(*(group[1] for group in joined))))
    order = list(names)
    return sorted(
        (sorted(keys, key=order.index) for keys, _ in groups), key=lambda keys: order.index(keys[0])
    )
