from decimal import Decimal
from typing import Any

import pytest

from assessment import Context, Request
from tests.unit.assessment.samples import changed_policy, decide, request_of


def asking(key: str, amount: int) -> Request:
    return request_of(key, amount_cny=amount)


def test_unverified_income_is_capped_and_needs_no_income() -> None:
    limit = decide("zhang_wei").limit
    assert (limit.high, limit.binding, limit.reason) == (3000, "unverified_income_cap", "U03")
    assert "affordability" not in dict(limit.caps)


def test_an_unknown_history_is_capped_like_a_thin_file() -> None:
    limit = decide("ordinary", worst_dpd_24m="unknown").limit
    assert (limit.high, limit.binding, limit.reason) == (5000, "thin_file_cap", "S05")


def test_negative_caps_count_as_nothing() -> None:
    limit = decide("li_na").limit
    assert (limit.high, limit.low) == (0, 0)
    assert limit.to_dict()["caps"]["affordability"] == "0.00"


@pytest.mark.parametrize(
    ("key", "changes", "amount", "code", "cap"),
    [
        ("ordinary", {}, 30_000, "U02", "affordability"),
        ("ordinary", {"worst_dpd_24m": "none_on_file"}, 6_000, "S05", "thin_file_cap"),
        ("ordinary", {"existing_repayments_cny": 0}, 60_000, "U02", "income_multiple"),
        (
            "wang_fang",
            {"existing_repayments_cny": 0, "verified_income_month": 90_000},
            300_000,
            "S01",
            "band_cap",
        ),
    ],
)
def test_a_counter_offer_names_the_binding_cap(
    key: Any, changes: Any, amount: Any, code: Any, cap: Any
) -> None:
    decided = decide(key, request=asking(key, amount), **changes)
    assert decided.outcome == "counter"
    assert decided.reason_codes[0] == code
    assert decided.reasons[0].cap == cap == decided.limit.binding
    assert decided.offer == decided.limit.high


def test_a_limit_below_the_minimum_declines_with_the_code_of_the_binding_cap() -> None:
    decided = decide("ordinary", existing_repayments_cny=4230)
    assert (decided.outcome, decided.limit.high, decided.reason_codes) == ("decline", 200, ("U02",))


def test_only_the_tight_market_in_the_way_gives_p01_alone() -> None:
    decided = decide("wang_fang_tight")
    assert decided.reason_codes == ("P01",)
    assert decided.alternatives["normal_market"]["outcome"] == "approve"


def test_in_a_tight_market_a_larger_request_has_both_reasons() -> None:
    decided = decide("wang_fang", market="tight", request=asking("wang_fang", 150_000))
    assert decided.reason_codes == ("U02", "P01")


def test_an_easing_market_lowers_the_rate_and_lifts_nothing_above_a_cap() -> None:
    normal, easing = decide("ordinary"), decide("ordinary", market="easing")
    caps = dict(easing.limit.caps)
    assert easing.annual_rate_pct < normal.annual_rate_pct
    assert normal.limit.high <= easing.limit.high <= min(caps.values()) // 100


def test_loyalty_lowers_the_rate_but_not_below_its_floor() -> None:
    assert decide("ordinary", on_time_instalments=11).annual_rate_pct == Decimal("9.125")
    assert decide("ordinary", on_time_instalments=12).annual_rate_pct == Decimal("8.395")
    assert decide("wang_fang", on_time_instalments=12).annual_rate_pct == Decimal("5.840")
    assert decide("wang_fang", on_time_instalments=12, market="easing").annual_rate_pct == Decimal("5.475")


def test_whoever_may_have_paid_on_time_has_the_usual_rate() -> None:
    assert decide("ordinary", on_time_instalments="unknown").annual_rate_pct == Decimal("9.125")
    assert decide("ordinary", on_time_instalments="unknown").limit == decide("ordinary").limit


def test_no_rate_is_above_the_total_cost_cap() -> None:
    policy = changed_policy(("pricing.total_cost_cap_apr_pct", 10))
    assert decide("li_na", policy=policy).annual_rate_pct == 10


def test_a_firm_is_bound_by_cover_share_or_stated_demand() -> None:
    assert decide("hengxin").limit.binding == "cover"
    assert decide("hengxin", last_12m_inflow_cny=2_000_000).limit.high == 400_000
    demand = {
        "sales_last_year_cny": 6_000_000, "margin_pct": 20, "growth_pct": 10, "capital_turns": 6,
        "own_funds_cny": 200_000, "existing_loans_cny": 300_000, "other_channels_cny": 0,
    }  # fmt: skip
    limit = decide("hengxin", **demand).limit
    assert (limit.binding, limit.high) == ("demand", 380_000)
    assert "demand" not in dict(decide("hengxin", **{**demand, "capital_turns": 0}).limit.caps)
    assert "demand" not in dict(decide("hengxin", **{**demand, "margin_pct": None}).limit.caps)


@pytest.mark.parametrize("name", ["net_inflow_month_cny", "last_12m_inflow_cny", "existing_repayments_cny"])
def test_an_unknown_amount_gives_no_limit_and_a_person_looks(name: Any) -> None:
    decided = decide("hengxin", **{name: "unknown"})
    assert (decided.limit, decided.outcome, decided.reason_codes[0]) == (None, "refer", "S09")


def test_a_receivable_is_advanced_by_the_buyers_grade() -> None:
    assert decide("ruian", receivable_confirmed=True, buyer_grade="A").limit.high == 720_000
    unknown = decide("ruian", receivable_confirmed=True, buyer_grade="unknown")
    assert (unknown.limit, unknown.outcome, unknown.cost) == (None, "refer", None)
    assert decide("ruian", receivable_confirmed=True, receivable_amount_cny="unknown").limit is None


def test_a_receivable_due_late_waits() -> None:
    assert decide("ruian_confirmed", due_months=13).reason_codes == ("E05",)


def test_a_score_below_the_price_bands_still_prices_a_receivable() -> None:
    decided = decide("ruian_confirmed", related_person_score=560, ent_worst_dpd_24m=70, ent_active_lenders=7,
                     guarantees_to_net_assets_pct=60, inflow_cover_x=1.2, tax_grade="D", current_ratio=0.5,
                     inflow_months_12m=5, inflow_volatility_pct=90, tax_filings_on_time_12m=5,
                     market="easing")  # fmt: skip
    assert (decided.price_band, decided.limit.high, decided.gate) == (None, 640_000, 580)


def test_a_regulatory_cap_is_a_cap_like_others() -> None:
    caps = dict(decide("ordinary", context=Context(regulatory_cap=Decimal("12345.67"))).limit.caps)
    assert caps["regulatory_cap"] == 1_234_567


def test_income_in_fen_loses_nothing() -> None:
    assert dict(decide("ordinary", verified_income_month=8500.29).limit.caps)["income_multiple"] == 4_500_174
