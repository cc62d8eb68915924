"""Every brace of every wording is filled, for whatever the facts are."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessment import Policy
from core.catalogues import read_yaml
from creditportal.catalogues import FOLDER
from decisions.freezing import assess_frozen
from decisions.freezing_reasons import freeze_reasons
from decisions.policies import read_policy_file
from decisions.reason_case import add_months, birthday
from decisions.reason_catalogue import ReasonEntry, UnfilledBraceError, read_reasons
from decisions.reasons import ENGINE_CODES
from decisions.samples import read_samples

POLICY: Policy = read_policy_file(FOLDER / "policy.yaml")
ENTRIES: dict[str, ReasonEntry] = read_reasons(read_yaml(FOLDER / "reasons.yaml"))
SAMPLES = read_samples()
CONTEXT: dict[str, Any] = {
    "jurisdiction": "CN", "decided_on": "2026-11-20", "market": "normal", "market_since": None,
    "portfolio_exposure_pct": 0, "reopens_on": None, "maintenance": False, "maintenance_from": None,
    "maintenance_until": None, "regulatory_cap": 200000, "law": "consumer_online_loan_cap",
    "connections_dimension": True, "us_reasons": False, "adult_age": 18,
}  # fmt: skip
NEXT = {"reapply_on": None, "next_evaluation_on": "2026-12-06", "appeal_until": "2027-01-19"}


def reasons_of(
    key: str, *, context: dict[str, Any] | None = None, amount: int | None = None, **values: Any
) -> dict[str, dict[str, Any]]:
    """The parameters by code of a sample person with other facts."""
    sample = SAMPLES[key]
    known = {**sample.facts, **values}
    facts = {
        name: {"value": value, "source": "credit_report", "observed_on": "2026-11-06",
               "detail": sample.detail(name) if name not in values else {}}
        for name, value in known.items()
    }  # fmt: skip
    asked = {"term_months": None, "term_days": None, **sample.request}
    request = {
        **asked,
        "amount_cny": str(amount or asked["amount_cny"]),
        "context": {**CONTEXT, **(context or {})},
    }
    assessment = assess_frozen(POLICY, facts, request)
    result = {**assessment.to_dict(), "next": NEXT}
    frozen = freeze_reasons(facts=facts, request=request, result=result, policy=POLICY, entries=ENTRIES)
    return {reason.code: reason.parameters for reason in frozen}


def test_sizes_of_u02_round_up_to_whole_yuan() -> None:
    assert reasons_of("li_na")["U02"] == {
        "pay": 4176, "pct": 58, "max": 55, "reduce": 216, "extra": 393,
    }  # fmt: skip


def test_the_oldest_enquiry_drops_out_after_three_months() -> None:
    assert reasons_of("li_na")["S07"] == {"n": 6, "date": "2026-11-24"}
    assert reasons_of("li_na", hard_inquiries_3m=7)["S07"] == {"form": "short", "n": 7}


@pytest.mark.parametrize(
    ("key", "values", "code", "form"),
    [
        ("ordinary", {"current_overdue_days": 5}, "U04", "short"),
        ("ordinary", {"worst_dpd_24m": 95}, "U05", "short"),
        ("ordinary", {"court_record_open": 1}, "U07", "short"),
        ("ordinary", {"linked_product_event": "unpaid_order"}, "S08", "short"),
        ("ordinary", {"linked_product_event": "unknown"}, "S08", "unknown"),
        ("ordinary", {"open_safety_flags": 1}, "S06", "short"),
        ("ordinary", {"identity_level": "basic"}, "S03", ""),
        ("ordinary", {"profile_complete_pct": 57.14}, "S04", "short"),
        ("ordinary", {"court_record_open": "unknown"}, "S09", "unknown"),
        ("ordinary", {"industry": "unknown"}, "U10", "unknown"),
        ("ordinary", {"full_legal_capacity": False}, "U09", "capacity"),
        ("ordinary", {"debt_service_pct": 60, "existing_repayments_cny": "unknown"}, "U02", "short"),
        ("ordinary", {"hard_inquiries_3m": "unknown"}, "S07", "unknown"),
        ("chen_jing_after", {"verified_income_month": 100}, "U02", "minimum"),
        ("hengxin", {"licence_check": "abnormal_list"}, "E04", ""),
        ("hengxin", {"operating_months": 3}, "E04", "young"),
        ("hengxin", {"owners_disclosed_pct": 50}, "E02", "short"),
        ("hengxin", {"related_person_score": 500}, "E01", ""),
        ("hengxin", {"related_person_score": "unknown"}, "E01", "unknown"),
        ("ruian", {"receivable_confirmed": False}, "E05", ""),
    ],
)
def test_the_wording_fits_what_is_known(key: str, values: dict[str, Any], code: str, form: str) -> None:
    assert reasons_of(key, **values)[code].get("form", "") == form


@pytest.mark.parametrize(
    ("amount", "values", "code", "form"),
    [
        (30000, {}, "U02", "limit"),
        (190000, {"verified_income_month": 90000, "other_unsecured_cny": 0}, "S01", "band_cap"),
        (8000, {"worst_dpd_24m": "none_on_file"}, "S05", "thin_file"),
        (8000, {"verified_income_month": "unverified"}, "U03", "unverified_cap"),
    ],
)
def test_a_smaller_offer_names_its_cap(amount: int, values: dict[str, Any], code: str, form: str) -> None:
    assert reasons_of("ordinary", amount=amount, **values)[code]["form"] == form


def test_platform_reasons_carry_dates() -> None:
    full = {"portfolio_exposure_pct": 100.0, "reopens_on": "2026-12-01"}
    assert reasons_of("ordinary", context=full)["P02"] == {"pct": 100.0, "date": "2026-12-01"}
    down = {"maintenance": True, "maintenance_from": "2026-11-20T00:00:00+00:00",
            "maintenance_until": "2026-11-20T04:00:00+00:00"}  # fmt: skip
    assert list(reasons_of("ordinary", context=down)) == ["P04"]
    assert reasons_of("ordinary", context={"maintenance": True})["P04"] == {"form": "short"}
    assert reasons_of("ordinary", context={"market": "tight", "market_since": "2026-11-10"})["P01"] == {
        "form": "market", "date": "2026-11-10", "review_date": "2026-12-06",
    }  # fmt: skip


def test_changed_rules_are_those_in_the_way() -> None:
    assert reasons_of("zhang_wei")["P01"]["change"] == ["R11", "R15", "unknown_in_a_rule"]
    assert reasons_of("ordinary", linked_product_event="unpaid_order")["P01"]["change"] == ["R11"]


def test_more_than_the_law_allows_names_the_law() -> None:
    rich = {"verified_income_month": 90000, "other_unsecured_cny": 0, "existing_repayments_cny": 0}
    parameters = reasons_of("wang_fang", amount=250000, context={"regulatory_cap": 150000}, **rich)["P03"]
    assert parameters == {
        "law": "consumer_online_loan_cap",
        "limit": 150000,
        "asked": "250000",
        "cap": 150000,
    }


def _values(name: str) -> st.SearchStrategy[Any]:
    """Every bin of a scorecard line; for the other inputs what stands there, or that it is unknown."""
    card = {**POLICY.scorecards["personal"].by_name, **POLICY.scorecards["enterprise"].by_name}
    if name not in card:
        return st.sampled_from([..., "unknown"])
    one = card[name]
    numbers = [*one.edges, one.edges[-1] + 1 if one.edges else 0]
    return st.sampled_from([*one.states, *(numbers if one.positions else [])])


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from(["ordinary", "chen_jing_before", "hengxin", "ruian"]))
def test_whatever_the_facts_every_brace_is_filled(data: st.DataObject, key: str) -> None:
    values = {name: data.draw(_values(name), label=name) for name in SAMPLES[key].facts}
    drawn = {name: value for name, value in values.items() if value is not ...}
    for code, parameters in reasons_of(key, **drawn).items():
        ENTRIES[code].check_filled(parameters)


def test_an_unfilled_brace_fails_and_does_not_show() -> None:
    with pytest.raises(UnfilledBraceError, match="U02: extra"):
        ENTRIES["U02"].check_filled({"pay": 1, "pct": 58, "max": 55, "reduce": 2})
    with pytest.raises(UnfilledBraceError, match="no form"):
        ENTRIES["U02"].check_filled({"form": "poem"})


def test_the_engine_gives_no_code_that_cannot_be_worded() -> None:
    assert set(ENTRIES) - ENGINE_CODES == {"S02", "S10", "P05"}
    assert {rule.reason for rule in POLICY.rules} - {"LIMIT"} <= ENGINE_CODES


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [("2026-08-24", 3, "2026-11-24"), ("2025-11-30", 3, "2026-02-28"), ("2027-11-30", 3, "2028-02-29")],
)
def test_months_are_added_to_the_last_day(day: str, months: int, expected: str) -> None:
    assert add_months(day, months) == expected


def test_birthdays() -> None:
    assert birthday("2009-03-14", 18) == "2027-03-14"
    assert birthday("2008-02-29", 18) == "2026-03-01"
