"""Taking due work: the attempt is counted and committed before anything risky happens."""

import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import models, transaction

from core.killpoints import killpoint
from outbox.models import Outbox, State
from outbox.registry import Mode, Registration, Work, get_registration

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
            killpoint("outbox.claimed")
            return claim


def _lock_due_row(now: datetime) -> Outbox | None:
    due = Outbox.objects.filter(state=State.PENDING, next_at__lte=now).order_by("next_at", "id")
    return due.select_for_update(skip_locked=True).first()


def _claim(row: Outbox, now: datetime) -> Claim | None:
    """Count the attempt on a locked row, or give the row up when its attempts are used."""
    registration = get_registration(row.kind)
    if row.attempts >= registration.max_attempts:
        Outbox.objects.filter(pk=row.pk).update(**given_up(row.last_error or "NoAnswer", now))
        return None
    attempt, lease = row.attempts + 1, uuid.uuid4()
    changes: dict[str, object] = {"attempts": attempt, "lease": lease, "next_at": now + backoff(attempt)}
    if registration.mode is Mode.LEASED:
        until = now + timedelta(seconds=registration.lease_seconds)
        changes |= {"state": State.LEASED, "leased_until": until}
    Outbox.objects.filter(pk=row.pk).update(**changes)
    work = Work(kind=row.kind, subject=row.subject, key=row.key, attempt=attempt, now=now)
    return Claim(id=row.pk, work=work, registration=registration, lease=lease)


def given_up(error: str, now: datetime) -> dict[str, object]:
    """Return the columns of a row that is not tried again by itself."""
    return {"state": State.DEAD, "lease": None, "leased_until": None, "last_error": error, "done_at": now}


def is_held(claim: Claim) -> bool:
    """Lock the claimed row and return whether this attempt still owns it; for use inside a transaction."""
    mine = held_rows(claim).select_for_update()
    return mine.values_list("pk", flat=True).first() is not None


def held_rows(claim: Claim) -> models.QuerySet[Outbox]:
    """Return the claimed row while this attempt owns it, else nothing."""
    state = State.LEASED if claim.registration.mode is Mode.LEASED else State.PENDING
    return Outbox.objects.filter(pk=claim.id, lease=claim.lease, state=state)


def has_due_work(*, now: datetime) -> bool:
    """Return whether any row is waiting to be claimed now."""
    return Outbox.objects.filter(state=State.PENDING, next_at__lte=now).exists()
