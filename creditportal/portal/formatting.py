"""How amounts, dates and missing values are written in each language."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils import dateformat, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import days
from creditportal.portal.places import reader_terms

MISSING: Final = "--"
# The first mark that is found counts: later ones are named by more browsers than their own.
_BROWSERS: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("MicroMessenger/", gettext_lazy("WeChat")), ("Edg", "Edge"), ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_DEVICES: Final = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"),
    ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
_BOUNDS: Final[dict[str | None, Promise]] = {
    "most": gettext_lazy("at most %(limit)s"),
    "least": gettext_lazy("at least %(limit)s"),
    "under": gettext_lazy("below %(limit)s"),
    "over": gettext_lazy("above %(limit)s"),
}


def show_money(value: object, *, places: int = 0) -> str:
    """The amount as ¥12,345; with two places where money moves, `--` when there is none."""
    if value is None or value == "":
        return MISSING
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    sign = "−" if amount < 0 else ""
    return f"{sign}¥{abs(amount):,.{places}f}"


def show_day(value: object) -> str:
    """The date as 2026-11-06 in Chinese and 6 Nov 2026 in English."""
    day = _day_of(value)
    if day is None:
        return str(value) if value else MISSING
    return days.show_day(day)


def show_moment(value: object) -> str:
    """The instant as date and 24-hour time in the zone of the reader's law."""
    if not isinstance(value, datetime):
        return show_day(value)
    local = value.astimezone(reader_terms().zone)
    return dateformat.format(local, "Y-m-d H:i" if _is_chinese() else "j M Y, H:i")


def name_clock() -> str:
    """What the time in which moments are told is called: Beijing time."""
    return reader_terms().clock_in(translation.get_language() or "zh-hans")


def add_clock(told: str) -> str:
    """A day or moment with the name of its time behind it, where it matters when exactly it ends."""
    clock = name_clock()
    return f"{told}\uff08{clock}\uff09" if _is_chinese() else f"{told} ({clock})"


def show_plain(value: object) -> str:
    """The number without needless zeros behind the point."""
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def show_count(number: int) -> str:
    """A number of cases with its thousands told apart, the same in both languages."""
    return f"{number:,}"


def show_rate(value: object) -> str:
    """An annual rate with two places at least: 14.60%."""
    whole, _point, part = show_plain(value).partition(".")
    return f"{whole}.{part:0<2}%"


def show_value(value: object) -> str:
    """Any value as text; a missing one as `--`."""
    return MISSING if value is None or value == "" else str(value)


def show_bound(limit: object, bound: str | None) -> str:
    """What a rule asks for: at most 55%, at least 600."""
    words = str(_BOUNDS[bound]) if bound in _BOUNDS else _("limit: %(limit)s")
    return words % {"limit": limit}


def show_device(agent: object) -> str:
    """The browser and the device that an agent string names, as people call them."""
    text = str(agent or "")
    names = [next((name for mark, name in marks if mark in text), "") for marks in (_BROWSERS, _DEVICES)]
    return " \u00b7 ".join(str(name) for name in names if name) or _("an unknown device")


def _day_of(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(reader_terms().zone).date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _is_chinese() -> bool:
    return (translation.get_language() or "").startswith("zh")
