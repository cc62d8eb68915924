"""Doing a request once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection

from accounts.idempotency import (
    Answer,
    InFlightError,
    KeyReusedError,
    RequestKey,
    answer_once,
    forget_old_answers,
)
from accounts.models import StoredAnswer
from core.errors import ConflictError
from tests.people import NOW

KEY = RequestKey("lender", "POST", "applications", "key-1")


def made(text: str = "{}", status: int = 201) -> Answer:
    return Answer(status=status, body=text, headers={"Location": "/here"})


def refuse() -> Answer:
    raise ConflictError


def never() -> Answer:
    raise AssertionError("this was done before")


def test_a_repetition_gets_the_first_answer(db: None) -> None:
    first = answer_once(request_key=KEY, content=b"a", act=lambda: made('{"n":1}'), now=NOW)
    again = answer_once(request_key=KEY, content=b"a", act=never, now=NOW)
    assert (again.status, again.body, again.headers) == (first.status, first.body, first.headers)
    assert (first.is_replayed, again.is_replayed) == (False, True)


def test_another_body_under_the_same_key_is_refused(db: None) -> None:
    answer_once(request_key=KEY, content=b"a", act=made, now=NOW)
    with pytest.raises(KeyReusedError) as refused:
        answer_once(request_key=KEY, content=b"b", act=never, now=NOW)
    assert refused.value.status == 422


@pytest.mark.parametrize(
    "other",
    [
        RequestKey("other", "POST", "applications", "key-1"),
        RequestKey("lender", "PUT", "applications", "key-1"),
        RequestKey("lender", "POST", "applicants", "key-1"),
        RequestKey("lender", "POST", "applications", "key-2"),
    ],
)
def test_the_key_counts_for_one_client_method_and_route(db: None, other: RequestKey) -> None:
    answer_once(request_key=KEY, content=b"a", act=made, now=NOW)
    assert answer_once(request_key=other, content=b"b", act=made, now=NOW).is_replayed is False


def test_a_refusal_keeps_nothing_and_may_be_tried_again(db: None) -> None:
    with pytest.raises(ConflictError):
        answer_once(request_key=KEY, content=b"a", act=refuse, now=NOW)
    assert answer_once(request_key=KEY, content=b"b", act=made, now=NOW).is_replayed is False


def test_a_failure_of_ours_is_not_kept(db: None) -> None:
    answer_once(request_key=KEY, content=b"a", act=lambda: made(status=503), now=NOW)
    assert not StoredAnswer.objects.exists()


def test_after_thirty_days_the_key_is_new(db: None) -> None:
    answer_once(request_key=KEY, content=b"a", act=made, now=NOW)
    later = NOW + timedelta(days=30)
    assert answer_once(request_key=KEY, content=b"b", act=made, now=later).is_replayed is False
    assert forget_old_answers(now=later + timedelta(days=30)) == 1


def test_what_is_kept_is_sealed(db: None) -> None:
    answer_once(request_key=KEY, content=b"a", act=lambda: made('{"name":"canary"}'), now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM accounts_storedanswer")
        assert b"canary" not in bytes(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_repetition_while_the_first_is_in_flight_is_told_so() -> None:
    begun, told = Event(), Event()

    def slowly() -> Answer:
        begun.set()
        assert told.wait(10)
        return made()

    def first() -> Answer:
        try:
            return answer_once(request_key=KEY, content=b"a", act=slowly, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(first)
        assert begun.wait(10)
        with pytest.raises(InFlightError):
            answer_once(request_key=KEY, content=b"a", act=never, now=NOW)
        told.set()
        assert answer.result().status == 201
    assert StoredAnswer.objects.count() == 1
