"""One row from a statement that the server plans once for each connection and binds itself."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from django.db import connection
from psycopg import Cursor


def fetch_prepared(sql: LiteralString, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """Return the first row, or None; errors are Django's, and whoever watches statements sees this one.

    The statement says the type of every value (`%s::text`), for the server reads it before it has them.
    """
    if connection.execute_wrappers or connection.queries_logged:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as direct:
        direct.execute(sql, values, prepare=True, binary=True)
        return direct.fetchone()


def fetch_all_prepared(sql: LiteralString, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return every row of a statement with named values (`%(name)s::text`), in the same way."""
    if connection.execute_wrappers or connection.queries_logged:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as direct:
        direct.execute(sql, values, prepare=True, binary=True)
        return direct.fetchall()
