"""Whether what was written waits for the disk before it counts as committed."""

from collections.abc import Callable

from django.db import connection, transaction


def waits_for_the_disk(step: Callable[[], object]) -> bool:
    """Whether a transaction that takes this step would wait at its end."""
    with transaction.atomic(), connection.cursor() as cursor:
        # The tests' own server never waits; sites' servers do.
        cursor.execute("SET LOCAL synchronous_commit TO on")
        step()
        cursor.execute("SHOW synchronous_commit")
        told = cursor.fetchone()[0]
        cursor.execute("SET LOCAL synchronous_commit TO DEFAULT")
    return bool(told == "on")
