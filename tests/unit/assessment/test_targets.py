from dataclasses import replace
from random import Random
from typing import Any

import pytest

from assessment import assess
from assessment.actions import STATED_BEST, Circumstances
from assessment.encoding import Bin, Characteristic
from assessment.recourse import Route, find_routes
from assessment.targets import bring_forward, least_values, tell_least
from tests.unit.assessment.samples import PLAIN, POLICY, facts_of, request_of
from tests.unit.assessment.test_recourse import ENQUIRIES, SAMPLES

CARD = POLICY.scorecards["personal"].by_name


def all_routes(key: str, known: Circumstances) -> list[Route]:
    found = find_routes(POLICY, facts_of(key), request_of(key), market="normal", circumstances=known)
    return [route for horizon in found.horizons for route in horizon.routes]


@pytest.mark.parametrize(
    ("name", "today", "reached", "values"),
    [
        ("verified_income_month", "unverified", 12_000, [0, 3000, 6000, 10_000]),
        ("revolving_use_pct", 82, 42, [69, 49]),
        ("liquid_months", 0.3, 2.3, [1, 2]),
        ("active_lenders", 5, 5, []),
        ("identity_level", "basic", "full", []),
    ],
)
def test_the_near_edge_of_each_bin_on_the_way(name: str, today: Any, reached: Any, values: list[int]) -> None:
    assert least_values(CARD[name], today, reached) == values


def test_a_plan_is_told_with_the_least_that_is_enough() -> None:
    known = Circumstances(stated=STATED_BEST)
    for key in ("zhang_wei", "chen_jing_before", "li_na"):
        for route in all_routes(key, known):
            least = tell_least(POLICY, route, known, market="normal", context=PLAIN)
            again = assess(POLICY, least.facts, least.request, market="normal")
            assert again.outcome == least.assessment.outcome == "approve"
            assert again.score >= again.gate + route.margin
            assert (least.cost, least.months) == (route.cost, route.months)


def test_an_income_that_nobody_stated_becomes_the_lowest_that_is_enough() -> None:
    known = Circumstances(stated=STATED_BEST)
    (route, *_) = all_routes("chen_jing_before", known)
    action = tell_least(POLICY, route, known, market="normal", context=PLAIN).actions[0]
    assert action.moves[0] == ("verified_income_month", "unverified", 6000)
    below = {**route.facts, "verified_income_month": 5999, "debt_service_pct": 0}
    assert assess(POLICY, below, route.request, market="normal").score < 600 + route.margin


def test_effects_that_move_more_are_left_as_they_are() -> None:
    known = Circumstances(effects={"pay_down_cards": {"existing_repayments_cny": -300.0}}, later=ENQUIRIES)
    for route in all_routes("li_na", known):
        least = tell_least(POLICY, route, known, market="normal", context=PLAIN)
        moved = [action for action in least.actions if action.group == "pay_down_cards"]
        assert moved == [action for action in route.actions if action.group == "pay_down_cards"]


@pytest.mark.parametrize("seed", range(20))
def test_a_route_is_brought_forward_to_the_first_month_that_is_enough(seed: int) -> None:
    rng = Random(seed)
    key = rng.choice(SAMPLES)
    known = Circumstances(stated=STATED_BEST, later=ENQUIRIES)
    for route in all_routes(key, known):
        sooner = bring_forward(POLICY, facts_of(key), route, known, market="normal", context=PLAIN)
        assert route.months <= sooner.horizon <= route.horizon
        again = assess(POLICY, sooner.facts, sooner.request, market="normal")
        assert again.outcome == "approve"
        assert again.score >= again.gate + route.margin


def test_a_route_without_moves_is_left_alone() -> None:
    known = Circumstances()
    route = replace(all_routes("ordinary", known)[0], actions=())
    assert tell_least(POLICY, route, known, market="normal", context=PLAIN) == route


def test_an_edge_that_no_whole_number_meets_is_left_out() -> None:
    bins = (Bin(points=0, upper=0.2), Bin(points=3, upper=0.8), Bin(points=9))
    one = Characteristic("share", "capacity", "U02", "changeable", bins)
    assert least_values(one, 0, 5) == [1]


def test_what_the_amount_needs_in_full_is_told_in_full() -> None:
    known = Circumstances(stated={"verified_income_month": 6_500})
    asked = request_of("zhang_wei", amount_cny=20_000)
    found = find_routes(POLICY, facts_of("zhang_wei"), asked, market="normal", circumstances=known)
    full = next(route for route in found.horizons[0].routes if not route.asks_less)
    least = tell_least(POLICY, full, known, market="normal", context=PLAIN)
    incomes = [action.moves[0] for action in least.actions if action.group == "verify_income"]
    assert incomes == [("verified_income_month", "unverified", 6500)]
