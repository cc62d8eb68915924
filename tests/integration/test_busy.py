"""While somebody holds a record, every door says so with 503, keeps what was typed, and works afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts.actors import Actor
from accounts.models import User
from appeals.models import Appeal
from appeals.states import Status
from creditportal.api.preconditions import version_etag
from tests.factories.appeals import NOW, decided, load_everything, queued
from tests.factories.partners import Partner
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, words
from tests.unit.staff.conftest import add_second_factor

pytestmark = [pytest.mark.django_db(transaction=True)]
HERE = {"Origin": "http://testserver"}


@pytest.fixture(autouse=True)
def world(db: None) -> Iterator[None]:
    load_everything()
    with time_machine.travel(NOW + timedelta(hours=1), tick=True):
        yield


@contextmanager
def held(appeal: Appeal) -> Iterator[None]:
    """Somebody else has the row and does not let go; we wait a twentieth of a second for it."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    try:
        with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
            other.execute("SELECT 1 FROM appeals_appeal WHERE id = %s FOR UPDATE", [appeal.pk])
            yield
            other.rollback()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def send_twice(send: Callable[[], Any], appeal: Appeal) -> tuple[Any, Any]:
    """The answer while the row is held, when nothing changes, and the answer to the same afterwards."""
    before = Appeal.objects.filter(pk=appeal.pk).values().get()
    with held(appeal):
        refused = send()
    assert Appeal.objects.filter(pk=appeal.pk).values().get() == before
    return refused, send()


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "This record is being saved by somebody else"), ("zh-hans", "这条记录正由其他人保存")],
)
def test_an_applicant_is_told_and_sends_it_again(ada: User, language: str, told: str) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    client, path = signed_in(ada, language), address("withdraw_appeal", appeal.reference)
    typed = {"version": appeal.version}
    refused, done = send_twice(lambda: client.post(path, typed, headers=HERE), appeal)
    assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert told in words(refused)
    assert f'name="version" value="{appeal.version}"' in words(refused), "it can be sent again from there"
    assert done.status_code == 302
    appeal.refresh_from_db()
    assert appeal.status == Status.WITHDRAWN


def test_a_colleague_is_told_and_sends_it_again(ada: User, cleo: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    add_second_factor(cleo)
    client = Client()
    client.force_login(cleo)
    client.cookies["language"] = "en"
    path, typed = f"/staff/cases/{appeal.reference}/claim/", {"version": appeal.version}
    refused, done = send_twice(lambda: client.post(path, typed), appeal)
    assert refused.status_code == 503
    assert "Somebody else is saving this record right now." in words(refused)
    assert done.status_code == 302
    appeal.refresh_from_db()
    assert appeal.claimed_by == cleo


def test_a_machine_is_told_and_sends_it_again(lender: Actor) -> None:
    appeal = queued(decided(client_id="lender"), lender)
    partner, etag = Partner(lender), version_etag(appeal.version)
    refused, done = send_twice(
        lambda: partner.post(f"appeals/{appeal.reference}/withdraw", If_Match=etag), appeal
    )
    assert (refused.status_code, refused["Content-Type"]) == (503, "application/problem+json")
    assert refused["Retry-After"] == "2"
    assert done.status_code == 200
