"""Who looks at a case now, kept in the cache that the site has: a table of the database."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.clock import now
from creditportal import settings as of_the_site
from creditportal.staff.presence import come_in, who_is_there

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_cache_of_the_site(db: None, settings: Any) -> None:
    settings.CACHES = of_the_site.CACHES
    call_command("createcachetable")


def test_people_see_each_other_through_the_database(cleo: User, dev: User) -> None:
    assert isinstance(cache._connections[cache._alias], DatabaseCache)  # type: ignore[attr-defined]
    assert come_in("AP-1", user=cleo, now=now()) == []
    assert come_in("AP-1", user=dev, now=now()) == ["Cleo"]
    assert come_in("AP-1", user=cleo, now=now()) == ["Dev"]
    assert who_is_there(["AP-1", "AP-2"], besides=cleo, now=now()) == {"AP-1": ["Dev"]}


def test_a_whole_page_of_the_queue_asks_once(cleo: User, dev: User) -> None:
    references = [f"AP-{number}" for number in range(50)]
    for reference in references[:5]:
        come_in(reference, user=dev, now=now())
    with CaptureQueriesContext(connection) as asked:
        found = who_is_there(references, besides=cleo, now=now())
    assert (len(found), len(asked)) == (5, 1)


def test_coming_in_costs_the_same_however_many_cases_are_open(cleo: User, dev: User) -> None:
    costs = []
    for number in range(2):
        for place in range(20 * number):
            come_in(f"AP-{place}", user=dev, now=now())
        with CaptureQueriesContext(connection) as asked:
            come_in(f"AP-new-{number}", user=cleo, now=now())
        costs.append(len([one for one in asked if "SAVEPOINT" not in one["sql"]]))
    assert costs[0] == costs[1] <= 4
