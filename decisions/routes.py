"""Routes to another result: real actions from a decision's frozen facts under its own policy."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from assessment import Assessment, Context, Policy, RecourseError, Request, assess
from assessment.actions import Circumstances, facts_after
from assessment.recourse import Action, Recourse, Route, find_routes
from assessment.targets import bring_forward, tell_least
from core.calendars import legal_day
from core.errors import ConflictError
from decisions.circumstances import add_months, circumstances_of
from decisions.engines import is_scored_elsewhere
from decisions.freezing import thaw_context, thaw_request
from decisions.jurisdictions import get_profile
from decisions.models import ADVERSE_OUTCOMES, Decision, RouteWishes
from decisions.policies import compiled
from decisions.route_wishes import get_wishes

MOST_PLANS = 3


class NothingToChangeError(ConflictError):
    """The decision gave what was asked for."""

    code = "nothing-to-change"
    default_message = _("This decision gave you what you asked for, so there is nothing to change.")


class RoutesUnavailableError(ConflictError):
    """The rules of this version do not add up in a way that routes can be proved for."""

    code = "routes-unavailable"
    default_message = _("We cannot work out routes for this decision. You can ask a person to look at it.")


@dataclass(frozen=True)
class Rung:
    """Where the score and the checks stand after one step; without an action: today, or what time brings."""

    action: Action | None
    score: int
    gain: int
    failed: tuple[str, ...]
    settled: tuple[str, ...]
    moves: tuple[tuple[str, Any, Any], ...] = ()


@dataclass(frozen=True)
class Plan:
    """One route with its rungs, when it can be done, and until when it would be honoured."""

    key: str
    route: Route
    rungs: tuple[Rung, ...]
    done_on: date
    honoured_until: date


@dataclass(frozen=True)
class Routes:
    """What would change one decision: different plans, or the proof that there is none."""

    decision: Decision
    policy: Policy
    wishes: RouteWishes
    request: Request
    start: Assessment
    plans: tuple[Plan, ...]
    recourse: Recourse
    today: date


@dataclass(frozen=True)
class _Search:
    policy: Policy
    facts: dict[str, Any]
    request: Request
    market: str
    context: Context
    known: Circumstances
    today: date


def find_routes_for(*, decision: Decision, wishes: RouteWishes | None = None, now: datetime) -> Routes:
    """Return up to three different routes to approval, each assessed as a whole, or the proof of none."""
    if decision.outcome not in ADVERSE_OUTCOMES:
        raise NothingToChangeError
    if is_scored_elsewhere(decision.result):
        raise RoutesUnavailableError
    wishes = wishes or get_wishes(decision.applicant)
    search = _prepare(decision, wishes, now)
    try:
        recourse = find_routes(
            search.policy, search.facts, search.request, market=search.market, context=search.context,
            circumstances=search.known,
        )  # fmt: skip
    except RecourseError as error:
        raise RoutesUnavailableError from error
    found = (route for horizon in recourse.horizons for route in horizon.routes)
    soonest = [
        bring_forward(
            search.policy, search.facts, route, search.known, market=search.market, context=search.context
        )
        for route in found
    ]
    plans = tuple(_plan(search, route) for route in choose_different(soonest))
    start = _assess(search, search.facts)
    return Routes(decision, search.policy, wishes, search.request, start, plans, recourse, search.today)


def _prepare(decision: Decision, wishes: RouteWishes, now: datetime) -> _Search:
    policy = compiled(decision.policy)
    profile = get_profile(decision.request["context"]["jurisdiction"])
    today = legal_day(now, profile.zone)
    known = circumstances_of(
        policy=policy, facts=decision.facts, wishes=wishes, adult_age=profile.adult_age, today=today
    )
    return _Search(
        policy=policy,
        facts={name: entry["value"] for name, entry in decision.facts.items()},
        request=thaw_request(decision.request),
        market=decision.request["context"]["market"],
        context=thaw_context(decision.request["context"]),
        known=known,
        today=today,
    )


def choose_different(routes: Sequence[Route]) -> list[Route]:
    """Return up to three routes that differ: to the amount asked for by effort, then soonest to less."""
    full = [route for route in routes if not route.asks_less]
    less = [route for route in routes if route.asks_less]
    full = _without_repeats(sorted(full, key=lambda route: (route.cost, route.horizon)))
    less = _without_repeats(sorted(less, key=lambda route: (route.horizon, route.cost)))
    room = MOST_PLANS - len(less[:1])
    kept = [*full[:room], *less]
    return kept[:MOST_PLANS]


def _without_repeats(ranked: Sequence[Route]) -> list[Route]:
    chosen: list[Route] = []
    for route in ranked:
        if not any(_is_no_news(route, other) for other in chosen):
            chosen.append(route)
    return chosen


def _is_no_news(route: Route, other: Route) -> bool:
    """Whether a route asks for all that another does and is no sooner, or is the same later or dearer."""
    does, others = _done(route), _done(other)
    return others == does or (others <= does and route.horizon >= other.horizon)


def _done(route: Route) -> set[str]:
    return {action.group for action in route.actions}


def _plan(search: _Search, route: Route) -> Plan:
    least = tell_least(
        search.policy, route, search.known, market=search.market, context=search.context
    )  # fmt: skip
    done_on = add_months(search.today, least.horizon)
    honoured = done_on + timedelta(days=search.policy.recourse.honour_days)
    return Plan(plan_key(least), least, tuple(_rungs(search, least)), done_on, honoured)


def plan_key(route: Route) -> str:
    """Return what tells one plan from another: its actions with their values, its amount and its months."""
    content = [[one.group, one.steps, [[name, to] for name, _, to in one.moves]] for one in route.actions]
    text = json.dumps([content, str(route.request.amount), route.horizon], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _rungs(search: _Search, route: Route) -> Iterable[Rung]:
    """Today, what time brings, and each action on top of the one before."""
    before = _assess(search, search.facts)
    yield Rung(None, before.score, 0, _failed(before), ())
    facts = facts_after(search.policy, search.facts, search.known, route.horizon)
    aged = _assess(search, facts)
    if (aged.score, _failed(aged)) != (before.score, _failed(before)):
        moves = tuple(_time_moves(search, facts))
        yield _rung(None, before, aged, moves)
        before = aged
    for action in sorted(route.actions, key=lambda action: not action.moves):  # the amount comes last
        facts = {**facts, **{name: value for name, _, value in action.moves}}
        after = _assess(search, facts, None if action.moves else route.request)
        yield _rung(action, before, after, action.moves)
        before = after


def _time_moves(search: _Search, after: Mapping[str, Any]) -> Iterable[tuple[str, Any, Any]]:
    """What time changes as far as it counts: another bin, or an input of a rule."""
    card = search.policy.scorecards[search.policy.products[search.request.product].applicant]
    for name, value in after.items():
        before, one = search.facts[name], card.by_name.get(name)
        if before != value and (
            one is None or name in search.known.later or one.encode(before) != one.encode(value)
        ):
            yield name, before, value


def _rung(action: Action | None, before: Assessment, after: Assessment, moves: Any) -> Rung:
    failed = _failed(after)
    settled = tuple(rule for rule in _failed(before) if rule not in failed)
    return Rung(action, after.score, after.score - before.score, failed, settled, moves)


def _assess(search: _Search, facts: Any, request: Request | None = None) -> Assessment:
    return assess(
        search.policy, facts, request or search.request, market=search.market, context=search.context
    )


def _failed(decided: Assessment) -> tuple[str, ...]:
    """Rules that stand in the way, in order."""
    return tuple(hit.rule.id for hit in decided.run.hits)
