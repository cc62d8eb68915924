import contextlib
from typing import Any

import pytest

from assessment import Context, InputError, assess, run_policy
from assessment.rules import SEVERITY, run_rules, worst_outcome
from assessment.running import find_kinder
from tests.unit.assessment.samples import (
    PERSONS,
    PLAIN,
    POLICY,
    changed_policy,
    decide,
    facts_of,
    request_of,
)


def status(decided: Any, rule: str) -> Any:
    return next(one for one in decided.rules if one.id == rule)


@pytest.mark.parametrize(
    ("changes", "rule", "outcome", "reason"),
    [
        ({"age": 17}, "R01", "decline", "U09"),
        ({"full_legal_capacity": False}, "R01", "decline", "U09"),
        ({"identity_level": "basic"}, "R02", "hold", "S03"),
        ({"identity_level": "unverified"}, "R02", "hold", "S03"),
        ({"profile_complete_pct": 59}, "R03", "hold", "S04"),
        ({"current_overdue_days": 1}, "R05", "decline", "U04"),
        ({"worst_dpd_24m": 90}, "R06", "decline", "U05"),
        ({"debt_service_pct": 55.01}, "R07", "decline", "U02"),
        ({"active_lenders": 5}, "R08", "decline", "U01"),
        ({"hard_inquiries_3m": 6}, "R09", "refer", "S07"),
        ({"court_record_open": 1}, "R10", "decline", "U07"),
        ({"linked_product_event": "unpaid_order"}, "R11", "refer", "S08"),
        ({"open_safety_flags": 1}, "R12", "hold", "S06"),
        ({"industry": "loan_brokerage"}, "R14", "refer", "U10"),
        ({"age": "unknown"}, "R01", "refer", "S09"),
        ({"active_lenders": "unknown"}, "R08", "refer", "S09"),
        ({"hard_inquiries_3m": "unknown"}, "R09", "refer", "S07"),
        ({"linked_product_event": "unknown"}, "R11", "refer", "S08"),
        ({"industry": "unknown"}, "R14", "refer", "U10"),
        ({"existing_repayments_cny": "unknown"}, "R16", "refer", "S09"),
    ],
)
def test_each_rule_of_persons(changes: Any, rule: Any, outcome: Any, reason: Any) -> None:
    decided = decide("wang_fang", **changes)
    assert (status(decided, rule).outcome, status(decided, rule).reason) == (outcome, reason)
    assert decided.outcome == outcome
    assert reason in decided.reason_codes


@pytest.mark.parametrize(
    ("changes", "rule", "outcome", "reason"),
    [
        ({"ent_worst_dpd_24m": 95}, "R06E", "decline", "U05"),
        ({"court_records_open": 1}, "R10E", "decline", "U07"),
        ({"licence_check": "abnormal_list"}, "R20", "decline", "E04"),
        ({"operating_months": 5}, "R20", "decline", "E04"),
        ({"owners_disclosed_pct": 75}, "R21", "hold", "E02"),
        ({"related_person_score": 549}, "R22", "refer", "E01"),
        ({"related_person_score": "unknown"}, "R22", "refer", "E01"),
        ({"inflow_cover_x": 1.19}, "R23", "counter", "E03"),
        ({"last_12m_inflow_cny": 1_000_000}, "R16E", "counter", "E03"),
    ],
)
def test_each_rule_of_firms(changes: Any, rule: Any, outcome: Any, reason: Any) -> None:
    decided = decide("hengxin", **changes)
    assert (status(decided, rule).outcome, status(decided, rule).reason) == (outcome, reason)
    assert decided.outcome == outcome


@pytest.mark.parametrize(
    ("context", "rule", "outcome", "reason"),
    [
        (Context(portfolio_exposure_pct=100), "R17", "hold", "P02"),
        (Context(portfolio_exposure_pct="unknown"), "R17", "refer", "S09"),
        (Context(regulatory_cap=15_000), "R18", "counter", "P03"),
    ],
)
def test_rules_about_us_and_the_law(context: Any, rule: Any, outcome: Any, reason: Any) -> None:
    decided = decide("ordinary", context=context)
    assert (status(decided, rule).outcome, status(decided, rule).reason) == (outcome, reason)
    assert decided.outcome == outcome


def test_an_absent_regulatory_cap_passes() -> None:
    assert status(decide("ordinary"), "R18").status == "passed"


