"""Nothing that a dry run hides can be computed from what it shows, and no more is hidden than that takes."""

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from decisions.dry_run_counting import FAVOURABLE, OUTCOMES, Grouping, Joint, Side, Tally
from decisions.dry_run_hiding import FEWEST, OTHER, hidden_cells, shown_of
from decisions.dry_run_showing import matrix_of, write_csv, write_table

BANDS, SEXES = ("low", "middle", "high"), ("female", "male")
Rows = list[tuple[int, int, int, int, int]]


def joint_of(rows: Rows) -> Joint:
    """People given as outcome before, after, whether the amount rises, band and sex (-1: none)."""
    joint = Joint({"band": BANDS, "sex": SEXES})
    columns = np.array(rows, np.int64).reshape(-1, 5)
    score = np.zeros(len(columns), np.int32)
    before = Side(columns[:, 0].astype(np.uint8), score, score)
    after = Side(columns[:, 1].astype(np.uint8), score, columns[:, 2].astype(np.int32))
    groupings = {"band": Grouping(BANDS, columns[:, 3]), "sex": Grouping(SEXES, columns[:, 4])}
    joint.add(before, after, groupings)
    return joint


def people(*parts: tuple[int, tuple[int, int, int, int, int]]) -> Rows:
    return [row for count, row in parts for _each in range(count)]


ROW = st.tuples(
    st.integers(0, 4), st.integers(0, 4), st.integers(0, 1), st.integers(0, 2), st.integers(-1, 1)
)
PARTS = st.lists(st.tuples(st.sampled_from([1, 2, 4, 9, 10, 40]), ROW), max_size=12).map(
    lambda parts: people(*parts)
)


def could_be(tally: Tally, hidden: set[tuple[int, int]], cell: tuple[int, int]) -> tuple[int, int]:
    """The least and the most that a hidden cell could hold, by every sum that is shown."""
    cells = sorted(hidden)
    count = np.array([tally.matrix[one] for one in cells])
    quarter = np.array([[(r >= FAVOURABLE) * 2 + (c >= FAVOURABLE) == q for r, c in cells] for q in range(4)])
    sums = quarter[[0, 1]].sum(axis=0), quarter[[0, 2]].sum(axis=0), np.ones(len(cells))
    known = np.array(sums, float)
    sides = np.array([[c > r for r, c in cells], [c < r for r, c in cells]], float)
    total = np.array([np.triu(tally.matrix, 1).sum(), np.tril(tally.matrix, -1).sum()])
    room = np.array([tally.better, tally.worse]) - total + sides @ count
    limits = [LinearConstraint(known, known @ count, known @ count), LinearConstraint(sides, -np.inf, room)]
    found = [
        milp(sign * np.array([one == cell for one in cells], float), constraints=limits,
             integrality=np.ones(len(cells)), bounds=Bounds(0, np.inf)).fun
        for sign in (1, -1)
    ]  # fmt: skip
    return round(found[0]), round(-found[1])


@given(PARTS)
def test_no_small_cell_can_be_computed(rows: Rows) -> None:
    tally = joint_of(rows).whole()
    hidden = hidden_cells(tally)
    small = [cell for cell in np.ndindex(5, 5) if 0 < tally.matrix[cell] < FEWEST]
    assert hidden >= set(small)
    for cell in small:
        least, most = could_be(tally, hidden, cell)
        assert least < most


@given(PARTS)
def test_only_small_numbers_hide_anything(rows: Rows) -> None:
    tally = joint_of([row for row in rows for _each in range(FEWEST)]).whole()
    assert hidden_cells(tally) == set()


@given(PARTS, PARTS)
def test_everything_is_the_sum_of_what_products_show(rows: Rows, others: Rows) -> None:
    shown = shown_of({"one": joint_of(rows), "two": joint_of(others)})
    tables = list(shown["products"].values())
    for name in ("people", "changed", "better", "worse", "favourable_before", "favourable_after"):
        assert shown[name] == sum(table[name] for table in tables)
    for at, (_before, row) in enumerate(matrix_of(shown)):
        parts = [matrix_of(table)[at][1] for table in tables]
        for column, count in enumerate(row):
            cells = [part[column] for part in parts]
            assert count == (None if None in cells else sum(filter(None, cells)))


