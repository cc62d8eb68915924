"""Asking for work, in the transaction of the change that needs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString

from django.db import connection, transaction

from core.at_once import Part, as_rows

CHANNEL: Final = "outbox"

_COLUMNS: Final[LiteralString] = "kind, subject, key, state, attempts, next_at, last_error, created_at"
_QUEUE: Final[LiteralString] = f"""
WITH added AS (
    INSERT INTO outbox_outbox ({_COLUMNS})
    SELECT w.kind, w.subject, w.key, 'PENDING', 0, w.next_at, '', %s::timestamptz
    FROM json_to_recordset(%s::json) AS w (kind text, subject text, key text, next_at timestamptz)
    ON CONFLICT (subject, key) DO NOTHING RETURNING id
)
SELECT pg_notify(%s, '') FROM added LIMIT 1
"""  # noqa: S608 - literals only
_PART: Final[LiteralString] = f"""
queued AS (
    INSERT INTO outbox_outbox ({_COLUMNS})
    SELECT %s::text, %s::text, %s::text, 'PENDING', 0, %s::timestamptz, '', %s::timestamptz FROM made
    ON CONFLICT (subject, key) DO NOTHING
)"""  # noqa: S608 - literals only


@dataclass(frozen=True)
class Work:
    """One piece of work that runs after commit, not before it is due; a key belongs to one subject."""

    kind: str
    subject: str
    key: str
    due_at: datetime


def queue_work(*, kind: str, subject: str, key: str, now: datetime, due_at: datetime | None = None) -> None:
    """Write one row of work that runs after commit; a key that is already there changes nothing."""
    queue_all([Work(kind, subject, key, due_at or now)], now=now)


def queue_all(works: Sequence[Work], *, now: datetime) -> None:
    """Write several rows of work in one statement; a key that is already there changes nothing."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("queue_work must run inside the change's transaction")
    rows = [
        {"kind": work.kind, "subject": work.subject, "key": work.key, "next_at": work.due_at}
        for work in works
    ]
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, [now, as_rows(rows), CHANNEL])


def work_part(work: Work, *, now: datetime) -> Part:
    """One row of work as a part of the statement that makes the change."""
    values = [work.kind, work.subject, work.key, work.due_at, now]
    return Part(_PART, values, says=f"pg_notify('{CHANNEL}', '')")
