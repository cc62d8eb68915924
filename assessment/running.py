"""Running one policy over one applicant: score, limit, price and rules, before any reason is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from assessment.encoding import Value
from assessment.errors import InputError
from assessment.expression_tests import UNKNOWN_TEXT
from assessment.inputs import Context, Request, check_request, read_inputs
from assessment.limits import Limit, find_limit
from assessment.money import FEN, to_fen
from assessment.policy import Policy, Setting
from assessment.pricing import annual_rate
from assessment.rules import FAILED, LIMIT_CODE, SEVERITY, UNKNOWN, Hit, run_rules, unknown_hit, worst_outcome
from assessment.scoring import Score, Scorecard

CHANGE_CODE = "P01"


class Run(NamedTuple):
    """What the rules, the limit and the price came to under one policy and one market."""

    policy: Policy
    setting: Setting
    card: Scorecard
    score: Score
    price_band: int | None
    rate: Decimal | None
    limit: Limit | None
    env: Mapping[str, Any]
    statuses: tuple[str, ...]
    hits: list[Hit]
    outcome: str
    has_no_limit: bool

    def codes(self) -> list[str]:
        """Reason codes of the hits, with LIMIT resolved to what bound."""
        return [self._resolve(hit) if hit.reason == LIMIT_CODE else hit.reason for hit in self.hits]

    def _resolve(self, hit: Hit) -> str:
        """The binding cap's code, or P01 when only the market factor stands in the way."""
        limit = self.limit
        assert limit is not None, "a rule about the limit only fails when there is one"
        wanted = (
            self.env["requested"] if "requested" in hit.rule.expression.names else self.env["product_min"]
        )
        return CHANGE_CODE if limit.before_market * FEN >= wanted else limit.reason


def run_policy(
    policy: Policy, facts: Mapping[str, Value], request: Request, *, market: str, context: Context
) -> Run:
    """Score, limit, price and rules; InputError names the input that is missing or impossible."""
    setting = policy.setting(request.product, market)
    requested = check_request(request, setting.product)
    card = policy.scorecards[setting.product.applicant]
    if not context.connections_dimension:
        card = card.without_connections
    score = card.score(facts)
    inputs = read_inputs(setting, facts)
    cap = context.regulatory_cap
    env: dict[str, Any] = {
        **inputs,
        **card.inputs(facts),
        "purpose": request.purpose,
        "score": score.value,
        "data_coverage": score.coverage,
        "requested": requested,
        "regulatory_cap": None if cap is None else to_fen("regulatory_cap", cap),
        **surroundings(setting, context),
    }
    return _run_in(setting, env, request, policy=policy, card=card, score=score, context=context)


def _run_in(
    setting: Setting,
    env: dict[str, Any],
    request: Request,
    *,
    policy: Policy,
    card: Scorecard,
    score: Score,
    context: Context,
) -> Run:
    """What is left once inputs are read and scored, none of which depends on the market."""
    price_band = policy.price_band(score.value)
    rate = annual_rate(
        policy,
        product=setting.product.code,
        market=setting.market,
        price_band=price_band,
        buyer_grade=env.get("buyer_grade"),
        on_time_instalments=env.get("on_time_instalments", 0),
    )
    limit = find_limit(
        policy,
        setting,
        env,
        price_band=price_band,
        rate=rate,
        regulatory_cap=env["regulatory_cap"],
        term_months=request.term_months,
    )
    env["limit"] = None if limit is None else limit.high * FEN
    has_no_limit = price_band is None and setting.product.code in policy.banded_products
    statuses, hits = run_rules(policy, setting.rule_set, env, skip_limit=has_no_limit)
    outcome = worst_outcome(hits, maintenance=context.maintenance)
    return Run(
        policy, setting, card, score, price_band, rate, limit, env, statuses, hits, outcome, has_no_limit
    )


def surroundings(setting: Setting, context: Context) -> dict[str, Any]:
    """What rules read that is the same for everybody who asks for this product now."""
    return {
        **setting.constants,
        "portfolio_exposure_pct": _exposure(context.portfolio_exposure_pct),
        "maintenance": context.maintenance,
    }


def _exposure(value: float | Decimal | str) -> float | str:
    if value == UNKNOWN_TEXT:
        return UNKNOWN_TEXT
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise InputError("portfolio_exposure_pct", "a number from 0 or unknown")
    number = float(value)
    if not 0 <= number < float("inf"):
        raise InputError("portfolio_exposure_pct", "a number from 0 or unknown")
    return number


def find_kinder(run: Run, request: Request, context: Context) -> dict[str, Mapping[str, Any]]:
    """What the predecessor version and the normal market would have given, where that is better."""
    kinder: dict[str, Mapping[str, Any]] = {}
    older = run.policy.predecessor
    if older is not None:
        outcome = _outcome_before(older, run, context)
        if SEVERITY[outcome] > SEVERITY[run.outcome]:
            kinder["predecessor"] = _alternative(older, run.setting.market, outcome, run.limit)
    if run.setting.market != "normal":
        setting = run.policy.setting(run.setting.product.code, "normal")
        other = _run_in(
            setting,
            {**run.env, **setting.constants},
            request,
            policy=run.policy,
            card=run.card,
            score=run.score,
            context=context,
        )
        if _is_better(other, run):
            kinder["normal_market"] = _alternative(run.policy, "normal", other.outcome, other.limit)
    return kinder


def _outcome_before(predecessor: Policy, run: Run, context: Context) -> str:
    """The outcome by the predecessor's rules; it differs in nothing else, so all else stands."""
    changed = run.setting.changed
    _, hits = run_rules(predecessor, changed.before, run.env, skip_limit=run.has_no_limit)
    hits += [hit for hit in run.hits if hit.status == FAILED and hit.at not in changed.places]
    if UNKNOWN in run.statuses:
        rules = enumerate(zip(run.setting.rules, run.statuses, strict=True))
        alike = [
            unknown_hit(predecessor, rule, at)
            for at, (rule, status) in rules
            if status == UNKNOWN and at not in changed.places
        ]
        hits += [hit for hit in alike if hit is not None]
    return worst_outcome(hits, maintenance=context.maintenance)


def _alternative(policy: Policy, market: str, outcome: str, limit: Limit | None) -> Mapping[str, Any]:
    high = None if limit is None else limit.high
    return {"policy_version": policy.version, "market": market, "outcome": outcome, "limit": high}


def _is_better(other: Run, run: Run) -> bool:
    if SEVERITY[other.outcome] != SEVERITY[run.outcome]:
        return SEVERITY[other.outcome] > SEVERITY[run.outcome]
    if run.outcome != "counter" or other.limit is None or run.limit is None:
        return False
    return other.limit.high > run.limit.high
