"""A database with 1,100,000 appeals that is made once and kept, because making it takes minutes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from bench._database import NOW, _address

OPEN: Final = 100_000
CLOSED: Final = 1_000_000


@contextmanager
def kept_queue(*, open_count: int = OPEN, closed_count: int = CLOSED) -> Iterator[str]:
    """The database with so many appeals; the block gets its address and is connected to it.

    It is made anew when it is not there, unfinished, or older than the newest migration.
    """
    from django.conf import settings
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = f"bench_queue_{open_count + closed_count}"
    usual: Any = connection.settings_dict["NAME"]
    if not _is_complete(open_count, closed_count):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        _fill(open_count, closed_count)
    try:
        yield _address(settings.DATABASES["default"])
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _is_complete(open_count: int, closed_count: int) -> bool:
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    from appeals.models import Appeal

    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = connection.settings_dict["TEST"]["NAME"]
    try:
        executor = MigrationExecutor(connection)
        is_current = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        if is_current and Appeal.objects.count() == open_count + closed_count:
            return True
    except DatabaseError:
        pass
    connection.close()
    connection.settings_dict["NAME"] = usual
    return False


def _fill(open_count: int, closed_count: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from creditportal.demo import load_demo

    call_command("createcachetable", verbosity=0)
    load_demo(rows=0, now=NOW, say=lambda _line: None)
    call_command("generate_appeals", open=open_count, closed=closed_count, stdout=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
