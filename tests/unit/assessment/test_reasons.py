from dataclasses import replace
from typing import Any

import pytest

from assessment import Context
from assessment.reasons import (
    Reason,
    _attach_change,
    _gap_reasons,
    _in_place_of_score,
    _join,
    _rule_reason,
    precedence,
    principal_reasons,
    score_reasons,
)
from assessment.rules import FAILED, UNKNOWN, Hit
from tests.unit.assessment.samples import DELETE, POLICY, changed_policy, decide, request_of

US = Context(us_reasons=True)
POOR = {
    "worst_dpd_24m": 40, "hard_inquiries_3m": 5, "active_lenders": 4, "settled_on_time": 0,
    "credit_age_months": 5,
    "debt_service_pct": 54, "revolving_use_pct": 95,
}  # fmt: skip


def test_the_score_comes_first_with_its_gap_and_its_characteristics_follow() -> None:
    first, *rest = decide("chen_jing_before").reasons
    assert (first.code, first.gap, first.rules) == ("S01", 37, ("R04",))
    assert [reason.code for reason in rest] == ["S09", "S05", "S04"]
    assert rest[0].characteristics == (
        ("liquid_months", 38), ("bills_on_time_pct_12m", 27), ("active_months_12m", 17),
    )  # fmt: skip
    assert rest[1].gap == sum(gap for _, gap in rest[1].characteristics) == 92


def test_gaps_are_summed_by_code_and_sorted() -> None:
    card = POLICY.scorecards["personal"]
    score = decide("chen_jing_before").run.score
    gaps = [
        (reason.code, reason.gap or 0) for reason in score_reasons(card, POLICY.baselines["personal"], score)
    ]
    assert gaps[:4] == [("S05", 92), ("S09", 82), ("S04", 65), ("U03", 63)]
    assert gaps == sorted(gaps, key=lambda gap: -gap[1])
    assert all(gap > 0 for _, gap in gaps)


def test_ties_stand_in_card_order() -> None:
    points = {one.name: one.maximum for one in POLICY.scorecards["personal"].characteristics}
    low = dict.fromkeys(points, 0) | {"identity_level": 30, "unusual_flags_90d": 30, "hard_inquiries_3m": 30}
    policy = changed_policy(("baseline.personal", {"method": "all", "people": 900, "points": low}))
    facts = {"identity_level": "unverified", "unusual_flags_90d": 9, "hard_inquiries_3m": 9}
    decided = decide("chen_jing_before", policy=policy, **facts)
    gaps = score_reasons(policy.scorecards["personal"], policy.baselines["personal"], decided.run.score)
    assert [reason.code for reason in gaps] == ["S07", "S06", "S03"]


def test_without_a_positive_gap_the_best_points_are_compared() -> None:
    points = dict.fromkeys((one.name for one in POLICY.scorecards["personal"].characteristics), 0)
    policy = changed_policy(("baseline.personal", {"method": "all", "people": 9, "points": points}))
    decided = decide("chen_jing_before", policy=policy, context=US)
    assert decided.reason_codes[0] == "S05"


def test_in_the_us_the_characteristics_stand_in_the_place_of_the_score() -> None:
    assert decide("chen_jing_before", context=US).reason_codes == ("S05", "S09", "S04", "U03")


def test_in_the_us_a_fifth_reason_only_for_enquiries_or_lenders() -> None:
    facts = {**POOR, "active_lenders": 9, "bills_on_time_pct_12m": 50}
    five = decide("chen_jing_before", context=US, **facts).reason_codes
    assert len(five) in (4, 5)
    assert five[4:] in ((), ("S07",), ("U01",))
    assert five[0] == "U01"


def test_a_fifth_reason_is_added_in_the_us_only() -> None:
    facts = {**POOR, "worst_dpd_24m": "none_on_file", "hard_inquiries_3m": 9}
    us = decide("chen_jing_before", context=US, **facts)
    assert len(us.reasons) == 5
    assert us.reason_codes[4] in ("S07", "U01")
    assert len(decide("chen_jing_before", **facts).reasons) == 4


def test_failed_rules_stand_in_precedence_order() -> None:
    decided = decide("ordinary", open_safety_flags=1, hard_inquiries_3m=7, current_overdue_days=2)
    assert decided.reason_codes == ("U04", "S07", "S06")


