"""A day in the words of the reader's language."""

from datetime import date
from typing import Final

from django.utils import dateformat, translation

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def show_day(day: date) -> str:
    """Return 2026-11-06 in Chinese and 6 Nov 2026 in English."""
    is_chinese = (translation.get_language() or "zh-hans").startswith("zh")
    return dateformat.format(day, "Y-m-d" if is_chinese else "j M Y")


def read_day(shown: str) -> date:
    """Return the day that was shown in either language."""
    if "-" in shown:
        return date.fromisoformat(shown)
    day, month, year = shown.split()
    return date(int(year), _MONTHS.index(month) + 1, int(day))
