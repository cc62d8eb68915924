"""Asking for work, in the transaction of the change that needs it."""

from datetime import datetime
from typing import Final

from django.db import connection, transaction

CHANNEL: Final = "outbox"

_QUEUE = """
WITH added AS (
    INSERT INTO outbox_outbox (kind, subject, key, state, attempts, next_at, last_error, created_at)
    VALUES (%s, %s, %s, 'PENDING', 0, %s, '', %s)
    ON CONFLICT (key) DO NOTHING RETURNING id
)
SELECT pg_notify(%s, '') FROM added
"""


def queue_work(*, kind: str, subject: str, key: str, now: datetime, due_at: datetime | None = None) -> None:
    """Write one row of work that runs after commit; a key that is already there changes nothing."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("queue_work must run inside the change's transaction")
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, [kind, subject, key, due_at or now, now, CHANNEL])
