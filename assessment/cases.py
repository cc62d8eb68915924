"""Turning a person's room for action into exact knapsack cases: rules as restrictions, points as needs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product as combinations
from typing import Any

from assessment.actions import REQUESTED, Circumstances, Facts, Level, act, normalised
from assessment.clusters import COVERAGE, LIMIT, SCORE, Cluster, reads
from assessment.errors import RecourseError
from assessment.inputs import Context, Request
from assessment.knapsack import Option
from assessment.money import FEN
from assessment.policy import BANDED_PRODUCTS, Policy, Rule
from assessment.rules import REFER
from assessment.running import Run, price_and_limit, run_policy


@dataclass(frozen=True, slots=True)
class Attempt:
    """One combination of levels within a cluster: its cost, gain and coverage, and what rules then read.

    `failing` are the rules that it fails whatever the price band.
    """

    levels: tuple[Level, ...]
    cost: int
    gain: int
    known: int
    env: Mapping[str, Any]
    failing: frozenset[str]

    @property
    def asks_less(self) -> bool:
        """Whether the person asks for the limit instead of more."""
        return any(REQUESTED in level.group.moves for level in self.levels)


@dataclass(frozen=True, slots=True)
class Case:
    """One price band (and level of coverage): per cluster the attempts that pass its rules, and the need."""

    label: str
    need: int
    attempts: tuple[tuple[Attempt, ...], ...]
    blocked: tuple[str, ...]

    @property
    def options(self) -> list[list[Option]]:
        """Cost and gain of every attempt by cluster."""
        return [[(one.cost, one.gain) for one in attempts] for attempts in self.attempts]

    def without(self, action: str) -> Case:
        """The same case for somebody who does not take one action."""
        kept = tuple(
            tuple(one for one in attempts if all(level.group.id != action for level in one.levels))
            for attempts in self.attempts
        )
        return replace(self, attempts=kept)

    def levels(self, picks: Sequence[int]) -> list[Level]:
        """The levels of one attempt per cluster."""
        chosen = (attempts[pick] for attempts, pick in zip(self.attempts, picks, strict=True))
        return [level for attempt in chosen for level in attempt.levels]


@dataclass(frozen=True, slots=True)
class _Part:
    """A cluster's attempts and the rules about the limit that they decide."""

    attempts: tuple[Attempt, ...]
    limit_rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stays the same over all cases of one search."""

    policy: Policy
    run: Run
    request: Request
    floor: int
    parts: tuple[_Part, ...]
    failing: frozenset[str]
    limit_rules: tuple[Rule, ...]


def build_cases(
    policy: Policy,
    facts: Facts,
    request: Request,
    clusters: Sequence[Cluster],
    circumstances: Circumstances,
    *,
    market: str,
    context: Context,
    margin: int,
) -> list[Case]:
    """One case per price band that can be reached, and per level of coverage where it falls short."""
    run = run_policy(policy, facts, request, market=market, context=context)
    _check_rules(run)
    rules = [rule for rule in run.setting.rules if not {SCORE, COVERAGE} & set(rule.expression.names)]
    parts = []
    for cluster in clusters:
        own = [rule for rule in rules if reads(rule, request.product) & cluster.names]
        rules = [rule for rule in rules if rule not in own]
        fixed, of_limit = _split(own)
        attempts = tuple(_attempt(run, facts, levels, circumstances, fixed) for levels in cluster.choices)
        parts.append(_Part(attempts, of_limit))
    fixed, of_limit = _split(rules)
    floor = _score_floor(run) + margin
    frame = _Frame(policy, run, request, floor, tuple(parts), _failing(policy, fixed, run.env), of_limit)
    bands: Sequence[int | None] = [None]
    if request.product in BANDED_PRODUCTS:
        last = len(policy.price_bands) - 1
        bands = [at for at, band in enumerate(policy.price_bands) if band.high >= floor or at == last]
    return [case for band in bands for case in _cases_in_band(frame, band)]


def _split(rules: Sequence[Rule]) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Rules that no price band changes, and rules about the limit."""
    about_limit = {LIMIT, REQUESTED}
    fixed = tuple(rule for rule in rules if not about_limit & set(rule.expression.names))
    return fixed, tuple(rule for rule in rules if rule not in fixed)


def _check_rules(run: Run) -> None:
    """Score and coverage may only be compared from below, alone: then points decide and nothing else."""
    for rule in run.setting.rules:
        names = set(rule.expression.names)
        if names & {SCORE, COVERAGE}:
            bounds = rule.expression.bounds
            alone = len(bounds) == 1 and names <= {bounds[0].name, bounds[0].limit, "gate"}
            simple = rule.test.split() == [bounds[0].name, ">=", str(bounds[0].limit)] if alone else False
            if not simple:
                raise RecourseError(f"{rule.id}: routes need `score >= ...` or `data_coverage >= ...` alone")


def _score_floor(run: Run) -> int:
    floors = [run.policy.score_min]
    for rule in run.setting.rules:
        for bound in rule.expression.bounds:
            if bound.name == SCORE:
                value = run.env[bound.limit] if isinstance(bound.limit, str) else bound.limit
                floors.append(math.ceil(value))
    return max(floors)


