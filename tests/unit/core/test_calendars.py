from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendars import end_of_day, get_calendar, legal_day, read_calendar
from core.catalogues import CatalogueError

SHANGHAI = ZoneInfo("Asia/Shanghai")
NAMES = ["CN", "US_federal", "england", "TARGET"]
YEARS = [2025, 2026, 2027]


def easter_sunday(year: int) -> date:
    """Return Easter by Gauss's rule for the Gregorian calendar, 1900 to 2099."""
    d = (19 * (year % 19) + 24) % 30
    e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + 5) % 7
    day = date(year, 3, 22) + timedelta(days=d + e)
    return day - timedelta(days=7) if day > date(year, 4, 25) else day


def nth(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def last(year: int, month: int, weekday: int) -> date:
    return max(day for number in (4, 5) if (day := nth(year, month, weekday, number)).month == month)


def test_worked_weekends_and_holidays_in_china() -> None:
    china = get_calendar("CN")
    assert china.is_working_day(date(2026, 2, 14))
    assert not china.is_working_day(date(2026, 2, 16))
    assert china.holiday_name(date(2026, 2, 17)) == {"zh": "春节", "en": "Spring Festival"}


def test_fifteen_working_days_across_spring_festival() -> None:
    assert get_calendar("CN").add_working_days(date(2026, 2, 10), 15) == date(2026, 3, 9)


def test_zero_working_days_from_a_holiday_is_the_next_working_day() -> None:
    assert get_calendar("CN").add_working_days(date(2026, 10, 3), 0) == date(2026, 10, 8)


def test_a_year_that_is_not_covered_counts_weekends_and_says_so() -> None:
    china = get_calendar("CN")
    assert china.is_working_day(date(2031, 10, 1))
    assert not china.is_certain(date(2031, 10, 1))


def test_the_clock_starts_at_the_next_opening() -> None:
    china = get_calendar("CN")
    friday_night = datetime(2026, 9, 30, 20, 0, tzinfo=SHANGHAI)
    assert china.next_working_moment(friday_night) == datetime(2026, 10, 8, 9, 0, tzinfo=SHANGHAI)
    early = datetime(2026, 10, 8, 7, 0, tzinfo=SHANGHAI)
    assert china.next_working_moment(early) == datetime(2026, 10, 8, 9, 0, tzinfo=SHANGHAI)
    noon = datetime(2026, 10, 8, 12, 0, tzinfo=SHANGHAI)
    assert china.next_working_moment(noon) == noon


@pytest.mark.parametrize("year", YEARS)
def test_english_holidays_follow_their_rules(year: int) -> None:
    england, easter = get_calendar("england"), easter_sunday(year)
    days = {
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        nth(year, 5, 0, 1),
        last(year, 5, 0),
        last(year, 8, 0),
    }
    days |= substituted([date(year, 1, 1)]) | substituted([date(year, 12, 25), date(year, 12, 26)])
    assert {day for day in england.holidays if day.year == year} == days


def substituted(days: list[date]) -> set[date]:
    """Move holidays that fall on a weekend to the first weekdays after them that are not taken."""
    taken = {day for day in days if day.weekday() < 5}
    for holiday in (day for day in days if day.weekday() >= 5):
        later = (holiday + timedelta(days=number) for number in range(1, 7))
        taken.add(next(day for day in later if day.weekday() < 5 and day not in taken))
    return taken


@pytest.mark.parametrize("year", YEARS)
def test_american_holidays_follow_their_rules(year: int) -> None:
    monday, thursday = 0, 3
    days = {
        nth(year, 1, monday, 3), nth(year, 2, monday, 3), last(year, 5, monday), nth(year, 9, monday, 1),
        nth(year, 10, monday, 2), nth(year, 11, thursday, 4),
    }  # fmt: skip
    fixed = [date(year, 1, 1), date(year, 6, 19), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
    days |= {observed(day) for day in [*fixed, date(year + 1, 1, 1)]}
    holidays = get_calendar("US_federal").holidays
    assert {day for day in holidays if day.year == year} == {day for day in days if day.year == year}


def observed(day: date) -> date:
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


@pytest.mark.parametrize("year", YEARS)
def test_target_closes_on_six_days(year: int) -> None:
    easter = easter_sunday(year)
    days = {date(year, 1, 1), date(year, 5, 1), date(year, 12, 25), date(year, 12, 26)}
    days |= {easter - timedelta(days=2), easter + timedelta(days=1)}
    assert {day for day in get_calendar("TARGET").holidays if day.year == year} == days


@pytest.mark.parametrize("year", [2025, 2026])
def test_chinese_weekdays_off_less_worked_weekend_days_are_the_thirteen_statutory_days(year: int) -> None:
    china = get_calendar("CN")
    off = [day for day in china.holidays if day.year == year and day.weekday() < 5]
    worked = [day for day in china.worked_weekend_days if day.year == year]
    assert len(off) - len(worked) == 13


def test_a_legal_day_ends_in_its_own_zone() -> None:
    end = end_of_day(date(2026, 11, 22), SHANGHAI)
    assert end == datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)
    assert legal_day(end, SHANGHAI) == date(2026, 11, 22)
    assert legal_day(end + timedelta(seconds=1), SHANGHAI) == date(2026, 11, 23)


def test_a_legal_day_ends_right_when_the_clocks_change() -> None:
    new_york = ZoneInfo("America/New_York")
    assert end_of_day(date(2026, 11, 1), new_york) == datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC)


