"""Pages of the API: as many queries for many items as for one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from tests.factories.partners import Partner, decided, new_appeal


def count_queries(read: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert read().status_code == 200
    return len(queries)


def one_more(partner: Partner, lender: Actor) -> None:
    decision = decided(lender)
    partner.post(f"decisions/{decision.reference}/appeals", new_appeal(decision, submit=True))


@pytest.mark.parametrize("path", ["applications", "decisions", "appeals"])
def test_a_page_of_three_takes_no_more_queries_than_one_of_one(
    partner: Partner, lender: Actor, path: str
) -> None:
    one_more(partner, lender)
    few = count_queries(lambda: partner.get(path))
    one_more(partner, lender)
    one_more(partner, lender)
    assert len(partner.get(path).json()["items"]) == 3
    assert count_queries(lambda: partner.get(path)) == few <= 8
