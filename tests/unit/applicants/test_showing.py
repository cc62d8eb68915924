"""Values in words."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from applicants.characteristics import read_characteristics
from applicants.showing import show_date, show_instant, show_money, show_month, show_number, show_value

WORDS = {"zh": "\u9879", "en": "Item"}


def shown(value: Any, language: str, **entry: Any) -> str:
    given = {"applies": "both", "type": "number", "unit": "none", "label": WORDS}
    return show_value(read_characteristics({"item": {**given, **entry}})["item"], value, language)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (20000, "\u00a520,000"),
        (Decimal("917.99"), "\u00a5917.99"),
        ("12000.50", "\u00a512,000.50"),
        (0, "\u00a50"),
    ],
)
def test_money(value: Any, expected: str) -> None:
    assert show_money(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(58, "58"), (11.9565, "11.96"), (1234.5, "1,234.5"), (0.3, "0.3")]
)
def test_numbers(value: float, expected: str) -> None:
    assert show_number(value) == expected


def test_dates_follow_the_language() -> None:
    assert (show_date("2026-11-06", "en"), show_date("2026-11-06", "zh-hans")) == ("6 Nov 2026", "2026-11-06")
    assert (show_month("2026-03", "en"), show_month("2026-03", "zh-hans")) == (
        "Mar 2026",
        "2026 \u5e74 3 \u6708",
    )
    zone = ZoneInfo("Asia/Shanghai")
    assert show_instant("2026-11-30T18:00:00+00:00", "en", zone) == "1 Dec 2026 02:00"


@pytest.mark.parametrize(
    ("value", "entry", "expected"),
    [
        (58, {"unit": "pct"}, "58%"),
        (1, {"unit": "months"}, "1 month"),
        (26, {"unit": "months"}, "26 months"),
        (7200, {"unit": "cny_month"}, "\u00a57,200 a month"),
        (True, {"type": "flag"}, "yes"),
        (None, {"type": "event"}, "none"),
        (None, {}, "--"),
        ("unknown", {}, "not known"),
    ],
)
def test_values_with_units(value: Any, entry: dict[str, Any], expected: str) -> None:
    assert shown(value, "en", **entry) == expected
