"""Five questions before applying: the rules of today answer, and not a row is written."""

import hashlib
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import translation

from core.errors import InputError
from decisions.prechecking import LIKELY, NEED_MORE, NOT_YET, pre_check
from tests.factories.decisions import NOW
from tests.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
GOOD: dict[str, Any] = {
    "age": "31",
    "income_cny": "7,200",
    "repayments_cny": "1000",
    "lenders": "2",
    "overdue": "no",
}


def ask(**answers: Any) -> Any:
    return pre_check(**{**GOOD, **answers}, language="en", now=NOW)


def whole_database() -> dict[str, str]:
    """A digest of every row of every table."""
    digests = {}
    with connection.cursor() as cursor:
        for table in sorted({model._meta.db_table for model in apps.get_models() if model._meta.managed}):
            cursor.execute(f'SELECT t::text FROM "{table}" AS t ORDER BY 1')
            digests[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return digests


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({}, LIKELY),
        ({"repayments_cny": "4176"}, NOT_YET),
        ({"age": "17"}, NOT_YET),
        ({"lenders": "5"}, NOT_YET),
        ({"overdue": "yes"}, NOT_YET),
        ({"income_cny": ""}, NEED_MORE),
        ({"overdue": ""}, NEED_MORE),
        ({"age": "\uff13\uff11\u200f"}, LIKELY),
        ({"income_cny": "", "repayments_cny": "0"}, LIKELY),
    ],
)  # fmt: skip
def test_answers_meet_the_rules_of_today(answers: dict[str, str], outcome: str) -> None:
    assert ask(**answers).outcome == outcome


def test_the_number_and_its_limit_are_told() -> None:
    rule = next(rule for rule in ask(repayments_cny="4176").rules if rule.status == "failed")
    assert (rule.value, rule.limit, rule.reason) == ("58%", "55%", "U02")


def test_no_number_of_days_is_made_of_a_yes() -> None:
    told = next(rule for rule in ask(overdue="yes").rules if rule.status == "failed")
    assert (told.value, told.limit) == ("late today", "0 days")


@pytest.mark.parametrize("typed", ["abc", "-1", "\U0001f600", "<script>", "9" * 60])
@pytest.mark.parametrize("field", ["age", "income_cny", "lenders"])
def test_what_is_no_number_is_told_beside_its_field(field: str, typed: str) -> None:
    if field == "income_cny" and typed.isdigit():
        return
    with pytest.raises(InputError) as caught:
        ask(**{field: typed})
    assert list(caught.value.fields) == [field]


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("age", "your age"),
        ("income_cny", "you earn"),
        ("repayments_cny", "you repay"),
        ("lenders", "lenders"),
    ],
)
@pytest.mark.parametrize("typed", ["-1", "9" * 15])
def test_each_answer_is_told_by_its_name_and_range(field: str, told: str, typed: str) -> None:
    with pytest.raises(InputError) as caught, translation.override("en"):
        ask(**{field: typed})
    with translation.override("en"):
        words = str(caught.value.fields[field][0])
    assert told in words
    assert "from 0 to" in words


@pytest.mark.parametrize("is_known", [True, False], ids=["signed in", "visitor"])
def test_nothing_is_written(is_known: bool) -> None:
    client = Client()
    if is_known:
        client.force_login(person("Noor"))
    before = whole_database()
    assert client.get("/check/").status_code == 200
    assert client.post("/check/", {**GOOD, "repayments_cny": "4176"}).status_code == 200
    assert client.post("/check/", {"age": "x"}).status_code == 400
    assert whole_database() == before
