import datetime as dt
from typing import Any

import pytest
import yaml

from tests.unit.assessment.samples import CATALOGUE, PERSONS, POLICY, decide

SHARED_SCORES = {
    "chen_jing_before": 563, "chen_jing_after": 656, "li_na": 608, "li_na_after": 687, "zhang_wei": 633,
    "zhang_wei_after": 746, "wang_fang": 801, "zhao_ming": 629, "zhao_ming_after": 723, "ordinary": 750,
    "hengxin": 806, "hengxin_after_shock": 691, "loan_broker": 640,
}  # fmt: skip
LI_NA_GAPS = {
    "settled_on_time": 38, "liquid_months": 38, "debt_service_pct": 37, "credit_age_months": 32,
    "hard_inquiries_3m": 30, "bills_on_time_pct_12m": 27,
}  # fmt: skip


@pytest.mark.parametrize("key", PERSONS)
def test_each_sample_gets_exactly_what_the_policy_says(key: Any) -> None:
    expect, decided = PERSONS[key]["expect"], decide(key)
    rate = decided.annual_rate_pct
    assert decided.score == expect["score"]
    assert decided.outcome == expect["outcome"]
    assert list(decided.reason_codes) == expect["reasons"]
    assert (decided.limit.high if decided.limit else None) == expect["limit"]
    assert (decided.limit.low if decided.limit else None) == expect["range_low"]
    assert (f"{rate.normalize():f}" if rate is not None else None) == expect["annual_rate"]


@pytest.mark.parametrize(("key", "score"), SHARED_SCORES.items())
def test_scores_are_those_of_the_specification(key: Any, score: Any) -> None:
    assert decide(key).score == score


@pytest.mark.parametrize(
    ("key", "limit", "low", "rate"),
    [
        ("chen_jing_after", 5000, 5000, 14.6),
        ("li_na_after", 15900, 3900, 14.6),
        ("zhang_wei_after", 39600, 23900, 10.95),
        ("wang_fang", 140800, 85200, 6.57),
        ("zhao_ming_after", 25000, 10500, 10.95),
        ("ordinary", 21300, 6700, 9.125),
        ("ruian_confirmed", 640000, 640000, 4.8),
    ],
)
def test_worked_limits_come_out_exactly(key: Any, limit: Any, low: Any, rate: Any) -> None:
    decided = decide(key)
    assert decided.outcome == "approve"
    assert (decided.limit.high, decided.limit.low, float(decided.annual_rate_pct)) == (limit, low, rate)


def test_chen_jing_is_bound_by_the_thin_file_and_sees_the_other_caps() -> None:
    limit = decide("chen_jing_after").limit
    caps = dict(limit.caps)
    assert limit.binding == "thin_file_cap"
    assert (caps["income_multiple"], caps["affordability"] // 100) == (1_820_000, 28866)


def test_li_na_dimensions_and_gaps() -> None:
    decided = decide("li_na")
    assert decided.dimensions == {
        "credit_history": 74, "fulfilment_capacity": 31, "behaviour": 85, "identity": 56, "connections": 12,
    }  # fmt: skip
    gaps = {name: line["max"] - line["points"] for name, line in decided.points.items()}
    assert dict(sorted(gaps.items(), key=lambda gap: -gap[1])[:6]) == LI_NA_GAPS


def test_zhang_wei_would_have_been_approved_under_the_older_rules() -> None:
    alternative = decide("zhang_wei").alternatives["predecessor"]
    assert (alternative["policy_version"], alternative["outcome"]) == ("2026.0", "approve")


def test_the_broker_needs_two_signatures_and_others_do_not() -> None:
    assert decide("loan_broker").second_signature
    assert not decide("ordinary").second_signature


def test_samples_hold_every_input_that_a_decision_needs() -> None:
    for person in PERSONS.values():
        needed = POLICY.required_inputs(person["request"]["product"])
        assert not set(needed) - set(person["facts"])


def test_identity_numbers_have_right_checksums_and_dates() -> None:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    on = dt.date(2026, 11, 6)
    for person in PERSONS.values():
        if person["kind"] != "personal" or "of" in person:
            continue
        number, born = person["identity"]["id_number"], person["identity"]["birth_date"]
        total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
        assert number[17] == "10X98765432"[total % 11]
        assert number[6:14] == born.replace("-", "")
        birthday = dt.date.fromisoformat(born)
        had_birthday = (on.month, on.day) >= (birthday.month, birthday.day)
        assert person["facts"]["age"] == on.year - birthday.year - (not had_birthday)


def test_codes_used_by_samples_are_in_the_vocabularies() -> None:
    words = yaml.safe_load((CATALOGUE / "vocabularies.yaml").read_text())
    for person in PERSONS.values():
        assert person["facts"]["industry"] in words["industries"]
        assert person["request"]["purpose"] in words["purposes"]
        assert person["facts"]["linked_product_event"] in {None, *words["linked_events"]}