def test_a_counter_offer_stays_under_the_regulatory_cap() -> None:
    decided = decide("ordinary", context=Context(regulatory_cap=15_050))
    assert (decided.offer, decided.limit.binding) == (15_000, "regulatory_cap")
    assert decided.reason_codes == ("P03",)


def test_all_rules_are_run_after_the_first_failure() -> None:
    decided = decide("li_na")
    assert [one.id for one in decided.rules if one.status == "failed"] == ["R07", "R08", "R09", "R16", "R25"]
    assert len(decided.rules) == 20


def test_rules_show_their_values_and_their_limit() -> None:
    rule = status(decide("li_na"), "R07")
    assert (rule.values, rule.limit, rule.test) == ({"debt_service_pct": 58}, 55, "debt_service_pct <= 55")
    rule = status(decide("ordinary"), "R16")
    assert (rule.values, rule.limit) == ({"requested": "20000.00", "limit": "21300.00"}, "21300.00")
    assert status(decide("ordinary"), "R11").limit is None


def test_without_a_price_band_rules_about_the_limit_are_not_run() -> None:
    decided = decide("chen_jing_before")
    assert (status(decided, "R16").status, status(decided, "R25").status) == ("not_run", "not_run")
    assert decided.limit is None


def test_maintenance_always_holds_with_its_own_reason_only() -> None:
    decided = decide("li_na", context=Context(maintenance=True))
    assert (decided.outcome, decided.reason_codes, decided.alternatives) == ("hold", ("P04",), {})
    at = [rule["id"] for rule in POLICY.document["rules"]].index("R19")
    silent = changed_policy((f"rules[{at}].test", "maintenance or not maintenance"))
    assert decide("li_na", policy=silent, context=Context(maintenance=True)).reason_codes == ("P04",)


def test_precedence_decline_refer_hold_counter() -> None:
    worse = {"hard_inquiries_3m": 6, "open_safety_flags": 1}
    assert decide("ordinary", current_overdue_days=3, **worse).outcome == "decline"
    assert decide("ordinary", **worse).outcome == "refer"
    assert decide("ordinary", open_safety_flags=1).outcome == "hold"


def test_a_purpose_outside_the_list_is_declined() -> None:
    asked = request_of("ordinary", purpose="investment")
    assert decide("ordinary", request=asked).reason_codes == ("U08",)


@pytest.mark.parametrize("value", [-1, True, "many", float("nan"), None])
def test_exposure_must_be_a_number(value: Any) -> None:
    with pytest.raises(InputError, match="portfolio_exposure_pct"):
        decide("ordinary", context=Context(portfolio_exposure_pct=value))


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"amount_cny": 499}, "amount"), ({"amount_cny": float("nan")}, "amount"),
        ({"amount_cny": "many"}, "amount"),
        ({"amount_cny": -5}, "amount"), ({"term_months": 7}, "term_months"),
        ({"term_months": None}, "term_months"),
        ({"term_months": 6.0}, "term_months"), ({"method": "revolving"}, "method"),
        ({"product": "mortgage"}, "product"),
        ({"purpose": None}, "purpose"),
        ({"product": "supply_chain_finance", "amount_cny": 20_000}, "term_days"),
    ],
)  # fmt: skip
def test_an_impossible_request_is_refused_by_name(asked: Any, name: Any) -> None:
    with pytest.raises(InputError) as refusal:
        decide("ordinary", request=request_of("ordinary", **asked))
    assert refusal.value.name == name


def test_an_unknown_market_is_refused() -> None:
    with pytest.raises(InputError, match="market: expected one of easing, normal, tight"):
        decide("ordinary", market="wild")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("age", -1), ("age", "old"), ("age", None), ("full_legal_capacity", 1),
        ("full_legal_capacity", "yes"),
        ("industry", ""), ("industry", None), ("linked_product_event", 3), ("linked_product_event", ""),
        ("existing_repayments_cny", -1), ("existing_repayments_cny", "much"),
        ("existing_repayments_cny", None),
        ("existing_repayments_cny", float("inf")), ("other_unsecured_cny", True),
        ("on_time_instalments", float("nan")),
    ],
)  # fmt: skip
def test_an_impossible_input_is_refused_by_name(name: Any, value: Any) -> None:
    with pytest.raises(InputError) as refusal:
        decide("ordinary", **{name: value})
    assert refusal.value.name == name


