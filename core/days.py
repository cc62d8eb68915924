"""A day in the words of the reader's language."""

from datetime import date

from django.utils import dateformat, translation


def show_day(day: date) -> str:
    """Return 2026-11-06 in Chinese and 6 Nov 2026 in English."""
    is_chinese = (translation.get_language() or "zh-hans").startswith("zh")
    return dateformat.format(day, "Y-m-d" if is_chinese else "j M Y")
