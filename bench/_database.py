"""A migrated database of a benchmark's own, with the catalogues in it, dropped afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

NOW: Final = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@contextmanager
def own_database(name: str) -> Iterator[str]:
    """Make the database on the server that the environment names; the block gets its address."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from creditportal.catalogues import load_catalogues

    usual: Any = connection.settings_dict["NAME"]
    own = f"bench_{name}"
    connection.settings_dict["TEST"]["NAME"] = own
    with connection._nodb_cursor() as cursor:  # noqa: SLF001 - no other way to the server
        # One that was stopped may have left it, with a session in it.
        cursor.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        call_command("createcachetable", verbosity=0)
        load_catalogues(now=NOW)
        yield _address(settings.DATABASES["default"])
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0)


def _address(database: dict[str, Any]) -> str:
    return (
        f"postgresql://{database['USER']}:{database['PASSWORD']}"
        f"@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )
