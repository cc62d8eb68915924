"""What must hold for everybody, tried on people that nobody thought of."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessment import Context, Request, assess
from assessment.pricing import annual_rate
from assessment.rules import SEVERITY
from tests.unit.assessment.samples import POLICY

MARKETS = ("easing", "normal", "tight")
TRIED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def values_of(one: Any) -> Any:
    numbers = [number for edge in one.edges for number in (edge, edge + 1)] or (
        [0, 1] if one.positions else []
    )
    return st.sampled_from([*one.states, *numbers, 0] if one.positions else [*one.states])


def people(applicant: Any, **others: Any) -> Any:
    card = POLICY.scorecards[applicant]
    return st.fixed_dictionaries({one.name: values_of(one) for one in card.characteristics} | others)


MONEY = st.sampled_from([0, 500, 2_000, 4_000, 9_000, 30_000, 250_000])
PERSONS = people(
    "personal",
    age=st.sampled_from([17, 18, 40, "unknown"]),
    full_legal_capacity=st.sampled_from([True, True, False]),
    current_overdue_days=st.sampled_from([0, 0, 3]),
    court_record_open=st.sampled_from([0, 0, 1]),
    linked_product_event=st.sampled_from([None, None, "unpaid_order", "unknown"]),
    open_safety_flags=st.sampled_from([0, 0, 1]),
    industry=st.sampled_from(["retail", "retail", "virtual_currency"]),
    existing_repayments_cny=MONEY,
    other_unsecured_cny=MONEY,
)
FIRMS = people(
    "enterprise",
    current_overdue_days=st.sampled_from([0, 0, 3]),
    linked_product_event=st.none(),
    open_safety_flags=st.just(0),
    industry=st.just("wholesale"),
    existing_repayments_cny=MONEY,
    last_12m_inflow_cny=st.sampled_from([0, 100_000, 3_000_000, 90_000_000]),
    net_inflow_month_cny=st.sampled_from([0, 20_000, 400_000, 5_000_000]),
)
GOOD = {
    "age": 40, "full_legal_capacity": True, "current_overdue_days": 0, "court_record_open": 0,
    "linked_product_event": None, "open_safety_flags": 0, "industry": "retail",
}  # fmt: skip


def decide(
    facts: Any,
    *,
    amount: Any = 5_000,
    market: Any = "normal",
    us: Any = False,
    product: Any = "consumer_loan",
) -> Any:
    purpose = "travel" if product == "consumer_loan" else "inventory"
    request = Request(product, amount, 12, purpose)
    return assess(POLICY, facts, request, market=market, context=Context(us_reasons=us))


def high(decided: Any) -> int:
    return -1 if decided.limit is None else decided.limit.high


@TRIED
@given(PERSONS, st.sampled_from(MARKETS), st.booleans())
def test_scores_add_up_and_refusals_always_have_reasons(facts: Any, market: Any, us: Any) -> None:
    decided = decide(facts, market=market, us=us)
    assert decided.score == 350 + sum(line["points"] for line in decided.points.values())
    assert decided.score == 350 + sum(decided.dimensions.values())
    assert 350 <= decided.score <= 950
    assert (decided.outcome == "approve") == (not decided.reasons)
    assert len(decided.reasons) <= (5 if us else 4)
    assert len(set(decided.reason_codes)) == len(decided.reasons)
    assert not any(us and reason.code == "S01" and "R04" in reason.rules for reason in decided.reasons)


@TRIED
@given(FIRMS, st.sampled_from(MARKETS))
def test_firms_get_no_offer_above_their_caps(facts: Any, market: Any) -> None:
    decided = decide(facts, market=market, amount=50_000, product="sme_working_capital")
    if decided.limit is not None:
        assert 0 <= decided.limit.low <= decided.limit.high <= 3_000_000
        assert decided.annual_rate_pct <= 24


@TRIED
@given(PERSONS, st.sampled_from(MARKETS))
def test_no_offer_above_the_cost_cap_the_legal_cap_or_affordability(facts: Any, market: Any) -> None:
    decided = decide(facts, market=market)
    limit = decided.limit
    if limit is None:
        return
    assert decided.annual_rate_pct <= 24
    assert 0 <= limit.low <= limit.high <= 200_000
    assert all(limit.high * 100 <= max(fen, 0) for _, fen in limit.caps)
    assert decided.offer is None or decided.offer <= limit.high


@TRIED
@given(PERSONS)
def test_a_tight_market_never_gives_more_and_an_easing_one_never_less(facts: Any) -> None:
    easing, normal, tight = (decide(facts, market=market) for market in MARKETS)
    assert high(tight) <= high(normal) <= high(easing)
    assert SEVERITY[tight.outcome] <= SEVERITY[normal.outcome] <= SEVERITY[easing.outcome]
    assert not (easing.annual_rate_pct and tight.annual_rate_pct < easing.annual_rate_pct)


@TRIED
@given(PERSONS, st.data())
def test_a_better_score_never_lowers_the_limit_or_raises_the_rate(facts: Any, data: Any) -> None:
    unpriced = [
        "settled_on_time",
        "credit_age_months",
        "liquid_months",
        "address_months",
        "active_months_12m",
    ]
    name = data.draw(st.sampled_from(unpriced))
    one = POLICY.scorecards["personal"].by_name[name]
    other = data.draw(values_of(one))
    low, better = sorted(
        (decide(facts | {name: value}) for value in (facts[name], other)), key=lambda d: d.score
    )
    assert high(low) <= high(better)
    if low.annual_rate_pct is not None:
        assert better.annual_rate_pct <= low.annual_rate_pct


@TRIED
@given(PERSONS, st.sampled_from([0, 2_999, 6_000, 9_999, 20_000]), st.sampled_from([0, 1, 4_000, 80_000]))
def test_more_verified_income_never_lowers_the_limit(facts: Any, income: Any, more: Any) -> None:
    less = decide(facts | {"verified_income_month": income})
    richer = decide(facts | {"verified_income_month": income + more})
    assert high(less) <= high(richer)


@pytest.mark.parametrize("market", MARKETS)
def test_rates_fall_with_the_band_and_rise_with_the_market(market: Any) -> None:
    for product in ("consumer_loan", "sme_working_capital"):
        rates: list[Any] = [
            annual_rate(POLICY, product=product, market=market, price_band=band)
            for band in range(len(POLICY.price_bands))
        ]
        assert rates == sorted(rates, reverse=True)


@pytest.mark.parametrize("applicant", ["personal", "enterprise"])
def test_an_unknown_value_never_has_more_points_than_the_average_bin(applicant: Any) -> None:
    for one in POLICY.scorecards[applicant].characteristics:
        known = [bin_.points for bin_ in one.bins if bin_.known]
        assert all(bin_.points <= sum(known) / len(known) for bin_ in one.bins if not bin_.known)


@TRIED
@given(PERSONS)
def test_hiding_income_and_what_is_measured_by_it_never_gets_an_approval(facts: Any) -> None:
    hidden = decide(facts | GOOD | {"verified_income_month": "unverified", "debt_service_pct": "unknown"})
    assert hidden.outcome != "approve"
    assert high(hidden) <= 3_000


@TRIED
@given(PERSONS, st.sampled_from(["active_lenders", "worst_dpd_24m", "debt_service_pct", "hard_inquiries_3m"]))
def test_hiding_what_a_rule_reads_never_gets_an_approval(facts: Any, name: Any) -> None:
    assert decide(facts | GOOD | {name: "unknown"}).outcome != "approve"
