"""The dictionary: which values a characteristic can have, and which dictionaries are refused."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applicants.characteristics import (
    Characteristic,
    FactValueError,
    check_value,
    get_dictionary,
    read_characteristics,
)
from applicants.characteristics_check import validate_characteristics

WORDS = {"zh": "\u6708\u6570", "en": "Months"}
ENTRY: dict[str, Any] = {
    "applies": "personal", "type": "integer", "unit": "months", "min": 0, "max": 12, "missing": "unknown",
    "sources": ["tax_record"], "detail": {"month": "month"}, "label": WORDS,
}  # fmt: skip


def one(**changes: Any) -> Characteristic:
    return read_characteristics({"months": {**ENTRY, **changes}})["months"]


@given(st.integers(min_value=0, max_value=12))
def test_takes_whole_numbers_in_range(value: int) -> None:
    assert check_value(one(), value) == value


@given(st.one_of(st.integers(max_value=-1), st.integers(min_value=13), st.floats(), st.text(), st.booleans()))
def test_refuses_everything_else(value: object) -> None:
    if value == "unknown" or (isinstance(value, float) and value in range(13)):
        return
    with pytest.raises(FactValueError):
        check_value(one(), value)


def test_unknown_is_a_value_only_where_it_may_be_missing() -> None:
    assert check_value(one(), "unknown") == "unknown"
    with pytest.raises(FactValueError):
        check_value(one(missing=0), "unknown")


def test_money_keeps_two_decimals() -> None:
    assert check_value(one(type="money", max=100), Decimal("7.129")) == 7.13


@pytest.mark.parametrize("detail", [{"month": "2026-13"}, {"month": 3}, {"lender": "X"}])
def test_refuses_details_that_do_not_fit(detail: dict[str, Any]) -> None:
    with pytest.raises(FactValueError):
        check_value(one(), 3, detail)


def test_an_event_may_be_nothing_or_a_known_code() -> None:
    event = one(type="event", values={"late": WORDS}, missing=None)
    assert check_value(event, None) is None
    assert check_value(event, "late") == "late"
    with pytest.raises(FactValueError):
        check_value(event, "other")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"type": "colour"}, "months.type"),
        ({"applies": "everybody"}, "months.applies"),
        ({"sources": ["gossip"]}, "gossip is no source"),
        ({"companions": ["ghost"]}, "ghost is no characteristic"),
        ({"label": {"en": "Months"}}, "months.label.zh is missing"),
        ({"detail": {"month": "moon"}}, "months.detail.month"),
        ({"missing": "none"}, "none is no state"),
        ({"surprise": 1}, "surprise is not known here"),
    ],
)
def test_a_bad_entry_is_named(changes: dict[str, Any], problem: str) -> None:
    document = {"months": {**ENTRY, **changes}}
    assert problem in "; ".join(validate_characteristics(document, sources=["tax_record"], vocabularies=[]))


@pytest.mark.parametrize("name", ["sex", "religion", "early_repayment", "appeals"])
def test_what_may_never_be_an_input_is_refused(name: str) -> None:
    problems = validate_characteristics({name: ENTRY}, sources=["tax_record"], vocabularies=[])
    assert problems == [f"{name}: may never be an input"]


@pytest.mark.usefixtures("catalogues")
def test_the_real_dictionary_holds_no_prohibited_input() -> None:
    names = set(get_dictionary())
    assert not names & {
        "sex",
        "gender",
        "ethnicity",
        "religion",
        "health",
        "region",
        "school",
        "early_repayment",
    }
    assert len([name for name, known in get_dictionary().items() if not known.virtual]) >= 60