def _coverage_floor(run: Run) -> int:
    """Points that must be known; the smallest number whose share passes every coverage rule."""
    shares = [
        bound.limit
        for rule in run.setting.rules
        for bound in rule.expression.bounds
        if bound.name == COVERAGE and not isinstance(bound.limit, str)
    ]
    share = max(shares, default=0)
    return next((known for known in range(run.score.total + 1) if known / run.score.total >= share), 10**9)


def _attempt(
    run: Run, facts: Facts, levels: tuple[Level, ...], circumstances: Circumstances, fixed: Sequence[Rule]
) -> Attempt:
    changed, _ = act(facts, levels, circumstances)
    names = {name for name, value in changed.items() if facts[name] != value}
    gain = known = 0
    for name in names & set(run.card.used_names):
        one = run.card.by_name[name]
        old, new = one.encode(facts[name]), one.encode(changed[name])
        gain += one.points[new] - one.points[old]
        known += one.known_points[new] - one.known_points[old]
    env = normalised(run.policy, run.card, changed, names)
    cost = sum(level.cost for level in levels)
    return Attempt(levels, cost, gain, known, env, _failing(run.policy, fixed, {**run.env, **env}))


def _cases_in_band(frame: _Frame, band: int | None) -> list[Case]:
    run, floor = frame.run, frame.floor
    label = "no price band" if band is None else frame.policy.price_bands[band].code
    if band is not None:
        floor = max(floor, frame.policy.price_bands[band].low)
    blocked, passing = _passing(frame, band)
    need = floor - run.score.value  # below nothing: what may be lost
    if blocked:
        label = f"{label}, where nothing passes {', '.join(blocked)}"
        return [Case(label, need, (*passing, ()), blocked)]
    levels = _coverage_levels(passing, _coverage_floor(run) - run.score.known)
    cases = []
    for level in levels:
        kept = tuple(
            tuple(one for one in attempts if one.known >= at)
            for attempts, at in zip(passing, level, strict=True)
        )
        cases.append(Case(_labelled(label, level), need, kept, _short_of(frame, need, kept, band)))
    if not cases:
        rules = tuple(rule.id for rule in run.setting.rules if COVERAGE in rule.expression.names)
        label = f"{label}, where nothing passes {', '.join(rules)}"
        cases.append(Case(label, need, (*passing, ()), rules))
    return cases


def _labelled(label: str, level: tuple[int, ...]) -> str:
    return f"{label}, {sum(level)} more points covered" if any(level) else label


def _short_of(
    frame: _Frame, need: int, attempts: Sequence[Sequence[Attempt]], band: int | None
) -> tuple[str, ...]:
    """The rules that a lack of points keeps from passing: the gate, and the limit above the lowest band."""
    most = sum(max(one.gain for one in options) for options in attempts)
    if most >= need:
        return ()
    names = {SCORE} if not band else {SCORE, LIMIT}
    return tuple(rule.id for rule in frame.run.setting.rules if names & set(rule.expression.names))


def _coverage_levels(passing: Sequence[Sequence[Attempt]], short: int) -> list[tuple[int, ...]]:
    """Least coverage asked of each cluster, in every way that adds up to what falls short."""
    if short <= 0 and all(one.known >= 0 for attempts in passing for one in attempts):
        return [tuple(0 for _ in passing)]
    known = [sorted({one.known for one in attempts}) for attempts in passing]
    levels = [level for level in combinations(*known) if sum(level) >= short]
    return [
        level
        for level in levels
        if not any(
            other != level and all(a <= b for a, b in zip(other, level, strict=True)) for other in levels
        )
    ]


def _passing(frame: _Frame, band: int | None) -> tuple[tuple[str, ...], list[tuple[Attempt, ...]]]:
    """Per cluster the attempts whose rules all pass in this band, and the rules that nothing passes."""
    blocked = set(frame.failing) | _failing_limit(frame, frame.limit_rules, None, band)
    passing = []
    for part in frame.parts:
        judged = [
            (one, one.failing | _failing_limit(frame, part.limit_rules, one, band)) for one in part.attempts
        ]
        passing.append(tuple(one for one, failing in judged if not failing))
        if not passing[-1]:
            failures = [failing for _, failing in judged]
            blocked |= frozenset.intersection(*failures) or frozenset.union(*failures)
    return tuple(rule.id for rule in frame.run.setting.rules if rule.id in blocked), passing


def _failing(policy: Policy, rules: Sequence[Rule], env: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(rule.id for rule in rules if not _passes(policy, rule, env))


def _failing_limit(
    frame: _Frame, rules: Sequence[Rule], attempt: Attempt | None, band: int | None
) -> frozenset[str]:
    if not rules:
        return frozenset()
    env = {**frame.run.env, **(attempt.env if attempt else {})}
    env[LIMIT] = _limit(frame, env, band)
    if attempt is not None and attempt.asks_less and env[LIMIT] is not None:
        env[REQUESTED] = env[LIMIT]
    return _failing(frame.policy, rules, env)


def _limit(frame: _Frame, env: Mapping[str, Any], band: int | None) -> int | None:
    setting, term = frame.run.setting, frame.request.term_months
    _, limit = price_and_limit(frame.policy, setting, env, band, term)
    return None if limit is None else limit.high * FEN


def _passes(policy: Policy, rule: Rule, env: Mapping[str, Any]) -> bool:
    answer = rule.expression.answer(env)
    if answer is None:
        return rule.outcome != REFER and policy.unknown_reason is None
    return answer
