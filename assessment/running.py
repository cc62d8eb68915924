"""Running one policy over one applicant: score, limit, price and rules, before any reason is drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from assessment.encoding import Value
from assessment.errors import InputError
from assessment.expression_tests import UNKNOWN_TEXT
from assessment.inputs import Context, Request, check_request, read_inputs
from assessment.limits import Limit, find_limit
from assessment.money import FEN, to_fen
from assessment.policy import NOT_RUN, Ended, Policy, Setting
from assessment.pricing import annual_rate
from assessment.rules import (
    FAILED,
    LIMIT_CODE,
    SEVERITY,
    Hit,
    find_hits,
    run_rules,
    statuses_of,
    unknown_hit,
    worst_outcome,
)
from assessment.scoring import Score, Scorecard

CHANGE_CODE = "P01"
_NUMBER = (int, float, Decimal)


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
    answers: Sequence[Ended]
    hits: list[Hit]
    outcome: str
    has_no_limit: bool

    @property
    def statuses(self) -> tuple[str, ...]:
        """Of every rule in order: passed, failed, unknown or not_run."""
        return statuses_of(self.answers)

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
    cap = context.regulatory_cap
    env = card.inputs(facts)
    read_inputs(setting, facts, env)
    env["purpose"] = request.purpose
    env["score"] = score.value
    env["data_coverage"] = score.coverage
    env["requested"] = requested
    env["regulatory_cap"] = None if cap is None else to_fen("regulatory_cap", cap)
    env |= surroundings(setting, context)
    price_band = policy.price_band(score.value)
    rate, limit = price_and_limit(policy, setting, env, price_band, request.term_months)
    env["limit"] = None if limit is None else limit.high * FEN
    has_no_limit = price_band is None and setting.product.code in policy.banded_products
    answers, hits = run_rules(policy, setting.rule_set, env, skip_limit=has_no_limit)
    outcome = worst_outcome(hits, maintenance=context.maintenance)
    return Run(
        policy, setting, card, score, price_band, rate, limit, env, answers, hits, outcome, has_no_limit
    )


def price_and_limit(
    policy: Policy, setting: Setting, env: Mapping[str, Any], price_band: int | None, term_months: int | None
) -> tuple[Decimal | None, Limit | None]:
    """The rate, and the limit while nothing that it needs is unknown, in the setting's market."""
    rate = annual_rate(
        policy,
        product=setting.product.code,
        market=setting.market,
        price_band=price_band,
        buyer_grade=env.get("buyer_grade"),
        on_time_instalments=env.get("on_time_instalments", 0),
    )
    if rate is None:
        return None, None
    limit = find_limit(policy, setting, env, price_band=price_band, rate=rate, term_months=term_months)
    return rate, limit


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
    if isinstance(value, bool) or not isinstance(value, _NUMBER):
        raise InputError("portfolio_exposure_pct", "a number from 0 or unknown")
    number = float(value)
    if not 0 <= number < math.inf:
        raise InputError("portfolio_exposure_pct", "a number from 0 or unknown")
    return number


def find_kinder(run: Run, request: Request) -> dict[str, Mapping[str, Any]]:
    """What the predecessor version and the normal market would have given, where that is better."""
    kinder: dict[str, Mapping[str, Any]] = {}
    older = run.policy.predecessor
    if older is not None:
        outcome = _outcome_before(older, run)
        if SEVERITY[outcome] > SEVERITY[run.outcome]:
            kinder["predecessor"] = _alternative(older, run.setting.market, outcome, run.limit)
    if run.setting.market != "normal":
        outcome, limit = _in_normal_market(run, request)
        if _is_better(outcome, limit, run):
            kinder["normal_market"] = _alternative(run.policy, "normal", outcome, limit)
    return kinder


def _outcome_before(predecessor: Policy, run: Run) -> str:
    """The outcome by the predecessor's rules; it differs in nothing else, so all else stands."""
    changed = run.setting.changed
    alike = [hit for hit in run.hits if hit.status == FAILED and hit.at not in changed.places]
    if run.outcome in [hit.outcome for hit in alike]:
        return run.outcome  # what decided has not changed, so nothing can be kinder
    _, hits = run_rules(predecessor, changed.before, run.env, skip_limit=run.has_no_limit)
    unknown = [at for at, answer in enumerate(run.answers) if answer is None and at not in changed.places]
    asked = [unknown_hit(predecessor, run.setting.rules[at], at) for at in unknown]
    return worst_outcome([*alike, *hits, *filter(None, asked)], maintenance=False)


def _in_normal_market(run: Run, request: Request) -> tuple[str, Limit | None]:
    """The outcome and the limit there; rules that read nothing of a market end as they did."""
    setting = run.policy.setting(run.setting.product.code, "normal")
    env = {**run.env, **setting.constants}
    _, limit = price_and_limit(run.policy, setting, env, run.price_band, request.term_months)
    env["limit"] = None if limit is None else limit.high * FEN
    answers = [*run.answers]
    for at in setting.rule_set.market_places:
        if answers[at] != NOT_RUN:
            answers[at] = setting.rule_set.tests[at](env)
    hits = find_hits(run.policy, setting.rule_set, answers)
    return worst_outcome(hits, maintenance=False), limit


def _alternative(policy: Policy, market: str, outcome: str, limit: Limit | None) -> Mapping[str, Any]:
    high = None if limit is None else limit.high
    return {"policy_version": policy.version, "market": market, "outcome": outcome, "limit": high}


def _is_better(outcome: str, limit: Limit | None, run: Run) -> bool:
    if outcome != run.outcome:
        return SEVERITY[outcome] > SEVERITY[run.outcome]
    if outcome != "counter" or limit is None or run.limit is None:
        return False
    return limit.high > run.limit.high