def test_rules_with_one_code_are_one_reason() -> None:
    reason = decide("li_na").reasons[0]
    assert (reason.code, reason.rules, reason.cap) == ("U02", ("R07", "R25", "R16"), "income_multiple")


@pytest.mark.parametrize(
    ("changes", "tag"),
    [
        ({"current_overdue_days": 1}, "changeable"),
        ({"hard_inquiries_3m": 6}, "with_time"),
        ({"industry": "loan_brokerage"}, "fixed"),
        ({"age": 17}, "with_time"),
    ],
)
def test_each_reason_says_whether_it_can_change(changes: Any, tag: Any) -> None:
    assert decide("ordinary", **changes).reasons[0].tag == tag


def test_an_approval_has_no_reasons() -> None:
    decided = decide("ordinary")
    assert (decided.outcome, decided.reasons, decided.alternatives) == ("approve", (), {})


def test_without_older_rules_there_is_nothing_to_compare() -> None:
    decided = decide("zhang_wei", policy=changed_policy(("predecessor", DELETE)))
    assert (decided.reason_codes, decided.alternatives) == (("S08", "S09"), {})


def test_changed_rules_always_have_a_place_among_four() -> None:
    decided = decide("zhang_wei", market="tight", worst_dpd_24m=95, current_overdue_days=1,
    court_record_open=1,
                     active_lenders=6)  # fmt: skip
    assert len(decided.reasons) == 4
    better = decide("ordinary", linked_product_event="unpaid_order", hard_inquiries_3m=2)
    assert better.reason_codes == ("S08", "P01")


def test_changed_rules_push_the_last_of_many_reasons_out() -> None:
    older = changed_policy(("predecessor.changes", {"R05": "score > 0", "R10": "age > 0", "R01": "age > 0",
                                                    "R06": "age > 0", "R08": "age > 0"}))  # fmt: skip
    decided = decide("ordinary", policy=older, current_overdue_days=1, court_record_open=1, age=16,
                     worst_dpd_24m=95, active_lenders=5)  # fmt: skip
    assert decided.reason_codes == ("U09", "U04", "U05", "P01")


def test_a_larger_counter_offer_elsewhere_also_counts_as_better() -> None:
    decided = decide("wang_fang", market="tight", request=request_of("wang_fang", amount_cny=150_000))
    assert decided.alternatives["normal_market"] == {
        "policy_version": "2026.1", "market": "normal", "outcome": "counter", "limit": 140_800,
    }  # fmt: skip


def test_a_market_that_changes_nothing_is_no_reason() -> None:
    small = request_of("ordinary", amount_cny=1_000)
    assert decide("ordinary", market="tight", request=small, current_overdue_days=4).reason_codes == ("U04",)


def test_the_gap_to_the_gate_is_the_whole_way() -> None:
    policy = changed_policy(("gates.consumer_loan.normal", 940))
    poor = {**POOR, "worst_dpd_24m": 89, "settled_on_time": 0, "liquid_months": 0, "unusual_flags_90d": 9}
    decided = decide("chen_jing_before", policy=policy, **poor)
    by_score = next(reason for reason in decided.reasons if reason.code == "S01")
    assert by_score.gap == 940 - decided.score > decided.score


ONE_GAP = dict.fromkeys((one.name for one in POLICY.scorecards["personal"].characteristics), 0)


@pytest.mark.parametrize(
    ("changes", "context", "codes"),
    [
        ({"linked_product_event": "unpaid_order"}, US, ("S05", "S08")),
        ({"current_overdue_days": 3}, US, ("U04", "S05")),
        ({}, Context(us_reasons=True, regulatory_cap=1_000), ("S05", "P03")),
    ],
)
def test_in_the_us_only_rules_that_decline_stand_before_the_characteristics(
    changes: Any, context: Any, codes: Any
) -> None:
    points = ONE_GAP | {"credit_age_months": 30}
    policy = changed_policy(
        ("baseline.personal", {"method": "all", "people": 900, "points": points}),
        ("gates.consumer_loan.normal", 945), ("predecessor", DELETE),
    )  # fmt: skip
    decided = decide("ordinary", policy=policy, context=context, credit_age_months=0, **changes)
    assert decided.reason_codes == codes


