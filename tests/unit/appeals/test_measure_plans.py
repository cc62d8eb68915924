"""The list of measures and the daily look read what is open, never all lines that there are."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from accounts.models import User
from appeals.measures import list_measures
from applicants.models import Applicant
from decisions.measures import list_pending
from decisions.models import Line, LineState
from tests.factories.appeals import NOW
from tests.factories.decisions import sample_applicant
from tests.people import acting
from tests.unit.appeals.test_queue_plans import plans_of, rows_read, statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
LINES, OPEN = 600, 12


@pytest.fixture
def crowded() -> None:
    """Six hundred lines, of which twelve have a measure that is open, and many were closed long ago."""
    first = sample_applicant("li_na")
    people = [Applicant(reference=f"CU-{n:04}-PLAN", kind=first.kind, created_at=NOW) for n in range(LINES)]
    Applicant.objects.bulk_create(people)
    states = [LineState.REDUCED, LineState.SUSPENDED, LineState.CLOSED, LineState.ACTIVE]
    Line.objects.bulk_create(
        Line(
            reference=f"LN-{n:04}-PLAN", applicant=person, product="consumer_loan", opened_at=NOW,
            state=states[n % 4] if n < OPEN else (LineState.ACTIVE if n % 2 else LineState.CLOSED),
            total_cny=Decimal(1000), reduced_cny=Decimal(n < OPEN), annual_rate_pct=Decimal(10),
            updated_at=NOW - timedelta(days=0 if n < OPEN else 300, minutes=n),
        )
        for n, person in enumerate(people)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE decisions_line, decisions_linechange, decisions_measure, applicants_applicant"
        )
        # A table of this size is read whole for a trifle; what counts is whether the indexes would do.
        for way in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")


def test_the_list_of_measures_reads_what_is_open(crowded: None, dev: User) -> None:
    with statements() as asked:
        page = list_measures(by=acting(dev), now=NOW, limit=5)
        rest = list_measures(by=acting(dev), now=NOW, after=page.next_after, limit=50)
    assert (len(page.rows), len(rest.rows)) == (5, OPEN - 5)
    assert rows_read(asked, Line) <= 12 * OPEN


def test_what_waits_is_read_from_its_index(crowded: None, dev: User) -> None:
    with statements() as asked:
        assert list_pending(by=acting(dev)) == []
    assert "decisions_measure_list" in plans_of(asked)
