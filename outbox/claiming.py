"""Taking due work: the attempt is counted and committed before anything risky happens."""

import json
import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import models

from core.killpoints import killpoint
from core.prepared import UNAWAITED, fetch_prepared
from outbox.models import Outbox, State
from outbox.registry import Mode, Registration, Work, get_registration, list_leases

FIRST_DELAY_SECONDS: Final = 2.0
LONGEST_DELAY_SECONDS: Final = 3600.0
_DELAYS: Final = 13

FRESH: Final = timedelta(seconds=1)
"""A first attempt that comes so soon does not wait for the disk: see `_TAKE`."""
# Taking a row only counts, and a claim that PostgreSQL forgot by dying is made again: so the first attempt at
# a fresh row is committed without waiting for the disk. What was due longer waits, also a row whose claim was
# forgotten: one that brings PostgreSQL itself down is counted from the second time on, and given up.
_TAKE: Final = f"""
WITH due AS (
    SELECT id, next_at FROM outbox_outbox WHERE state = 'PENDING' AND next_at <= %s::timestamptz
    ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE outbox_outbox AS work SET
    attempts = work.attempts + 1,
    lease = %s::uuid,
    next_at = %s::timestamptz
        + make_interval(secs => (%s::float[])[least(work.attempts + 1, cardinality(%s::float[]))]),
    state = CASE WHEN jsonb_exists(%s::jsonb, work.kind) THEN 'LEASED' ELSE 'PENDING' END,
    leased_until = %s::timestamptz + make_interval(secs => (%s::jsonb ->> work.kind)::float)
FROM due WHERE work.id = due.id
RETURNING work.id, work.kind, work.subject, work.key, work.attempts, work.last_error,
    CASE WHEN work.attempts = 1 AND due.next_at > %s::timestamptz
        THEN {UNAWAITED} END
"""  # noqa: S608 - constants of ours


class _Row(NamedTuple):
    id: int
    kind: str
    subject: str
    key: str
    attempts: int
    last_error: str
    lease: uuid.UUID


@dataclass(frozen=True)
class Claim:
    """A counted attempt at one row; the lease names this attempt and no other."""

    id: int
    work: Work
    registration: Registration
    lease: uuid.UUID


def backoff(attempt: int) -> timedelta:
    """Return how long to wait after this attempt: doubling from two seconds to an hour, with jitter."""
    seconds = min(FIRST_DELAY_SECONDS * 2 ** (min(attempt, 32) - 1), LONGEST_DELAY_SECONDS)
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311 - spreading load, not a secret


def claim_next(*, now: datetime) -> Claim | None:
    """Count an attempt at the oldest due row, in a statement of its own; None when nothing is due."""
    while (row := _take_row(now)) is not None:
        claim = _as_claim(row, now)
        if claim is not None:
            killpoint("outbox.claimed")
            return claim
    return None


def _take_row(now: datetime) -> _Row | None:
    lease = uuid.uuid4()
    delays = [backoff(attempt).total_seconds() for attempt in range(1, _DELAYS + 1)]
    leases = json.dumps(list_leases())
    found = fetch_prepared(_TAKE, [now, lease, now, delays, delays, leases, now, leases, now - FRESH])
    return None if found is None else _Row._make([*found[:-1], lease])


def _as_claim(row: _Row, now: datetime) -> Claim | None:
    """Return the claim on a taken row, or give the row up when its attempts were used before."""
    registration = get_registration(row.kind)
    if row.attempts > registration.max_attempts:
        changes = given_up(row.last_error or "NoAnswer", now) | {"attempts": registration.max_attempts}
        Outbox.objects.filter(pk=row.id, lease=row.lease).update(**changes)
        return None
    work = Work(kind=row.kind, subject=row.subject, key=row.key, attempt=row.attempts, now=now)
    return Claim(id=row.id, work=work, registration=registration, lease=row.lease)


def given_up(error: str, now: datetime) -> dict[str, object]:
    """Return the columns of a row that is not tried again by itself."""
    return {"state": State.DEAD, "lease": None, "leased_until": None, "last_error": error, "done_at": now}


def held_rows(claim: Claim) -> models.QuerySet[Outbox]:
    """Return the claimed row while this attempt owns it, else nothing."""
    state = State.LEASED if claim.registration.mode is Mode.LEASED else State.PENDING
    return Outbox.objects.filter(pk=claim.id, lease=claim.lease, state=state)


def has_due_work(*, now: datetime) -> bool:
    """Return whether any row is waiting to be claimed now."""
    return Outbox.objects.filter(state=State.PENDING, next_at__lte=now).exists()