@pytest.mark.parametrize("code", ["E03", "LIMIT", "P03", "S01", "S07", "U02"])
def test_only_the_score_has_a_gap_to_the_gate_and_only_the_limit_a_cap(code: str) -> None:
    run = decide("ordinary").run
    hit = Hit(POLICY.rules[0], 0, FAILED, "decline", code)
    reason = _rule_reason(POLICY.setting("consumer_loan", "normal"), hit, code, run.score, "band_cap")
    assert (reason.gap is not None, reason.cap) == (code == "S01", "band_cap" if code == "LIMIT" else None)


def test_a_change_is_told_beside_reasons_of_firms() -> None:
    told = _attach_change([Reason("E03", "fixed")], 1)
    assert [reason.code for reason in told] == ["E03", "P01"]
    assert _attach_change(told, 1) == told


@pytest.mark.parametrize("own", ["LIMIT", "S09", "U01"])
def test_the_general_reason_for_what_is_unknown_comes_last_of_its_outcome(own: str) -> None:
    rule = replace(POLICY.rules[0], reason=own)
    unknown = Hit(rule, 3, UNKNOWN, "refer", "S09")
    failed = Hit(rule, 7, FAILED, "refer", own)
    assert precedence((unknown, "")) == (precedence((failed, ""))[0], own != "S09", 3)
    assert precedence((failed, ""))[1:] == (False, 7)


def test_the_first_gap_of_joined_reasons_stays() -> None:
    first, other = Reason("S01", "fixed", gap=5), Reason("S01", "fixed", gap=7)
    assert [_join(*pair).gap for pair in ((first, other), (other, first))] == [5, 7]
    assert _join(Reason("S01", "fixed"), other).gap == 7


@pytest.mark.parametrize("code", ["E03", "P03", "U02"])
def test_whatever_its_code_a_rule_that_declines_stands_before_the_gaps(code: str) -> None:
    harder, gap = Reason(code, "fixed", rules=(POLICY.rules[0].id,)), Reason("S05", "fixed", gap=3)
    hits = [Hit(POLICY.rules[0], 0, FAILED, "decline", code)]
    assert _in_place_of_score([harder], [gap], hits) == [harder, gap]
    assert _in_place_of_score([harder], [gap], [hits[0]._replace(outcome="counter")]) == [gap, harder]


def test_lists_that_do_not_belong_together_are_refused() -> None:
    card, run = POLICY.scorecards["personal"], decide("li_na").run
    with pytest.raises(ValueError, match="shorter"):
        _gap_reasons(card, [one.maximum for one in card.used][:-1], run.score)
    with pytest.raises(ValueError, match="shorter"):
        principal_reasons(
            POLICY, POLICY.setting("consumer_loan", "normal"), run.hits, [run.hits[0].reason], card=card,
            score=run.score, cap=None, rules_changed=False, us_reasons=False,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("tags", "mildest"),
    [
        ({"changeable"}, "changeable"), ({"with_time"}, "with_time"), ({"fixed"}, "fixed"),
        ({"changeable", "with_time"}, "changeable"), ({"changeable", "fixed"}, "changeable"),
        ({"with_time", "fixed"}, "with_time"),
    ],
)  # fmt: skip
def test_two_that_become_one_keep_the_mildest_tag_in_either_order(tags: set[str], mildest: str) -> None:
    for first in tags:
        for other in tags if len(tags) == 1 else tags - {first}:
            assert _join(Reason("U01", first), Reason("U01", other)).tag == mildest


@pytest.mark.parametrize(
    ("tags", "mildest"),
    [(("fixed", "changeable"), "changeable"), (("changeable", "fixed"), "changeable"),
     (("fixed", "with_time"), "with_time"), (("with_time", "fixed"), "with_time")],
)  # fmt: skip
def test_gaps_of_one_reason_keep_the_mildest_tag(tags: tuple[str, str], mildest: str) -> None:
    card = "scorecards.personal.characteristics"
    names = ("credit_age_months", "settled_on_time")
    edits = [(f"{card}.{name}.changes", tag) for name, tag in zip(names, tags, strict=True)]
    found = decide("chen_jing_before", policy=changed_policy(*edits)).reasons
    joined = next(one for one in found if one.code == "S05")
    assert (joined.tag, len(joined.characteristics)) == (mildest, 2)


def test_of_two_failed_rules_the_harder_stands_first() -> None:
    found = decide("ordinary", hard_inquiries_3m=6, court_record_open=1)
    assert [one.code for one in found.reasons] == ["U07", "S07"]
