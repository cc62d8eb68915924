"""Taking due work: the attempt is counted and committed before anything risky happens."""

import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from outbox.models import Outbox, State
from outbox.registry import Mode, Registration, UnknownKindError, Work, get_registration

FIRST_DELAY_SECONDS: Final = 2.0
LONGEST_DELAY_SECONDS: Final = 3600.0


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
    """Count an attempt at the oldest due row and commit that; None when nothing is due."""
    while True:
        with transaction.atomic():
            row = _lock_due_row(now)
            if row is None:
                return None
            claim = _claim(row, now)
        if claim is not None:
            return claim


def _lock_due_row(now: datetime) -> Outbox | None:
    due = Outbox.objects.filter(state=State.PENDING, next_at__lte=now).order_by("next_at", "id")
    return due.select_for_update(skip_locked=True).first()


def _claim(row: Outbox, now: datetime) -> Claim | None:
    """Write the attempt on a locked row, or end the row when it may not be tried again."""
    try:
        registration = get_registration(row.kind)
    except UnknownKindError:
        return _bury(row, "UnknownKindError")
    if row.attempts >= registration.max_attempts:
        return _bury(row, row.last_error or "the attempt did not come back")
    row.attempts += 1
    row.lease = uuid.uuid4()
    row.next_at = now + backoff(row.attempts)
    if registration.mode is Mode.LEASED:
        row.state = State.LEASED
        row.leased_until = now + timedelta(seconds=registration.lease_seconds)
    row.save(update_fields=["attempts", "lease", "next_at", "state", "leased_until"])
    work = Work(kind=row.kind, subject=row.subject, key=row.key, attempt=row.attempts, now=now)
    return Claim(id=row.pk, work=work, registration=registration, lease=row.lease)


def _bury(row: Outbox, reason: str) -> None:
    row.state, row.lease, row.leased_until, row.last_error = State.DEAD, None, None, reason
    row.save(update_fields=["state", "lease", "leased_until", "last_error"])


def is_held(claim: Claim) -> bool:
    """Lock the claimed row and return whether this attempt still owns it; for use inside a transaction."""
    state = State.LEASED if claim.registration.mode is Mode.LEASED else State.PENDING
    mine = Outbox.objects.filter(pk=claim.id, lease=claim.lease, state=state)
    return mine.select_for_update().values_list("pk", flat=True).first() is not None


def has_due_work(*, now: datetime) -> bool:
    """Return whether any row is waiting to be claimed now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM outbox_outbox WHERE state = 'PENDING' AND next_at <= %s)", [now]
        )
        return bool(cursor.fetchone()[0])
