"""Everything that can be wrong with facts or a policy is told with its place, never scored."""

from decimal import Decimal
from math import inf, nan
from typing import Any

import pytest

from assessment import InputError, PolicyError, assess, load_policy, read_policy
from tests.unit.assessment.samples import POLICY, POLICY_TEXT, changed_policy, decide, facts_of, request_of

BINS = "scorecards.personal.characteristics.liquid_months.bins"


@pytest.mark.parametrize(
    "value", [-1, -0.001, inf, -inf, nan, Decimal("NaN"), "12", "twelve", "", None, True, []]
)
@pytest.mark.parametrize("name", ["liquid_months", "debt_service_pct", "age", "existing_repayments_cny"])
def test_what_is_no_number_is_refused_with_its_name(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=f"^{name}: expected ") as refusal:
        decide("ordinary", **{name: value})
    assert refusal.value.name == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("identity_level", "gold"),
        ("worst_dpd_24m", "never"),
        ("full_legal_capacity", "perhaps"),
        ("industry", 7),
    ],
)
def test_a_state_out_of_range_is_refused_with_its_name(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=f"^{name}: expected "):
        decide("ordinary", **{name: value})


@pytest.mark.parametrize("name", ["liquid_months", "identity_level", "age", "other_unsecured_cny"])
def test_a_missing_value_is_refused_with_its_name(name: str) -> None:
    facts = facts_of("ordinary")
    del facts[name]
    with pytest.raises(InputError, match=rf"^{name}: expected a value \(it is missing\)"):
        assess(POLICY, facts, request_of("ordinary"), market="normal")


def test_an_unknown_value_has_points_of_its_own_and_no_better_ones() -> None:
    known, unknown = decide("ordinary"), decide("ordinary", debt_service_pct="unknown")
    assert unknown.points["debt_service_pct"]["points"] < known.points["debt_service_pct"]["points"]
    assert unknown.coverage < known.coverage


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}", "---\n"])
def test_an_empty_policy_is_refused(text: str) -> None:
    with pytest.raises(PolicyError, match="expected"):
        read_policy(text)
    with pytest.raises(PolicyError, match="it is missing"):
        load_policy({})


@pytest.mark.parametrize(
    ("path", "value", "place", "expected"),
    [
        (f"{BINS}[3].max", 0, f"{BINS}[3].max", "do not overlap"),
        ("bands[1].from", 560, "bands[1].from", "without gap or overlap"),
        ("price_bands[1].from", 640, "price_bands[1].from", "without gap or overlap"),
        ("rules[3].test", "R04", "rules[3].test", "a known name"),
        ("rules[3].test", "outcome == 'approve'", "rules[3].test", "a known name"),
        ("recourse.groups[6].step", 10, "recourse.groups[6].step", "never fall"),
    ],
)
def test_bins_rules_and_groups_that_contradict_are_refused_with_their_place(
    path: str, value: Any, place: str, expected: str
) -> None:
    with pytest.raises(PolicyError, match=expected) as refusal:
        changed_policy((path, value))
    assert refusal.value.path == place


def test_a_rule_that_reads_itself_is_named_with_its_line() -> None:
    line = next(at for at, text in enumerate(POLICY_TEXT.splitlines(), 1) if "id: R04" in text)
    with pytest.raises(PolicyError, match="a known name") as refusal:
        read_policy(POLICY_TEXT.replace("score >= gate", "R04 >= gate"))
    assert refusal.value.line == line
