"""Counting in windows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from accounts.limits import Limit, count_hit, forget_past_windows
from accounts.models import RateCount
from tests.people import NOW

THREE = Limit("test", times=3, seconds=60)


def test_the_fourth_time_in_a_window_is_refused(db: None) -> None:
    counts = [count_hit(limit=THREE, who="user:1", now=NOW) for _ in range(4)]
    assert [count.is_allowed for count in counts] == [True, True, True, False]


def test_the_next_window_starts_anew(db: None) -> None:
    for _ in range(4):
        last = count_hit(limit=THREE, who="user:1", now=NOW)
    after = NOW + timedelta(seconds=last.wait_seconds)
    assert count_hit(limit=THREE, who="user:1", now=after).hits == 1


def test_people_and_steps_are_counted_apart(db: None) -> None:
    count_hit(limit=THREE, who="user:1", now=NOW)
    assert count_hit(limit=THREE, who="user:2", now=NOW).hits == 1
    assert count_hit(limit=Limit("other", 3, 60), who="user:1", now=NOW).hits == 1


def test_the_row_does_not_say_who(db: None) -> None:
    count_hit(limit=THREE, who="ada@example.test", now=NOW)
    assert b"ada" not in bytes(RateCount.objects.get().window)


def test_past_windows_are_forgotten(db: None) -> None:
    count_hit(limit=THREE, who="user:1", now=NOW)
    assert forget_past_windows(now=NOW) == 0
    assert forget_past_windows(now=NOW + timedelta(minutes=2)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_forty_at_once_exactly_the_limit_pass() -> None:
    def ask(_: int) -> bool:
        try:
            return count_hit(limit=Limit("many", 10, 3600), who="client:lender", now=NOW).is_allowed
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(ask, range(40))) == 10
