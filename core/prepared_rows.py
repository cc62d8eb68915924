"""Every row of a statement that the server plans once for each connection and binds itself."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from psycopg import Cursor


def fetch_all_prepared(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows; errors are Django's, and whoever watches statements sees this one.

    Values are named, and the statement says the type of each (`%(name)s::text`).
    """
    if connection.execute_wrappers or connection.queries_logged:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as direct:
        direct.execute(sql, values, prepare=True, binary=True)
        return direct.fetchall()