@given(PARTS, PARTS)
def test_who_is_left_out_is_in_no_number(rows: Rows, others: Rows) -> None:
    joints = {"one": joint_of(rows), "two": joint_of(others)}
    shown = shown_of(joints)
    rest = copy.deepcopy(joints)
    for product, table in shown["products"].items():
        sizes = {kind: joints[product].sizes(kind) for kind in ("band", "sex")}
        for kind, found in sizes.items():
            if not table["groups"].get(kind) and sum(found) >= FEWEST:
                continue
            names = (*joints[product].kinds[kind], None)
            gone = [at for at, name in enumerate(names) if 0 < found[at] < FEWEST and is_gone(table, kind)]
            if sum(found[at] for at in gone) < FEWEST:
                rest[product].leave_out(kind, gone)
    assert numbers(shown_of(rest)) == numbers(shown)


def is_gone(table: Mapping[str, Any], kind: str) -> bool:
    return OTHER not in table["groups"].get(kind, {})


def numbers(shown: Any) -> Any:
    """What is shown without how many groups are missing."""
    if not isinstance(shown, Mapping):
        return shown
    return {key: numbers(one) for key, one in shown.items() if key not in ("left_out", "is_partial", "few")}


@given(PARTS, PARTS)
def test_no_group_that_is_shown_is_small(rows: Rows, others: Rows) -> None:
    shown = shown_of({"one": joint_of(rows), "two": joint_of(others)})
    for table in (shown, *shown["products"].values()):
        for kind, groups in table["groups"].items():
            assert all(one["people"] >= FEWEST for one in groups.values())
            rest = table["people"] - sum(one["people"] for one in groups.values())
            assert rest == 0 or rest >= FEWEST or table is shown, kind


def test_a_few_people_in_a_band_leave_every_total_and_hide_nobody_else() -> None:
    rows = people((30, (0, 0, 0, 0, 0)), (40, (0, 4, 0, 1, 1)), (3, (0, 4, 0, 2, 1)))
    shown = shown_of({"one": joint_of(rows)})
    assert (shown["people"], shown["favourable_after"]) == (70, 40)
    assert {name: one["people"] for name, one in shown["groups"]["band"].items()} == {"low": 30, "middle": 40}
    assert (shown["left_out"], shown["is_partial"]) == ({"band": 1}, True)


def test_several_small_groups_that_are_ten_together_stand_as_one() -> None:
    rows = people((30, (0, 0, 0, 0, 0)), (6, (0, 4, 0, 1, 0)), (7, (0, 4, 0, 2, 0)))
    shown = shown_of({"one": joint_of(rows)})
    assert {name: one["people"] for name, one in shown["groups"]["band"].items()} == {"low": 30, OTHER: 13}
    assert (shown["people"], shown["is_partial"]) == (43, False)


def test_groups_that_could_only_be_nine_take_another_with_them() -> None:
    rows = people((30, (0, 0, 0, 0, 0)), (9, (0, 4, 0, 1, 0)), (9, (0, 4, 0, 2, 0)))
    assert shown_of({"one": joint_of(rows)})["groups"]["band"][OTHER]["people"] == 48
    alone = shown_of({"one": joint_of(rows[30:])})
    assert ("band" in alone["groups"], alone["people"]) == (False, 18)


def test_a_product_of_a_few_is_named_and_not_counted() -> None:
    joints = {"one": joint_of(people((30, (0, 0, 0, 0, 0)))), "two": joint_of(people((3, (0, 4, 0, 0, 0))))}
    shown = shown_of(joints)
    assert (shown["people"], shown["few"], list(shown["products"])) == (30, ["two"], ["one"])
    text, csv = write_table({"shown": shown}), write_csv({"shown": shown})
    assert "two: fewer than 10, not shown" in text
    assert "two," not in csv
    assert "33" not in text + csv


def test_a_small_cell_hides_the_smallest_beside_it_and_no_more() -> None:
    rows = people((50, (0, 0, 0, 0, 0)), (20, (0, 4, 0, 0, 0)), (4, (1, 4, 0, 0, 0)), (60, (4, 4, 0, 0, 0)))
    shown = dict(matrix_of(shown_of({"one": joint_of(rows)})))
    approve = OUTCOMES.index("approve")
    assert (shown["decline"][approve], shown["refer"][approve]) == (None, None)
    assert (shown["decline"][0], shown["approve"][approve]) == (50, 60)


def test_with_hardly_anybody_nothing_is_shown() -> None:
    shown = shown_of({"one": joint_of(people((5, (0, 0, 0, 0, 0))))})
    assert (shown["people"], shown["products"], shown["few"]) == (0, {}, ["one"])
    assert "one: fewer than 10" not in write_csv({"shown": shown})
