"""Values as people read them, in one language: money, dates, numbers, states."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from applicants.characteristics import UNKNOWN, Characteristic

NOTHING = "--"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNKNOWN_WORDS = {"zh": "没有资料", "en": "not known"}
_NO_EVENT = {"zh": "没有", "en": "none"}
_FLAGS = {"zh": ("否", "是"), "en": ("no", "yes")}
_UNITS = {
    "days": {"zh": "{} 天", "en": "{} days"},
    "months": {"zh": "{} 个月", "en": "{} months"},
    "years": {"zh": "{} 岁", "en": "{} years"},
    "points": {"zh": "{} 分", "en": "{}"},
    "pct": {"zh": "{}%", "en": "{}%"},
    "times": {"zh": "{} 倍", "en": "{} times"},
    "cny_month": {"zh": "每月 {}", "en": "{} a month"},
}
_SINGULAR = {"days": "{} day", "months": "{} month", "years": "{} year"}


def language_key(language: str) -> str:
    """Return the catalogue's key of a language: zh or en."""
    return "en" if language.lower().startswith("en") else "zh"


class ShownDay:
    """A day that is put into the reader's language only when a message is read."""

    def __init__(self, day: date | str) -> None:
        self._day = day

    def __str__(self) -> str:
        return show_date(self._day, get_language() or "zh-hans")


def show_number(value: float | Decimal | str) -> str:
    """Return a number with thousands separators and no needless decimals, at most two."""
    number = Decimal(str(value)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    text = f"{number:,.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def show_amount(value: float | Decimal | str) -> str:
    """Return an amount without its sign: whole yuan plainly, else two decimals."""
    number = Decimal(str(value)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{number:,.0f}" if number == number.to_integral_value() else f"{number:,.2f}"


def show_money(value: float | Decimal | str) -> str:
    """Return an amount of money as ¥20,000."""
    return f"¥{show_amount(value)}"


def show_date(day: date | str, language: str) -> str:
    """Return a day: 2026-11-06 in Chinese, 6 Nov 2026 in English."""
    value = date.fromisoformat(day) if isinstance(day, str) else day
    if language_key(language) == "zh":
        return value.isoformat()
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def show_month(month: str, language: str) -> str:
    """Return a month given as 2026-03."""
    year, number = int(month[:4]), int(month[5:7])
    return f"{year} 年 {number} 月" if language_key(language) == "zh" else f"{_MONTHS[number - 1]} {year}"


def show_instant(instant: datetime | str, language: str, zone: ZoneInfo) -> str:
    """Return an instant with minutes in the zone of the jurisdiction."""
    value = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    local = value.astimezone(zone)
    return f"{show_date(local.date(), language)} {local:%H:%M}"


def show_value(characteristic: Characteristic, value: Any, language: str) -> str:
    """Return the value of a characteristic with its unit, ready to show."""
    key = language_key(language)
    if value == UNKNOWN and UNKNOWN not in characteristic.values:
        return _UNKNOWN_WORDS[key]
    if value is None:
        return _NO_EVENT[key] if characteristic.value_type == "event" else NOTHING
    if isinstance(value, bool):
        return _FLAGS[key][value]
    if isinstance(value, str):
        words: Mapping[str, str] = characteristic.values.get(value, {})
        return words.get(key, value)
    if characteristic.unit == "cny":
        return show_money(value)
    text = show_money(value) if characteristic.unit == "cny_month" else show_number(value)
    return _unit(characteristic.unit, key, value).format(text)


def _unit(unit: str, key: str, value: float) -> str:
    if key == "en" and value == 1 and unit in _SINGULAR:
        return _SINGULAR[unit]
    return _UNITS.get(unit, {}).get(key, "{}")