@given(st.sampled_from(NAMES), st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.integers(0, 60))
def test_the_last_day_that_leaves_working_days_leaves_just_enough(name: str, day: date, count: int) -> None:
    calendar = get_calendar(name)
    last_on = calendar.leave_working_days(day, count)
    assert calendar.count_working_days(last_on, day) == count
    assert last_on == day or calendar.count_working_days(last_on + timedelta(days=1), day) < count


@given(st.sampled_from(NAMES), st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.integers(0, 60))
def test_counting_and_adding_agree(name: str, day: date, count: int) -> None:
    calendar = get_calendar(name)
    end = calendar.add_working_days(day, count)
    assert calendar.is_working_day(end)
    assert calendar.count_working_days(day, end) == count or (count == 0 and end > day)


@given(st.sampled_from(NAMES), st.integers(0, 3 * 365 * 24 * 60))
def test_the_next_working_moment_is_never_earlier_and_stays(name: str, minutes: int) -> None:
    calendar = get_calendar(name)
    instant = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    moment = calendar.next_working_moment(instant)
    assert moment >= instant
    assert calendar.next_working_moment(moment) == moment


def document(**changes: Any) -> dict[str, Any]:
    hours = {"opens": "09:00", "closes": "17:00", "weekend": ["sunday"], "zone": "UTC"}
    days = {"years": [2026], "holidays": [], "worked_weekend_days": []}
    return {"calendar": "X", "version": 1} | hours | days | changes


BROKEN = [
    (document(worked_weekend_days=["2026-01-05"]), "no weekend day"),
    (document(holidays=[{"from": "2026-01-04", "to": "2026-01-03", "zh": "", "en": ""}]), "before it begins"),
    (document(holidays=[{"from": "2027-01-01", "to": "2027-01-01", "zh": "", "en": ""}]), "does not cover"),
    (document(weekend=["someday"]), "not in tuple"),
]


@pytest.mark.parametrize(("broken", "problem"), BROKEN)
def test_a_broken_calendar_is_refused(broken: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_calendar(broken)


@pytest.mark.parametrize("name", ["nowhere", "../evidence", ""])
def test_an_unknown_calendar_is_refused(name: str) -> None:
    with pytest.raises(CatalogueError, match="calendar"):
        get_calendar(name)
