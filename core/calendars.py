"""Working days and legal days: holidays are data, and the date shown is the date checked."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from core.catalogues import CatalogueError, read_yaml

FOLDER: Final = Path(__file__).resolve().parent.parent / "catalogue" / "calendars"
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST_PAUSE: Final = 60


@dataclass(frozen=True)
class Calendar:
    """The working days of one place, for the years it covers."""

    name: str
    version: str
    zone: ZoneInfo
    weekend: frozenset[int]
    opens: time
    closes: time
    years: frozenset[int]
    holidays: Mapping[date, Mapping[str, str]]
    worked_weekend_days: frozenset[date]
    unpublished: frozenset[int] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Return whether offices work on this day, worked weekend days included."""
        if day in self.worked_weekend_days:
            return True
        return day.weekday() not in self.weekend and day not in self.holidays

    def is_certain(self, day: date) -> bool:
        """Return whether the holidays of this day's year are known; otherwise only weekends count."""
        return day.year in self.years

    def holiday_name(self, day: date) -> Mapping[str, str] | None:
        """Return the name of the holiday by language, or None."""
        return self.holidays.get(day)

    def add_working_days(self, day: date, count: int) -> date:
        """Return the day `count` working days after `day`; 0 gives `day` or the next working day."""
        if count < 0:
            raise ValueError("working days are counted forward")
        current = day
        for _ in range(count):
            current = self.next_working_day(current + timedelta(days=1))
        return self.next_working_day(current)

    def count_working_days(self, start: date, end: date) -> int:
        """Return how many working days lie after `start`, up to and including `end`."""
        days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def leave_working_days(self, end: date, count: int) -> date:
        """Return the last day after which `count` working days are left until `end`."""
        day = end
        while self.count_working_days(day, end) < count:
            day -= timedelta(days=1)
        return day

    def next_working_day(self, day: date) -> date:
        """Return the day itself when it is worked, else the first one after it."""
        for number in range(_LONGEST_PAUSE):
            candidate = day + timedelta(days=number)
            if self.is_working_day(candidate):
                return candidate
        raise ValueError(f"{self.name} has no working day after {day}")

    def next_working_moment(self, instant: datetime) -> datetime:
        """Return the instant itself during office hours, else the next opening, in UTC."""
        local = instant.astimezone(self.zone)
        if self.is_working_day(local.date()) and self.opens <= local.time() < self.closes:
            return instant.astimezone(UTC)
        is_early = local.time() < self.opens
        day = self.next_working_day(local.date() if is_early else local.date() + timedelta(days=1))
        return datetime.combine(day, self.opens, self.zone).astimezone(UTC)


def legal_day(instant: datetime, zone: ZoneInfo) -> date:
    """Return the calendar day of an instant in the jurisdiction's zone."""
    return instant.astimezone(zone).date()


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the last second of a legal day, 23:59:59 in the zone, as an instant in UTC."""
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)


@functools.cache
def get_calendar(name: str) -> Calendar:
    """Return the calendar of this name from the catalogue; a broken file is refused with what is wrong."""
    path = FOLDER / f"{name}.yaml"
    if path not in FOLDER.glob("*.yaml"):
        raise CatalogueError(file=f"{name}.yaml", problem="there is no such calendar")
    try:
        return read_calendar(read_yaml(path))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CatalogueError(file=path.name, problem=str(error)) from error


def read_calendar(document: Mapping[str, Any]) -> Calendar:
    """Return the calendar a document describes; raises ValueError or KeyError when it cannot be one."""
    calendar = Calendar(
        name=document["calendar"],
        version=str(document["version"]),
        zone=ZoneInfo(document["zone"]),
        weekend=frozenset(_WEEKDAYS.index(day) for day in document["weekend"]),
        opens=time.fromisoformat(document["opens"]),
        closes=time.fromisoformat(document["closes"]),
        years=frozenset(document["years"]),
        holidays=_read_holidays(document["holidays"]),
        worked_weekend_days=frozenset(date.fromisoformat(day) for day in document["worked_weekend_days"]),
        unpublished=frozenset(document.get("unpublished", [])),
    )
    _check(calendar)
    return calendar


def _read_holidays(entries: list[dict[str, str]]) -> dict[date, Mapping[str, str]]:
    holidays: dict[date, Mapping[str, str]] = {}
    for entry in entries:
        first, last = date.fromisoformat(entry["from"]), date.fromisoformat(entry["to"])
        if last < first:
            raise ValueError(f"the holiday of {first} ends before it begins")
        for number in range((last - first).days + 1):
            holidays[first + timedelta(days=number)] = {"zh": entry["zh"], "en": entry["en"]}
    return holidays


def _check(calendar: Calendar) -> None:
    for day in sorted(calendar.worked_weekend_days):
        if day.weekday() not in calendar.weekend:
            raise ValueError(f"{day} is worked by exchange but is no weekend day")
        if day in calendar.holidays:
            raise ValueError(f"{day} is both a holiday and a worked day")
    if both := calendar.years & calendar.unpublished:
        raise ValueError(f"{sorted(both)} cannot be known and not published")
    for day in sorted({*calendar.holidays, *calendar.worked_weekend_days}):
        if day.year not in calendar.years:
            raise ValueError(f"{day} lies in a year the calendar does not cover")
