"""Dates and instants as the desk shows them: in the reader's language, in the zone of the desk."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from applicants.showing import show_date, show_instant

DESK_ZONE: Final = ZoneInfo("Asia/Shanghai")
EMPTY: Final = "--"


def instant(value: datetime | None) -> str:
    """An instant with minutes."""
    return show_instant(value, get_language() or "zh-hans", DESK_ZONE) if value else EMPTY


def day(value: date | datetime | str | None) -> str:
    """A day."""
    if not value:
        return EMPTY
    local = value.astimezone(DESK_ZONE).date() if isinstance(value, datetime) else value
    return show_date(local, get_language() or "zh-hans")
