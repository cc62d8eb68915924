"""A prepared statement answers and fails as Django's own cursor does, in and out of transactions."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, LiteralString
from uuid import UUID

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg.types.json import Jsonb

from core.prepared import asking, fetch_prepared

pytestmark = pytest.mark.django_db(transaction=True)
MOMENT = datetime(2026, 11, 20, 2, 3, 4, 567, tzinfo=UTC)
VALUES: list[tuple[str, Any]] = [
    ("text", "naïve 中文 % 'x'"), ("int", -7), ("bigint", 2**40), ("bool", True), ("bytea", b"\x00\xff"),
    ("timestamptz", MOMENT), ("text[]", ["a", "b,{}"]), ("uuid", UUID(int=7)), ("float", 0.5), ("text", None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value"), VALUES, ids=[kind for kind, _value in VALUES])
def test_values_go_there_and_back(kind: str, value: Any) -> None:
    rows = [fetch_prepared(f"SELECT %s::{kind}, 5 %% 3", [value]) for _ in range(3)]
    with CaptureQueriesContext(connection):
        watched = fetch_prepared(f"SELECT %s::{kind}, 5 %% 3", [value])
    assert rows == [(value, 2)] * 3
    assert watched is not None
    assert (bytes(watched[0]) if kind == "bytea" else watched[0]) == value


def test_documents_are_read_as_documents() -> None:
    assert fetch_prepared("SELECT %s::jsonb", [Jsonb({"a": [1, None]})]) == ({"a": [1, None]},)


def test_no_row_is_none() -> None:
    assert fetch_prepared("SELECT 1 WHERE %s::bool", [False]) is None


def test_it_is_prepared_once_on_each_connection() -> None:
    for _ in range(3):
        fetch_prepared("SELECT %s::int + 40", [2])
    told = fetch_prepared(
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s::text", ["%+ 40"]
    )
    assert told == (1,)
    connection.close()
    assert fetch_prepared("SELECT %s::int + 40", [2]) == (42,)


def test_what_the_server_forgot_is_prepared_again() -> None:
    fetch_prepared("SELECT %s::int + 41", [1])
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert fetch_prepared("SELECT %s::int + 41", [1]) == (42,)


def test_the_server_works_while_the_block_does_something_else(other: Any) -> None:
    other.execute("SELECT pg_advisory_lock(41)")
    deadline = time.monotonic() + 5
    with transaction.atomic():
        fetch_prepared("SELECT set_config('lock_timeout', '5s', true)", [])
        with asking("SELECT 7 FROM (SELECT pg_advisory_xact_lock(%s::bigint)) AS waits", [41]) as asked:
            # It waits for us already, and we for nothing.
            while not _waits_for_a_lock(other):
                assert time.monotonic() < deadline, "nothing was asked yet"
            other.execute("SELECT pg_advisory_unlock(41)")
    assert asked.row == (7,)


@pytest.fixture
def other() -> Iterator[Any]:
    second = connection.copy()
    with second.cursor() as cursor:
        yield cursor
    second.close()


def _waits_for_a_lock(other: Any) -> bool:
    other.execute(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 41 AND NOT granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return bool(other.fetchone()[0])


def test_what_was_asked_is_none_errs_and_is_watched_as_when_one_waits() -> None:
    with asking("SELECT 1 WHERE %s::bool", [False]) as asked:
        assert asked.row is None
    assert asked.row is None
    with pytest.raises(DataError), asking("SELECT 1 / %s::int", [0]):
        pass
    with CaptureQueriesContext(connection) as seen, asking("SELECT %s::int", [3]) as asked:
        pass
    assert (asked.row, len(seen)) == ((3,), 1)
    with transaction.atomic(), asking("SELECT %s::int", [4]) as asked:
        pass
    assert asked.row == (4,)


def test_a_block_that_fails_leaves_the_connection_free() -> None:
    with pytest.raises(KeyError), asking("SELECT %s::int + 42", [1]):
        raise KeyError
    assert fetch_prepared("SELECT %s::int + 42", [1]) == (43,)


def test_what_the_server_forgot_is_asked_again_too() -> None:
    fetch_prepared("SELECT %s::int + 43", [1])
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    with asking("SELECT %s::int + 43", [1]) as asked:
        pass
    assert asked.row == (44,)


def test_a_table_that_changed_is_read_as_it_is_now() -> None:
    asked: tuple[LiteralString, LiteralString] = (
        "SELECT label FROM shelf WHERE %s::bool", "SELECT label || 's' FROM shelf WHERE %s::bool",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE shelf (label varchar(4))")
        cursor.execute("INSERT INTO shelf VALUES ('four')")
        assert [fetch_prepared(sql, [True]) for sql in asked] == [("four",), ("fours",)]
        cursor.execute("ALTER TABLE shelf ALTER label TYPE text")
        assert [fetch_prepared(sql, [True]) for sql in asked] == [("four",), ("fours",)]
        cursor.execute("DROP TABLE shelf")


def write(window: bytes) -> Any:
    return fetch_prepared(
        "INSERT INTO accounts_ratecount VALUES (%s::bytea, 1, %s::timestamptz) RETURNING hits",
        [window, MOMENT],
    )


def count(window: bytes) -> Any:
    row = fetch_prepared('SELECT count(*) FROM accounts_ratecount WHERE "window" = %s::bytea', [window])
    return row and row[0]


def test_alone_it_is_committed() -> None:
    write(b"alone")
    connection.close()
    assert count(b"alone") == 1


def test_in_a_transaction_it_is_rolled_back_with_it() -> None:
    with transaction.atomic():
        write(b"first")
        with transaction.atomic():
            write(b"second")
        transaction.set_rollback(True)
    assert (count(b"first"), count(b"second")) == (0, 0)


def test_in_a_transaction_it_is_committed_with_it() -> None:
    with transaction.atomic():
        write(b"kept")
    connection.close()
    assert count(b"kept") == 1


def test_errors_are_django_s_and_leave_the_connection_usable() -> None:
    write(b"twice")
    with pytest.raises(IntegrityError):
        write(b"twice")
    with pytest.raises(DataError):
        fetch_prepared("SELECT 1 / %s::int", [0])
    assert fetch_prepared("SELECT %s::int", [3]) == (3,)


def test_a_connection_that_the_server_ended_is_an_operational_error_and_then_replaced() -> None:
    fetch_prepared("SELECT %s::int", [3])
    with pytest.raises(OperationalError):
        fetch_prepared("SELECT pg_terminate_backend(pg_backend_pid()), %s::int", [1])
    connection.close_if_unusable_or_obsolete()
    assert fetch_prepared("SELECT %s::int", [3]) == (3,)


def test_other_threads_work_while_one_waits_for_the_server() -> None:
    done = threading.Event()

    def work() -> None:
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.01)

    ticks: list[float] = []
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    fetch_prepared("SELECT 1 FROM pg_sleep(%s::float)", [0.3])
    done.set()
    thread.join(10)
    assert len(ticks) > 5
