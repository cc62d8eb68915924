"""What a decision keeps of its world, as plain JSON, and how it is brought back to life."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from assessment import Assessment, Context, Policy, Request, assess
from assessment.running import run_policy
from core.calendars import legal_day
from decisions.jurisdictions import Profile
from decisions.models import Application
from decisions.platform import get_exposure, get_maintenance
from decisions.policies import market_since

Json = dict[str, Any]


def freeze_request(application: Application) -> Json:
    """Return what was asked for; the context is added where the decision is made."""
    return {
        "product": application.product,
        "amount_cny": str(application.amount_cny),
        "term_months": application.term_months,
        "term_days": application.term_days,
        "purpose": application.purpose,
        "method": application.method,
    }


def freeze_context(*, profile: Profile, product: str, market: str, now: datetime) -> Json:
    """Return what surrounds a decision now: market, exposure, maintenance, the law's cap and switches."""
    exposure = get_exposure(product=product, now=now)
    maintenance = get_maintenance(now=now)
    since = market_since(now)
    cap = profile.regulatory_cap(product)
    return {
        "jurisdiction": profile.code,
        "decided_on": legal_day(now, profile.zone).isoformat(),
        "market": market,
        "market_since": legal_day(since, profile.zone).isoformat() if since else None,
        "portfolio_exposure_pct": float(exposure.exposure_pct) if exposure else 0,
        "reopens_on": _day(exposure.ends_at, profile) if exposure else None,
        "maintenance": maintenance is not None,
        "maintenance_from": maintenance.starts_at.isoformat() if maintenance else None,
        "maintenance_until": _iso(maintenance.ends_at) if maintenance else None,
        "regulatory_cap": cap[0] if cap else None,
        "law": cap[1] if cap else None,
        "connections_dimension": profile.connections_dimension,
        "us_reasons": profile.uses_us_reasons,
        "adult_age": profile.adult_age,
    }


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _day(instant: datetime | None, profile: Profile) -> str | None:
    return legal_day(instant, profile.zone).isoformat() if instant else None


def thaw_request(request: Mapping[str, Any]) -> Request:
    """Return the request as the engine takes it."""
    return Request(
        product=request["product"], amount=Decimal(request["amount_cny"]), term_months=request["term_months"],
        purpose=request["purpose"], method=request["method"] or None, term_days=request["term_days"],
    )  # fmt: skip


def thaw_context(context: Mapping[str, Any]) -> Context:
    """Return the context as the engine takes it."""
    return Context(
        portfolio_exposure_pct=context["portfolio_exposure_pct"],
        regulatory_cap=context["regulatory_cap"],
        maintenance=context["maintenance"],
        connections_dimension=context["connections_dimension"],
        us_reasons=context["us_reasons"],
    )


def assess_frozen(
    policy: Policy, facts: Mapping[str, Mapping[str, Any]], request: Mapping[str, Any]
) -> Assessment:
    """Return the assessment of frozen facts and a frozen request under a policy."""
    asked, market, context = _thawed(request)
    return assess(policy, _values(facts), asked, market=market, context=context)


def try_frozen(
    policy: Policy, facts: Mapping[str, Mapping[str, Any]], request: Mapping[str, Any]
) -> Assessment:
    """The same where nobody asks why: reasons and kinder rules, a quarter of the work, are left out."""
    asked, market, context = _thawed(request)
    run = run_policy(policy, _values(facts), asked, market=market, context=context)
    return Assessment(run, asked, context, (), {})


def _thawed(request: Mapping[str, Any]) -> tuple[Request, str, Context]:
    """The request, the market and what surrounds it."""
    context = request["context"]
    return thaw_request(request), context["market"], thaw_context(context)


def _values(facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: entry["value"] for name, entry in facts.items()}


def used_facts(policy: Policy, product: str, facts: Mapping[str, Json]) -> dict[str, Json]:
    """Return the facts that a decision about this product reads, and no others."""
    setting = policy.setting(product, policy.market_condition)
    card = policy.scorecards[setting.product.applicant]
    names = [*card.by_name, *(spec.name for spec in setting.inputs)]
    return {name: facts[name] for name in names if name in facts}


def freeze_result(*, assessment: Assessment, policy: Policy, profile: Profile, decided_on: date) -> Json:
    """Return the assessment with the dates that follow from it."""
    return {**assessment.to_dict(), "next": next_dates(policy, profile, assessment.outcome, decided_on)}


def next_dates(policy: Policy, profile: Profile, outcome: str, decided_on: date) -> Json:
    """Return when to apply again, when the next evaluation is, and until when an appeal is open."""
    wait, evaluation_day = _terms(policy)
    return {
        "reapply_on": (decided_on + timedelta(days=wait)).isoformat() if outcome == "decline" else None,
        "next_evaluation_on": next_evaluation(decided_on, evaluation_day).isoformat(),
        "appeal_until": (decided_on + timedelta(days=profile.appeal_window_days)).isoformat(),
    }


@lru_cache(maxsize=32)
def _terms(policy: Policy) -> tuple[int, int]:
    """Days to wait after a decline, and the day of the monthly evaluation."""
    document = policy.document
    return document["reapply"]["wait_days_after_decline"], document["score"]["evaluation_day"]


def next_evaluation(day: date, evaluation_day: int) -> date:
    """Return the next monthly evaluation after a day."""
    this_month = day.replace(day=evaluation_day)
    if day < this_month:
        return this_month
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return following.replace(day=evaluation_day)


def coming_evaluation(told: date, *, today: date) -> date:
    """Return the next monthly evaluation seen from today, where an earlier one was told."""
    return told if told >= today else next_evaluation(today - timedelta(days=1), told.day)


def in_card_order(result: Mapping[str, Any], policy: Policy) -> Json:
    """Return a stored result with its parts in card order, which jsonb does not keep."""
    card = policy.scorecards[policy.products[result["product"]].applicant]
    ordered = {
        **result,
        "dimensions": {name: result["dimensions"][name] for name, _most in card.dimensions},
        "points": {name: result["points"][name] for name in card.by_name},
        "rules": [_in_test_order(rule) for rule in result["rules"]],
    }
    if result["limit"] is not None:
        caps = sorted(result["limit"]["caps"].items(), key=lambda cap: Decimal(cap[1]))
        ordered["limit"] = {**result["limit"], "caps": dict(caps)}
    return ordered


def _in_test_order(rule: Mapping[str, Any]) -> Json:
    test: str = rule["test"]
    return {**rule, "values": dict(sorted(rule["values"].items(), key=lambda item: test.find(item[0])))}
