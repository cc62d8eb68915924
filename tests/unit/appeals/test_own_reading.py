"""Rows that come as JSON are the objects that Django makes of the same rows."""

from typing import Any

import pytest
from django.db import connection, models

from accounts.models import User
from appeals.models import Appeal, Ground
from appeals.screening import screen_one
from applicants.models import Applicant
from core.rows import Shape, keep_one, keep_related
from decisions.models import Application, Decision, Line
from notifications.models import Message
from tests.factories.appeals import NOW, attached, in_review
from tests.factories.decisions import sample_decision
from tests.people import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(catalogues: None, ada: User, cleo: User) -> Appeal:
    """Ada's appeal on Cleo's desk, acknowledged, with a payslip."""
    claims = {"U01": "PERSON", "U02": "WRONG"}
    appeal = in_review(sample_decision("li_na", user=ada), acting(ada), cleo, claims=claims)
    screen_one(reference=appeal.reference, now=NOW)
    attached(appeal, acting(ada), code="U02", kind="V01")
    return appeal


def fetched(shape: Shape[Any], table: str, key: int) -> Any:
    """The object of one row as the shape reads it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {shape.columns('x')} FROM {table} x WHERE x.id = %s", [key])
        return shape.read(cursor.fetchone()[0])


def _plain(value: object) -> object:
    """Bytes, however they come."""
    return bytes(value) if isinstance(value, memoryview) else value


@pytest.mark.parametrize("model", [Appeal, Applicant, Application, Decision, Ground, Line, Message])
def test_every_column_is_read_as_django_reads_it(held: Appeal, model: type[models.Model]) -> None:
    rows = list(model._default_manager.all())
    for row in rows:
        read = fetched(Shape(model), model._meta.db_table, row.pk)
        for field in model._meta.concrete_fields:
            given, expected = (_plain(getattr(one, field.attname)) for one in (read, row))
            assert (type(given), given) == (type(expected), expected), field.attname
    assert rows or model is Line


def test_what_was_left_out_is_read_when_somebody_needs_it(
    held: Appeal, django_assert_num_queries: Any
) -> None:
    read = fetched(Shape(Decision, without=("facts",)), "decisions_decision", held.decision_id)
    with django_assert_num_queries(0):
        assert read.reference == held.decision.reference
    with django_assert_num_queries(1):
        assert read.facts == held.decision.facts


def test_what_is_kept_is_not_asked_for_again(held: Appeal, django_assert_num_queries: Any) -> None:
    grounds, appeal = list(held.grounds.all()), Appeal.objects.get(pk=held.pk)
    keep_related(appeal, "grounds", grounds, back="appeal")
    keep_one(appeal, "remedy", None, back="appeal")
    with django_assert_num_queries(0):
        assert list(appeal.grounds.all()) == grounds
        assert [ground.appeal for ground in grounds] == [appeal] * len(grounds)
        assert not hasattr(appeal, "remedy")
    assert appeal.grounds.filter(code="none").count() == 0


def test_a_list_of_no_rows_is_empty(held: Appeal) -> None:
    shape = Shape(Ground)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + shape.rows("appeals_ground x WHERE x.appeal_id = 0", order="x.id"))
        assert shape.read_all(cursor.fetchone()[0]) == []
