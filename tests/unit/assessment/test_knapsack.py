"""The cheapest choice against brute force and, where it is installed, scipy's mixed-integer solver."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.knapsack import best_gain_within, cheapest, most_gain

OPTIONS = st.lists(st.tuples(st.integers(0, 12), st.integers(-3, 30)), min_size=1, max_size=4)
SMALL = st.lists(OPTIONS.map(lambda options: [(0, 0), *options]), min_size=1, max_size=5)
FORCED = st.lists(OPTIONS, min_size=1, max_size=5)


def all_choices(groups: Any) -> list[tuple[int, int]]:
    return [(sum(cost for cost, _ in taken), sum(gain for _, gain in taken)) for taken in product(*groups)]


@settings(max_examples=600, deadline=None)
@given(SMALL | FORCED, st.integers(-9, 90))
def test_no_choice_is_cheaper(groups: Any, need: int) -> None:
    choice = cheapest(groups, need)
    costs = [cost for cost, gain in all_choices(groups) if gain >= need]
    assert (None if choice is None else choice.cost) == min(costs, default=None)
    if choice is not None:
        taken = [options[pick] for options, pick in zip(groups, choice.picks, strict=True)]
        assert (sum(cost for cost, _ in taken), sum(gain for _, gain in taken)) == choice[:2]
        assert choice.gain >= need


@settings(max_examples=300, deadline=None)
@given(FORCED, st.integers(-1, 40))
def test_the_best_gain_within_a_budget_is_the_best(groups: Any, budget: int) -> None:
    gains = [gain for cost, gain in all_choices(groups) if cost <= budget]
    assert best_gain_within(groups, budget) == max(gains, default=None)
    assert most_gain(groups) == max(gain for _, gain in all_choices(groups))


def test_nothing_at_all_costs_nothing() -> None:
    assert (best_gain_within([], 0), best_gain_within([], -1)) == (0, None)


def test_a_group_without_an_option_leaves_no_choice() -> None:
    assert cheapest([[(0, 0)], []], 0) is None
    assert most_gain([[(0, 0)], []]) is None


def test_nothing_to_choose_from_is_a_choice_when_nothing_is_needed() -> None:
    assert cheapest([], 0) == (0, 0, ())
    assert cheapest([], 1) is None


def test_ties_are_broken_by_gain_and_then_by_order() -> None:
    assert cheapest([[(0, 0), (2, 5), (2, 9), (2, 9)]], 5) == (2, 9, (2,))
    assert cheapest([[(0, 0), (2, 5), (2, 9), (2, 9)]], 9) == (2, 9, (2,))
    assert cheapest([[(0, 0), (2, 5)], [(0, 0), (2, 5)]], 5) == (2, 5, (1, 0))
    assert cheapest([[(0, 0), (2, 5), (4, 7)], [(0, 0), (2, 7)]], 7) == (2, 7, (0, 1))
    assert cheapest([[(0, 0), (3, 10)], [(0, 0), (2, 6)], [(0, 0), (2, 6)]], 6) == (2, 6, (0, 1, 0))
    assert cheapest([[(0, 0), (2, 6)], [(0, 0), (1, 2), (3, 8)]], 8) == (3, 8, (1, 1))
    assert cheapest([[(0, 0), (6, 8), (4, 3)], [(0, 0), (2, 3)]], 5) == (6, 6, (2, 1))
    assert cheapest([[(0, 0), (5, 7)], [(0, 0), (4, 4)], [(0, 0), (5, 9)]], 11) == (9, 13, (0, 1, 1))
    assert cheapest([[(0, 0), (1, 3), (2, 4)], [(2, -1), (3, 1)]], 3) == (4, 3, (2, 0))


def test_groups_of_one_option_give_nothing_more() -> None:
    dear, alone = [(0, 0), (1, 3), (10, 4)], [(0, 0)]
    assert cheapest([dear, dear, alone, alone, alone], 8) == (20, 8, (2, 2, 0, 0, 0))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(OPTIONS.map(lambda options: [(0, 0), *options]), min_size=4, max_size=13), st.integers(1, 200)
)
def test_a_mixed_integer_solver_finds_the_same_cost(groups: Any, need: int) -> None:
    optimize = pytest.importorskip("scipy.optimize")
    costs = [cost for options in groups for cost, _ in options]
    gains = [gain for options in groups for _, gain in options]
    rows, at = [], 0
    for options in groups:
        rows.append([int(at <= column < at + len(options)) for column in range(len(costs))])
        at += len(options)
    solved = optimize.milp(
        costs,
        integrality=[1] * len(costs),
        bounds=optimize.Bounds(0, 1),
        constraints=[
            optimize.LinearConstraint(rows, 1, 1),
            optimize.LinearConstraint([gains], need, float("inf")),
        ],
    )
    choice = cheapest(groups, need)
    assert (choice is None) == (not solved.success)
    if choice is not None:
        assert choice.cost == round(solved.fun)
