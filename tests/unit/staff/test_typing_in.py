"""What people type, as values of the dictionary."""

from typing import Any

import pytest
from django.forms import ValidationError

from applicants.characteristics import Characteristic
from creditportal.bars import Step, draw_waterfall
from creditportal.staff.typing_in import MonthField, TypedNumberField, chosen_value, value_fields


def known(value_type: str, **given: Any) -> Characteristic:
    return Characteristic(
        name="x",
        applies="personal",
        value_type=value_type,
        unit="days",
        label={"en": "X", "zh": "X"},
        **given,
    )


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("7200", 7200),
        ("7,200", 7200),
        (" \uffe57\uff0c200 ", 7200),
        ("\uff15\uff18\uff05", 58),
        ("12.50", 12.5),
        ("-3", -3),
        ("", None),
        ("1e2", 100),
    ],
)
def test_numbers_as_people_type_them(typed: str, value: float | None) -> None:
    assert TypedNumberField(required=False).clean(typed) == value


@pytest.mark.parametrize("typed", ["a", "nan", "inf", "--5", "1.2.3", "0x10"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        TypedNumberField().clean(typed)


def test_a_month_is_a_year_and_a_month() -> None:
    assert MonthField().clean("2026-03") == "2026-03"
    with pytest.raises(ValidationError):
        MonthField().clean("2026-13")


def test_a_number_may_be_a_word_instead() -> None:
    characteristic = known("integer", values={"none_on_file": {"en": "none", "zh": "-"}})
    assert set(value_fields(characteristic)) == {"value", "state"}
    assert chosen_value(characteristic, {"value": None, "state": "none_on_file"}) == "none_on_file"
    assert chosen_value(characteristic, {"value": 3, "state": ""}) == 3


@pytest.mark.parametrize(
    ("value_type", "state", "value"),
    [("flag", "true", True), ("flag", "false", False), ("event", "nothing", None), ("state", "full", "full")],
)
def test_words_become_values(value_type: str, state: str, value: object) -> None:
    assert chosen_value(known(value_type), {"state": state}) == value


def test_a_waterfall_floats_between_its_ends() -> None:
    bars = draw_waterfall(
        [Step("before", 0, 350), Step("a", 300, 650), Step("b", -60, 590), Step("after", 0, 590)]
    )
    first, up, down, last = bars.rows
    assert (first.kind, last.kind, last.width) == ("bar-3", "bar-3", "40.00%")
    assert (up.value, up.x, up.width, up.kind) == ("+300", "0.00%", "50.00%", "bar")
    assert (down.value, down.x, down.width, down.kind) == ("\u221260", "40.00%", "10.00%", "bar-2")
    assert bars.height == 4 * 46
