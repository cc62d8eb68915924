"""What holds for every date: zones, the hour that changes, leap days, exchanged days, midnights."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from appeals.clocks import _stopped_days, first_end, service_target, statutory_end
from appeals.models import Pause
from appeals.terms import Terms
from core.calendars import Calendar, end_of_day, get_calendar, legal_day

ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "Europe/Brussels")
CALENDARS = ("CN", "US_federal", "england", "TARGET")
FIRST = datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None)
LAST = datetime(2028, 12, 31, tzinfo=UTC).replace(tzinfo=None)
INSTANTS = st.datetimes(min_value=FIRST, max_value=LAST, timezones=st.just(UTC))
DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2028, 6, 30))
PERIODS = st.integers(min_value=1, max_value=90)


def _terms(zone: str, days: int = 15) -> Terms:
    return Terms("CN", zone, "CN", days, None, None, "", 10, 5)


@given(sent=INSTANTS, zone=st.sampled_from(ZONES), days=PERIODS)
def test_the_day_shown_is_the_day_checked_in_every_zone(sent: datetime, zone: str, days: int) -> None:
    terms = _terms(zone, days)
    end = first_end(terms, sent)
    shown = legal_day(end, terms.timezone)
    assert shown == legal_day(sent, terms.timezone) + timedelta(days=days)
    assert legal_day(end + timedelta(seconds=1), terms.timezone) == shown + timedelta(days=1)


@given(sent=INSTANTS, zone=st.sampled_from(ZONES), days=PERIODS)
def test_a_day_ends_at_its_last_local_second_even_when_the_hour_changes(
    sent: datetime, zone: str, days: int
) -> None:
    local = first_end(_terms(zone, days), sent).astimezone(ZoneInfo(zone))
    assert local.time() == time(23, 59, 59)
    whole = first_end(_terms(zone, days), sent) - sent
    assert timedelta(days=days, hours=-1) <= whole <= timedelta(days=days + 1, hours=1)


@given(sent=INSTANTS, zone=st.sampled_from(ZONES), days=PERIODS, more=st.integers(0, 60))
def test_an_extension_never_makes_the_date_earlier(sent: datetime, zone: str, days: int, more: int) -> None:
    terms = _terms(zone)
    ends = [
        statutory_end(started_at=sent, days=count, stopped_days=0, terms=terms)
        for count in (days, days + more)
    ]
    assert (ends[1] - ends[0]).days in {more - 1, more, more + 1}
    assert ends[0] <= ends[1]


@given(since=INSTANTS, zone=st.sampled_from(ZONES), waited=st.integers(0, 60 * 24 * 60))
def test_a_stop_moves_the_date_by_the_midnights_it_spans(since: datetime, zone: str, waited: int) -> None:
    terms = _terms(zone)
    until = since + timedelta(minutes=waited)
    moved = _stopped_days([Pause(since=since, until=until)], terms)
    midnights = sum(
        since
        < end_of_day(legal_day(since, terms.timezone) + timedelta(days=number), terms.timezone)
        + timedelta(seconds=1)
        <= until
        for number in range(moved + 2)
    )
    assert moved == midnights


@given(at=INSTANTS, zone=st.sampled_from(ZONES), parts=st.lists(st.integers(0, 5000), min_size=1, max_size=5))
def test_many_stops_move_it_as_far_as_one_long_one(at: datetime, zone: str, parts: list[int]) -> None:
    terms, edges = _terms(zone), [at]
    for minutes in parts:
        edges.append(edges[-1] + timedelta(minutes=minutes))
    several = [Pause(since=start, until=end) for start, end in pairwise(edges)]
    assert _stopped_days(several, terms) == _stopped_days([Pause(since=at, until=edges[-1])], terms)


@given(day=DAYS, name=st.sampled_from(CALENDARS), count=st.integers(0, 40), paused=st.integers(0, 20))
@settings(max_examples=200)
def test_our_target_is_a_working_day_and_counts_only_those(
    day: date, name: str, count: int, paused: int
) -> None:
    calendar = get_calendar(name)
    started = calendar.next_working_day(day)
    target = service_target(started_on=started, days=count, paused_days=paused, calendar=calendar)
    assert calendar.is_working_day(target)
    assert calendar.count_working_days(started, target) == count + paused


@given(sent=INSTANTS, name=st.sampled_from(CALENDARS))
def test_work_starts_at_a_working_moment_never_before_it_was_sent(sent: datetime, name: str) -> None:
    calendar = get_calendar(name)
    moment = calendar.next_working_moment(sent)
    local = moment.astimezone(calendar.zone)
    assert moment >= sent
    assert calendar.is_working_day(local.date())
    assert calendar.opens <= local.time() < calendar.closes


@given(number=st.integers(0, 10))
def test_days_worked_in_exchange_count(number: int) -> None:
    calendar = get_calendar("CN")
    worked = sorted(calendar.worked_weekend_days)[number]
    assert calendar.is_working_day(worked)
    before = worked - timedelta(days=1)
    assume(calendar.is_working_day(before))
    assert calendar.add_working_days(before, 1) == worked


def test_the_leap_day_is_a_day_like_any_other() -> None:
    terms = _terms("Asia/Shanghai")
    sent = datetime(2028, 2, 14, 2, 0, tzinfo=UTC)
    assert legal_day(first_end(terms, sent), terms.timezone) == date(2028, 2, 29)
    assert legal_day(first_end(terms, sent.replace(year=2027)), terms.timezone) == date(2027, 3, 1)


def test_chinas_next_year_is_marked_as_not_published() -> None:
    calendar: Calendar = get_calendar("CN")
    assert 2027 in calendar.unpublished
    assert calendar.is_certain(date(2026, 12, 31))
    assert not calendar.is_certain(date(2027, 1, 4))
