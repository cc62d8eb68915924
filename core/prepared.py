"""One row from a statement that the server plans once for each connection and binds itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, Final, LiteralString
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Connection, errors, pq
from psycopg.adapt import PyFormat, Transformer

UNAWAITED: Final[LiteralString] = "set_config('synchronous_commit', 'off', true)"
"""For a statement that is a transaction of its own and writes what may be forgotten: it waits for no disk.
If PostgreSQL itself dies, the last 0.6 s of such transactions are lost at most, each of them whole."""
_known: Final[WeakKeyDictionary[Connection[Any], dict[str, bytes]]] = WeakKeyDictionary()
_numbers: Final = count()
_IDLE, _INSIDE = pq.TransactionStatus.IDLE, pq.TransactionStatus.INTRANS
_DONE: Final = frozenset({pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK})
_BINARY: Final = pq.Format.BINARY
_OUTDATED: Final = frozenset({b"26000", b"0A000"})
_STATE: Final = pq.DiagnosticField.SQLSTATE


def fetch_prepared(sql: LiteralString, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """Return the first row, or None; errors are Django's, and whoever watches statements sees this one.

    The statement says the type of every value (`%s::text`), for the server reads it before it has them.
    """
    here = connections[DEFAULT_DB_ALIAS]
    if here.execute_wrappers or here.queries_logged:
        with here.cursor() as cursor:
            cursor.execute(sql, values)
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row
    here.close_if_health_check_failed()
    here.ensure_connection()
    with here.wrap_database_errors:
        return _Statement(here.connection, sql, values).fetch()


class Asked:
    """What was asked, and the row that came, or None, once the block has ended."""

    row: tuple[Any, ...] | None = None


@contextmanager
def asking(sql: LiteralString, values: Sequence[Any]) -> Iterator[Asked]:
    """As `fetch_prepared`, and the server works on it while the block does what needs no answer."""
    asked, here = Asked(), connections[DEFAULT_DB_ALIAS]
    if here.execute_wrappers or here.queries_logged:
        asked.row = fetch_prepared(sql, values)
        yield asked
        return
    here.close_if_health_check_failed()
    here.ensure_connection()
    with here.wrap_database_errors:
        statement = _Statement(here.connection, sql, values)
        statement.send()
    try:
        yield asked
    finally:
        # Whatever the block ran into, the connection is free again.
        with here.wrap_database_errors:
            asked.row = statement.receive()


class _Statement:
    """Asks the library below psycopg's cursors, which answers in one call: they take ten times its steps."""

    def __init__(self, wire: Connection[Any], sql: LiteralString, values: Sequence[Any]) -> None:
        self._wire, self._sql, self._server, self._read = wire, sql, wire.pgconn, Transformer(wire)
        self._values: Any = self._read.dump_sequence(values, [PyFormat.TEXT] * len(values))
        self._was_idle = self._server.transaction_status == _IDLE
        if self._was_idle and not wire.autocommit:
            _check(self._server.exec_(b"BEGIN"))

    def fetch(self) -> tuple[Any, ...] | None:
        """Ask and wait."""
        name = _name_of(self._wire, self._sql)
        return self._first_row(self._server.exec_prepared(name, self._values, result_format=_BINARY))

    def send(self) -> None:
        """Ask only."""
        name = _name_of(self._wire, self._sql)
        self._server.send_query_prepared(name, self._values, result_format=_BINARY)

    def receive(self) -> tuple[Any, ...] | None:
        """Wait for what was asked."""
        result, last = None, self._server.get_result()
        while last is not None:
            result, last = last, self._server.get_result()
        assert result is not None
        return self._first_row(result)

    def _first_row(self, result: pq.abc.PGresult) -> tuple[Any, ...] | None:
        if result.status not in _DONE and self._was_idle and _is_forgotten(result):
            _known.pop(self._wire, None)
            name = _name_of(self._wire, self._sql)
            result = self._server.exec_prepared(name, self._values, result_format=_BINARY)
        _check(result)
        if not result.ntuples:
            return None
        self._read.set_pgresult(result)
        return self._read.load_row(0, tuple)


def _name_of(wire: Connection[Any], sql: LiteralString) -> bytes:
    """The name by which this connection knows the statement."""
    names = _known.setdefault(wire, {})
    name = names.get(sql)
    if name is None:
        first, *others = sql.split("%s")
        numbered = first + "".join(f"${at}{part}" for at, part in enumerate(others, start=1))
        name = f"prepared_{next(_numbers)}".encode()
        _check(wire.pgconn.prepare(name, numbered.replace("%%", "%").encode()))
        names[sql] = name
    return name


def _is_forgotten(result: pq.abc.PGresult) -> bool:
    """Whether somebody made the server forget what was prepared, or a migration changed what it returns."""
    return result.error_field(_STATE) in _OUTDATED


def _check(result: pq.abc.PGresult) -> None:
    if result.status in _DONE:
        return
    if result.error_field(_STATE) is None:  # it is the connection that failed
        raise errors.OperationalError(result.get_error_message())
    raise errors.error_from_result(result)
