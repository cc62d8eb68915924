"""A look over all appeals at once finds each kind of row that the guards would have refused."""

from collections.abc import Callable

import pgtrigger
import pytest
from django.db import connection

from accounts.models import User
from appeals.coherence import find_contradictions
from appeals.models import Appeal, AppealEvent, Ground
from tests.factories.appeals import NOW, decided, in_review, queued
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def _wrong_move(_cleo: User) -> None:
    AppealEvent.objects.filter(event="claim").update(party="applicant")


def _gap(_cleo: User) -> None:
    AppealEvent.objects.filter(event="accept").update(sequence=17)


def _other_status(_cleo: User) -> None:
    Appeal.objects.filter(status="IN_REVIEW").update(status="QUEUED")


def _no_ground(_cleo: User) -> None:
    Ground.objects.all().delete()


def _no_ruling(_cleo: User) -> None:
    Appeal.objects.update(outcome="UNCHANGED", decided_at=NOW)


def _own_decision(cleo: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE decisions_decision SET decided_by = %s", [f"user:{cleo.pk}"])


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (_wrong_move, {"no_such_move"}),
        (_gap, {"gap_in_history", "status_without_event"}),
        (_other_status, {"status_without_event"}),
        (_no_ground, {"no_ground_or_date"}),
        (_no_ruling, {"outcome_without_ruling"}),
        (_own_decision, {"not_independent"}),
    ],
)
def test_what_the_guards_refuse_is_found(
    ada: User, ben: User, cleo: User, spoil: Callable[[User], None], found: set[str]
) -> None:
    in_review(decided(user=ada), acting(ada), cleo)
    queued(decided(user=ben), acting(ben))
    assert find_contradictions() == {}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pgtrigger.ignore():
        spoil(cleo)
    assert set(find_contradictions()) >= found
