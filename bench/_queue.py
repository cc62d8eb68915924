"""A database with so many appeals that is made once and kept, because making it takes minutes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from bench._database import NOW, _address

OPEN: Final = 100_000
CLOSED: Final = 1_000_000
_IN_NO_ORDER: Final = (
    ("appeals_appeal", "reference"),
    ("decisions_decision", "reference"),
    ("audit_event", "subject"),
    ("audit_chain", "subject"),
    ("outbox_outbox", "subject"),
)
EDITION: Final = "2"
"""Raised when what is generated changes, so that a kept database is made anew."""


@contextmanager
def kept_queue(*, open_count: int = OPEN, closed_count: int = CLOSED) -> Iterator[str]:
    """The database with so many appeals; the block gets its address and is connected to it.

    It is made when it is not there, unfinished, or what makes it has changed; newer migrations are applied.
    """
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    usual: Any = connection.settings_dict["NAME"]
    name = f"bench_queue_{open_count + closed_count}"
    if _mark_of(name) != EDITION:
        connection.settings_dict["TEST"]["NAME"] = name
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        _fill(open_count, closed_count)
        _write_mark(name)
    else:
        connection.close()
        connection.settings_dict["NAME"] = name
        call_command("migrate", verbosity=0)
    _warm_up()
    try:
        yield _address(settings.DATABASES["default"])
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _warm_up() -> None:
    """Read the indexes of references once: a server that has run for a while has them in memory.

    Others grow at an end, of the index or of one status or reason in it.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        for table, column in _IN_NO_ORDER:
            cursor.execute(f"SELECT count(*) FROM (SELECT {column} FROM {table} ORDER BY {column}) AS each")
        cursor.execute("RESET enable_seqscan")


def _mark_of(name: str) -> str | None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        )
        found = cursor.fetchone()
    return found[0] if found else None


def _write_mark(name: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON DATABASE {connection.ops.quote_name(name)} IS '{EDITION}'")


def _fill(open_count: int, closed_count: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from appeals.tallying import fold_events
    from creditportal.demo import load_demo

    call_command("createcachetable", verbosity=0)
    load_demo(rows=0, now=NOW, say=lambda _line: None)
    call_command("generate_appeals", open=open_count, closed=closed_count, stdout=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    while fold_events(batch=20_000):
        pass
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE appeals_uncounted, appeals_tally")
