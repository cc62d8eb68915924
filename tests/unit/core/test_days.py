"""Days are written as the reader of the page writes them."""

from datetime import date

import pytest
from django.utils import translation

from core.days import read_day, show_day


@pytest.mark.parametrize(("language", "shown"), [("en", "6 Nov 2026"), ("zh-hans", "2026-11-06")])
def test_a_day_in_each_language(language: str, shown: str) -> None:
    with translation.override(language):
        assert show_day(date(2026, 11, 6)) == shown


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("month", range(1, 13))
def test_a_shown_day_is_read_again(month: int, language: str) -> None:
    with translation.override(language):
        assert read_day(show_day(date(2027, month, 9))) == date(2027, month, 9)