def test_a_grade_that_no_buyer_has_is_refused() -> None:
    with pytest.raises(InputError, match="buyer_grade: expected one of A, B, C"):
        decide("ruian", buyer_grade="Z")


def test_a_missing_input_is_named() -> None:
    facts = facts_of("ordinary")
    del facts["age"]
    with pytest.raises(InputError, match="age: expected a value"):
        assess(POLICY, facts, request_of("ordinary"), market="normal")


@pytest.mark.parametrize("key", sorted(PERSONS))
def test_the_predecessor_ends_as_all_of_its_own_rules_say(key: str) -> None:
    """Only the rules that differ are run again; whatever is unknown, that comes to the same."""
    older, request, tried = POLICY.predecessor, request_of(key), 0
    assert older is not None
    for name in ("", *facts_of(key)):
        facts = facts_of(key, **({name: "unknown"} if name else {}))
        with contextlib.suppress(InputError):
            run = run_policy(POLICY, facts, request, market="tight", context=PLAIN)
            rules = older.setting(request.product, "tight").rule_set
            _, hits = run_rules(older, rules, run.env, skip_limit=run.has_no_limit)
            told = find_kinder(run, request).get("predecessor", {"outcome": run.outcome})
            before = worst_outcome(hits, maintenance=False)
            assert told["outcome"] == max(before, run.outcome, key=SEVERITY.__getitem__)
            tried += 1
    assert tried > 1


def test_money_that_a_rule_reads_is_shown_in_yuan_and_numbers_as_they_are() -> None:
    policy = changed_policy(("rules[7].test", "existing_repayments_cny <= 5000 and debt_service_pct <= 55"))
    decided = decide("wang_fang", policy=policy, existing_repayments_cny=1200)
    shown = {rule.id: dict(rule.values) for rule in decided.rules}
    assert shown["R07"]["existing_repayments_cny"] == "1200.00"
    assert status(decided, "R07").limit == 5000
    assert shown["R08"] == {"active_lenders": facts_of("wang_fang")["active_lenders"]}
    assert shown["R12"] == {"open_safety_flags": 0}
    assert shown["R01"]["full_legal_capacity"] is True
    assert shown["R13"]["purpose"] == request_of("wang_fang").purpose


def test_how_a_rule_ended_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        status(decide("wang_fang"), "R05").status = "failed"
    assert status(decide("wang_fang"), "R05").status == "passed"


def test_outcomes_stand_from_the_hardest_to_the_kindest() -> None:
    """A book writes an outcome as its place."""
    assert tuple(SEVERITY) == ("decline", "refer", "hold", "counter", "approve")
    assert tuple(SEVERITY.values()) == (0, 1, 2, 3, 4)


@pytest.mark.parametrize("product", ["consumer_loan", "sme_working_capital", "supply_chain_finance"])
def test_of_what_rules_read_a_market_sets_the_gate_alone(product: str) -> None:
    """Only rules about the gate and the limit are run again for another market."""
    tight, normal = (POLICY.setting(product, market) for market in ("tight", "normal"))
    assert {name for name, value in tight.constants.items() if value != normal.constants[name]} <= {"gate"}
    read_again = [tight.rules[at].expression.names for at in tight.rule_set.market_places]
    assert all({"gate", "limit"} & set(names) for names in read_again)
    assert tight.rule_set.rules == normal.rule_set.rules


@pytest.mark.parametrize("key", sorted(PERSONS))
def test_the_normal_market_ends_as_a_decision_in_it(key: str) -> None:
    """Only what a market sets is looked at again; whatever is unknown, that comes to the same."""
    request, tried = request_of(key), 0
    for name in ("", *facts_of(key)):
        facts = facts_of(key, **({name: "unknown"} if name else {}))
        with contextlib.suppress(InputError):
            tight, normal = (
                run_policy(POLICY, facts, request, market=market, context=PLAIN)
                for market in ("tight", "normal")
            )
            told = find_kinder(tight, request).get("normal_market")
            is_kinder = SEVERITY[normal.outcome] > SEVERITY[tight.outcome]
            assert told is not None or not is_kinder
            if told is not None:
                high = None if normal.limit is None else normal.limit.high
                assert (told["outcome"], told["limit"]) == (normal.outcome, high)
            tried += 1
    assert tried > 1
