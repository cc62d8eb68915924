from dataclasses import FrozenInstanceError, replace
from decimal import Decimal
from math import inf, nan
from typing import Any

import pytest

from assessment import InputError
from tests.unit.assessment.samples import POLICY, decide, facts_of

CARD = POLICY.scorecards["personal"]


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        ("worst_dpd_24m", "none_on_file", 22), ("worst_dpd_24m", 0, 60), ("worst_dpd_24m", 1, 44),
        ("worst_dpd_24m", 6, 44), ("worst_dpd_24m", 7, 24), ("worst_dpd_24m", 1000, 0),
        ("debt_service_pct", 9.99, 40), ("debt_service_pct", Decimal("29.99"), 22),
        ("debt_service_pct", 9.995, 32),
        ("revolving_use_pct", Decimal("29.99"), 20), ("identity_level", "full", 30),
    ],
)  # fmt: skip
def test_bins_are_closed_on_the_right(name: Any, value: Any, points: Any) -> None:
    one = CARD.by_name[name]
    assert one.points[one.encode(value)] == points


@pytest.mark.parametrize(
    "value", [nan, inf, -inf, -1, -0.1, Decimal("NaN"), Decimal("Infinity"), Decimal(-1)]
)
@pytest.mark.parametrize("name", ["active_lenders", "liquid_months"])
def test_numbers_that_are_none_are_refused_by_name(name: Any, value: Any) -> None:
    with pytest.raises(InputError) as refusal:
        CARD.score(facts_of("ordinary", **{name: value}))
    assert refusal.value.name == name


@pytest.mark.parametrize("value", ["7", "many", "", None, True, [], b"1", "none_on_file"])
def test_what_is_no_number_is_refused_by_name(value: Any) -> None:
    with pytest.raises(InputError, match="active_lenders: expected a number from 0"):
        CARD.score(facts_of("ordinary", active_lenders=value))


@pytest.mark.parametrize("value", [3, 3.5, Decimal(3), None, True, "gold"])
def test_a_state_must_be_one_of_its_own(value: Any) -> None:
    with pytest.raises(InputError, match="identity_level: expected one of unverified, basic, full"):
        CARD.score(facts_of("ordinary", identity_level=value))


def test_a_missing_value_is_named() -> None:
    facts = facts_of("ordinary")
    del facts["liquid_months"]
    with pytest.raises(InputError, match="liquid_months: expected a value"):
        CARD.score(facts)


def test_coverage_counts_points_of_known_inputs() -> None:
    score = CARD.score(facts_of("zhang_wei"))
    assert (score.known, score.total, score.coverage) == (480, 600, 0.8)


def test_connections_that_are_not_used_give_everybody_their_maximum() -> None:
    facts = facts_of("li_na")
    used, unused = CARD.score(facts), CARD.without_connections.score(facts)
    assert unused.value == used.value - 12 + 30
    assert (unused.known, unused.total) == (used.known, used.total)
    del facts["verified_contacts"]
    assert CARD.without_connections.score(facts) == unused
    assert CARD.without_connections.dimension_points(unused)["connections"] == 30


def test_a_card_without_connections_stays_as_it_is() -> None:
    card = CARD.without_connections
    assert card.without_connections.used == card.used
    plain = replace(CARD, dimensions=CARD.dimensions[:4], characteristics=CARD.characteristics[:17])
    assert plain.without_connections is plain


def test_a_card_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        CARD.base = 0  # type: ignore[misc]


def test_the_score_of_another_card_has_no_dimensions_here() -> None:
    score = CARD.score(facts_of("ordinary"))
    with pytest.raises(ValueError, match="shorter"):
        CARD.dimension_points(score._replace(codes=score.codes[:-1]))


def test_rules_read_a_decimal_as_the_float_that_its_bin_compares() -> None:
    run = decide("ordinary", debt_service_pct=Decimal("12.5")).run
    assert (type(run.env["debt_service_pct"]), run.env["debt_service_pct"]) == (float, 12.5)
    assert run.env["active_lenders"] == facts_of("ordinary")["active_lenders"]
