"""Baselines: exact means of the right people, never of too few, and gaps that still add up."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment import Context, Policy, PolicyError, load_policy
from assessment.baselines import ALL, BEST, LEAST_ALL, LEAST_NEAR, NEAR, REACH, freeze_baseline
from assessment.reasons import score_reasons
from assessment.scoring import Score, Scorecard
from tests.unit.assessment.samples import POLICY, changed_policy, decide

CARD = POLICY.scorecards["personal"]
GATE = 600


def person(*, points: str = "least") -> Score:
    """Somebody in the worst or the best bin everywhere."""
    pick = min if points == "least" else max
    codes = tuple(one.points.index(pick(one.points)) for one in CARD.used)
    earned = sum(one.points[code] for one, code in zip(CARD.used, codes, strict=True))
    return Score(CARD.base + earned, codes, CARD.total, CARD.total)


def at(score: Score, value: int) -> Score:
    return score._replace(value=value)


def crowd(count: int, value: int, points: str = "least") -> Iterator[tuple[Score, int]]:
    one = at(person(points=points), value)
    return ((one, GATE) for _ in range(count))


def test_near_the_gate_are_the_40_points_at_and_above_it() -> None:
    near = [*crowd(LEAST_NEAR - 1, GATE, "most"), *crowd(1, GATE + REACH - 1, "most")]
    far = [*crowd(50, GATE - 1), *crowd(50, GATE + REACH)]
    found = freeze_baseline(CARD, [*near, *far], method=NEAR)
    best = {one.name: one.maximum for one in CARD.used}
    assert found == {"method": NEAR, "people": LEAST_NEAR, "points": best}


def test_too_few_near_the_gate_give_way_to_all() -> None:
    found = freeze_baseline(
        CARD, [*crowd(LEAST_NEAR - 1, GATE, "most"), *crowd(LEAST_NEAR - 1, 400)], method=NEAR
    )
    assert (found["method"], found["people"]) == (ALL, 2 * LEAST_NEAR - 2)


def test_too_few_altogether_give_way_to_the_best_points() -> None:
    assert freeze_baseline(CARD, crowd(LEAST_ALL - 1, GATE), method=ALL) == {"method": BEST}
    assert freeze_baseline(CARD, crowd(LEAST_ALL, GATE), method=ALL)["people"] == LEAST_ALL
    assert freeze_baseline(CARD, crowd(LEAST_NEAR, GATE), method=BEST) == {"method": BEST}


def test_means_are_rounded_half_up() -> None:
    first = CARD.used[0]
    low, high = min(first.points), max(first.points)
    people = [*crowd(LEAST_ALL, 400), *crowd(LEAST_ALL, 400, "most")]
    points = freeze_baseline(CARD, people, method=ALL)["points"]
    assert points[first.name] == (low + high + 1) // 2


def test_gates_of_several_products_are_each_their_own() -> None:
    people = [(at(person(), 580), 580)] * 250 + [(at(person(), 600), 600)] * 250
    assert freeze_baseline(CARD, people, method=NEAR)["method"] == NEAR


def frozen(points: dict[str, int], method: str = ALL) -> Policy:
    return changed_policy(("baseline.personal", {"method": method, "people": 900, "points": points}))


@st.composite
def baselines(draw: st.DrawFn) -> dict[str, int]:
    return {one.name: draw(st.integers(0, one.maximum)) for one in CARD.characteristics}


@settings(deadline=None)
@given(points=baselines(), person_=st.sampled_from(["li_na", "zhang_wei", "chen_jing_before", "ordinary"]))
def test_gaps_add_up_exactly_for_every_baseline(points: dict[str, int], person_: str) -> None:
    policy = frozen(points)
    decided = decide(person_, policy=policy)
    lines = decided.points.values()
    assert sum(line["baseline"] - line["points"] for line in lines) == sum(points.values()) - (
        decided.score - CARD.base
    )
    card = policy.scorecards["personal"]
    reasons = score_reasons(card, policy.baselines["personal"], decided.run.score)
    below = [line["baseline"] - line["points"] for line in lines if line["baseline"] > line["points"]]
    if below:
        assert sum(reason.gap or 0 for reason in reasons) == sum(below)
    assert all(
        reason.gap == sum(gap for _, gap in reason.characteristics) and (reason.gap or 0) > 0
        for reason in reasons
    )


@settings(deadline=None)
@given(points=baselines())
def test_in_the_us_the_characteristics_stand_for_the_score(points: dict[str, int]) -> None:
    decided = decide("chen_jing_before", policy=frozen(points), context=Context(us_reasons=True))
    assert "S01" not in decided.reason_codes
    assert 1 <= len(decided.reasons) <= 5
    assert len(decided.reasons) <= 4 or decided.reasons[4].code in {"S07", "U01"}
    assert all(reason.tag in {"changeable", "with_time", "fixed"} for reason in decided.reasons)


def test_gaps_come_in_order_of_size() -> None:
    policy = frozen({one.name: one.maximum // 2 for one in CARD.characteristics})
    decided = decide("chen_jing_before", policy=policy)
    reasons = score_reasons(policy.scorecards["personal"], policy.baselines["personal"], decided.run.score)
    gaps = [reason.gap or 0 for reason in reasons]
    assert gaps == sorted(gaps, reverse=True)
    assert len(gaps) > 2


BASE: dict[str, Any] = {"method": NEAR, "people": 600, "points": {one.name: 0 for one in CARD.used}}


@pytest.mark.parametrize(
    ("change", "path", "expected"),
    [
        ({"people": None}, "baseline.personal.people", "how many"),
        ({"people": 499}, "baseline.personal.people", "at least 500"),
        ({"points": None}, "baseline.personal.points", "exactly"),
        ({"method": "mode"}, "baseline.personal.method", "one of"),
        (
            {"points": {**BASE["points"], "credit_age_months": 51}},
            "baseline.personal.points.credit_age_months",
            "at most 50",
        ),
    ],
)
def test_a_frozen_baseline_is_whole(change: dict[str, Any], path: str, expected: str) -> None:
    described = {name: value for name, value in {**BASE, **change}.items() if value is not None}
    document = POLICY.document
    document["baseline"]["personal"] = described
    with pytest.raises(PolicyError) as refusal:
        load_policy(document)
    assert refusal.value.path == path
    assert expected in refusal.value.expected


def test_the_method_and_the_number_of_people_are_in_the_hash() -> None:
    first, second = frozen(BASE["points"]), changed_policy(("baseline.personal", {**BASE, "people": 601}))
    assert isinstance(CARD, Scorecard)
    assert len({first.hash, second.hash, POLICY.hash}) == 3


def test_the_brake_is_one_per_cent_a_day_unless_the_policy_says_otherwise() -> None:
    assert (str(POLICY.brake.share_pct), POLICY.brake.hours) == ("1", 24)
    changed = changed_policy(("brake", {"share_pct": 0.5, "hours": 12}))
    assert (str(changed.brake.share_pct), changed.brake.hours) == ("0.5", 12)
