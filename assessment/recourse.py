"""The provably cheapest real actions that turn a decision around.

What time alone brings is applied first. Actions that move the same input, or that one rule reads
together, form a cluster whose combinations are tried out; clusters only add up, so that the cheapest
choice among them is an exact multiple-choice knapsack. The limit depends on the price band, hence one
case per band (and per level of data coverage while that falls short): a higher band never gives less,
so the best case is the best of all. Every route is assessed again before anybody sees it.

Ustun, Spangher, Liu 2019 (flipsets); Karimi et al. 2021 (interventions); Upadhyay et al. 2021.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from assessment.actions import REQUESTED, Circumstances, Facts, Level, act, facts_after
from assessment.assessing import Assessment, assess
from assessment.cases import Case, build_cases
from assessment.certificates import Certificate, certify
from assessment.clusters import find_clusters
from assessment.inputs import Context, Request
from assessment.knapsack import Choice, cheapest
from assessment.policy import Policy
from assessment.running import run_policy

LOOK_AHEAD_MONTHS = 60
MOST_ROUTES = 3


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a route: what it moves from and to, its effort and its months."""

    group: str
    steps: int
    cost: int
    months: int
    moves: tuple[tuple[str, Any, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe."""
        return {
            "group": self.group,
            "steps": self.steps,
            "cost": self.cost,
            "months": self.months,
            "moves": [list(move) for move in self.moves],
        }


@dataclass(frozen=True, slots=True)
class Route:
    """Actions within `horizon` months, and the decision that they lead to."""

    actions: tuple[Action, ...]
    cost: int
    months: int
    horizon: int
    margin: int
    facts: Facts
    asked: Decimal | int
    request: Request
    assessment: Assessment

    @property
    def asks_less(self) -> bool:
        """Whether the route ends in a counter-offer instead of the amount asked for."""
        return self.request.amount < self.asked

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe, with what matters of the decision."""
        limit = self.assessment.limit
        return {
            "actions": [action.to_dict() for action in self.actions],
            "cost": self.cost,
            "months": self.months,
            "horizon": self.horizon,
            "margin": self.margin,
            "amount": str(self.request.amount),
            "asks_less": self.asks_less,
            "outcome": self.assessment.outcome,
            "score": self.assessment.score,
            "limit": None if limit is None else limit.high,
        }


@dataclass(frozen=True, slots=True)
class Horizon:
    """The routes within so many months, cheapest first, with the proof that none is cheaper.

    Without a route, `blocked` names the rules that nothing within the person's control can pass.
    """

    months: int
    routes: tuple[Route, ...]
    certificate: Certificate
    blocked: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe."""
        return {
            "months": self.months,
            "routes": [route.to_dict() for route in self.routes],
            "certificate": self.certificate.to_dict(),
            "blocked": list(self.blocked),
        }


@dataclass(frozen=True, slots=True)
class Recourse:
    """What would turn a decision around, per horizon; `time_alone_months` when waiting is enough."""

    policy_hash: str
    horizons: tuple[Horizon, ...]
    time_alone_months: int | None

    @property
    def best(self) -> Route | None:
        """The cheapest route of all; the sooner of two equally cheap ones."""
        routes = [route for horizon in self.horizons for route in horizon.routes[:1]]
        return min(routes, key=lambda route: (route.cost, route.horizon), default=None)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe."""
        return {
            "policy_hash": self.policy_hash,
            "horizons": [horizon.to_dict() for horizon in self.horizons],
            "time_alone_months": self.time_alone_months,
        }


def find_routes(
    policy: Policy,
    facts: Facts,
    request: Request,
    *,
    market: str,
    context: Context = Context(),  # noqa: B008  frozen, so one default serves all
    circumstances: Circumstances = Circumstances(),  # noqa: B008  frozen too
    horizons: Sequence[int] | None = None,
) -> Recourse:
    """The cheapest routes to an approval within each horizon of months (default: the policy's).

    Raises InputError for facts that cannot be assessed and RecourseError for rules that read the
    score or the data coverage in a way that does not add up.
    """
    search = _Search(policy, facts, request, market, context, circumstances)
    months = policy.recourse.horizons_months if horizons is None else tuple(horizons)
    return Recourse(policy.hash, tuple(search.within(one) for one in months), search.time_alone())


def reassess(
    policy: Policy, facts: Facts, request: Request, *, market: str, context: Context, asks_less: bool
) -> tuple[Request, Assessment]:
    """The decision on changed facts; asking for less means asking for the limit."""
    decided = assess(policy, facts, request, market=market, context=context)
    if (
        asks_less
        and decided.limit is not None
        and decided.limit.high >= policy.products[request.product].minimum
    ):
        request = replace(request, amount=decided.limit.high)
        decided = assess(policy, facts, request, market=market, context=context)
    return request, decided


@dataclass(frozen=True, slots=True)
class _Search:
    policy: Policy
    facts: Facts
    request: Request
    market: str
    context: Context
    circumstances: Circumstances

    def time_alone(self) -> int | None:
        """The first month in which waiting alone is enough."""
        for months in range(LOOK_AHEAD_MONTHS + 1):
            after = facts_after(self.policy, self.facts, self.circumstances, months)
            run = run_policy(self.policy, after, self.request, market=self.market, context=self.context)
            if run.outcome == "approve":
                return months
        return None

    def within(self, months: int) -> Horizon:
        """The best route within so many months, and others without one of its actions."""
        after = facts_after(self.policy, self.facts, self.circumstances, months)
        cases: list[Case] = []
        for margin in dict.fromkeys((self.policy.recourse.margin_points, 0)):
            cases = self._cases(after, months, margin)
            found = _best(cases)
            if found is not None:
                best = self._route(after, months, margin, found)
                others = self._others(best, cases, after, months)
                return Horizon(months, (best, *others), certify(cases, found), ())
        return Horizon(months, (), certify(cases, None), _blocked(cases))

    def _cases(self, after: Facts, months: int, margin: int) -> list[Case]:
        clusters = find_clusters(
            self.policy, after, self.request, self.circumstances, horizon=months, context=self.context
        )
        return build_cases(
            self.policy,
            after,
            self.request,
            clusters,
            self.circumstances,
            market=self.market,
            context=self.context,
            margin=margin,
        )

    def _others(self, best: Route, cases: Sequence[Case], after: Facts, months: int) -> list[Route]:
        """What is cheapest without each of the best route's actions; the full amount always has a place."""
        others: dict[frozenset[tuple[str, int]], Route] = {}
        for action in best.actions:
            found = _best([case.without(action.group) for case in cases])
            if found is not None:
                route = self._route(after, months, best.margin, found)
                others.setdefault(frozenset((one.group, one.steps) for one in route.actions), route)
        ranked = sorted(others.values(), key=lambda route: (route.cost, route.months))
        full = [route for route in ranked if not route.asks_less][: int(best.asks_less)]
        kept = [*full, *(route for route in ranked if route not in full)][: MOST_ROUTES - 1]
        return sorted(kept, key=lambda route: (route.cost, route.months))

    def _route(self, after: Facts, months: int, margin: int, found: tuple[int, Case, Choice]) -> Route:
        _, case, choice = found
        levels = case.levels(choice.picks)
        changed, befores = act(after, levels, self.circumstances)
        stages = [*befores[1:], changed]
        actions = [
            _action(level, before, later)
            for level, before, later in zip(levels, befores, stages, strict=False)
        ]
        asks_less = any(REQUESTED in level.group.moves for level in levels)
        request, decided = reassess(
            self.policy, changed, self.request, market=self.market, context=self.context, asks_less=asks_less
        )
        assert decided.outcome == "approve", f"no plan: {[level.group.id for level in levels]}"
        spent = max((level.months for level in levels), default=0)
        return Route(
            actions=tuple(actions),
            cost=choice.cost,
            months=spent,
            horizon=months,
            margin=margin,
            facts=changed,
            asked=self.request.amount,
            request=request,
            assessment=decided,
        )


def _best(cases: Sequence[Case]) -> tuple[int, Case, Choice] | None:
    """The cheapest choice of all cases; the first of equally cheap ones."""
    best: tuple[int, Case, Choice] | None = None
    for at, case in enumerate(cases):
        choice = cheapest(case.options, case.need)
        if choice is not None and (best is None or choice.cost < best[2].cost):
            best = (at, case, choice)
    return best


def _action(level: Level, before: Mapping[str, Any], after: Mapping[str, Any]) -> Action:
    """What one level changed: the input that it is about first, then what followed."""
    own = level.group.moves
    changed = [name for name, value in after.items() if before.get(name) != value]
    changed.sort(key=lambda name: (own.index(name) if name in own else len(own), name))
    moves = tuple((name, before.get(name), after[name]) for name in changed)
    return Action(level.group.id, level.steps, level.cost, level.months, moves)


def _blocked(cases: Sequence[Case]) -> tuple[str, ...]:
    """Rules that no option passes in any case."""
    common = set(cases[0].blocked).intersection(*(case.blocked for case in cases))
    return tuple(rule for rule in cases[0].blocked if rule in common)
