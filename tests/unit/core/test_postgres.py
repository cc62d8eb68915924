"""A kept connection is looked at before it is used; a unique text has one index."""

from typing import Any

import psycopg
import pytest
from django.db import connection, connections

_BY_A_WIDER_INDEX = (
    ("appeals_appeal", "applicant_id"), ("appeals_appealevent", "appeal_id"), ("appeals_ground", "appeal_id"),
    ("notifications_message", "applicant_id"), ("notifications_message", "user_id"),
    ("notifications_delivery", "message_id"),
)  # fmt: skip
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_silent_connection_is_usable_without_a_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(psycopg.Connection, "cursor", None)
    assert connection.is_usable()


def test_a_connection_that_the_server_ended_is_not_usable() -> None:
    other = connections.create_connection("default")
    other.connect()
    with connection.cursor() as cursor, other.cursor() as theirs:
        theirs.execute("SELECT pg_backend_pid()")
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [theirs.fetchone()[0]])
    assert not other.is_usable()
    other.close()


def test_a_connection_that_was_told_something_is_asked(django_assert_num_queries: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("LISTEN heard")
        other = connections.create_connection("default")
        with other.cursor() as theirs:
            theirs.execute("NOTIFY heard")
        other.close()
    assert connection.is_usable()


def test_a_connection_whose_statement_is_under_way_is_not_usable() -> None:
    other = connections.create_connection("default")
    other.connect()
    assert other.is_usable()
    other.connection.pgconn.send_query(b"SELECT 1")  # and nobody takes the answer
    assert not other.is_usable()
    other.close()


def test_no_text_has_a_second_index_for_its_beginnings() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, indexdef FROM pg_indexes WHERE indexdef LIKE '%%pattern_ops%%'")
        assert cursor.fetchall() == []
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname LIKE '%%reference_key'")
        assert cursor.fetchone()[0] > 0


def test_a_foreign_key_is_looked_up_by_a_wider_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        try:
            for table, column in _BY_A_WIDER_INDEX:
                cursor.execute(f"EXPLAIN SELECT 1 FROM {table} WHERE {column} = 1")
                plan = " ".join(line for (line,) in cursor.fetchall())
                assert "Index" in plan, (table, column)
        finally:
            cursor.execute("RESET enable_seqscan")
