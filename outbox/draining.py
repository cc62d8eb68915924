"""Doing the work: each row ends exactly once, in the transaction that holds its effect."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from django.db import transaction

from core.errors import DomainError
from core.killpoints import killpoint
from outbox.claiming import Claim, claim_next, given_up, held_rows
from outbox.models import State
from outbox.registry import Mode

BUDGET_SECONDS: Final = 30.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Drained:
    """What one round of draining came to."""

    done: int = 0
    failed: int = 0


def drain(*, clock: Callable[[], datetime], budget_seconds: float = BUDGET_SECONDS) -> Drained:
    """Do due work until none is left or the budget is used; what remains is found by the next sweep."""
    done = failed = 0
    deadline = time.monotonic() + budget_seconds
    while time.monotonic() < deadline:
        claim = claim_next(now=clock())
        if claim is None:
            break
        if run_claim(claim, clock=clock):
            done += 1
        else:
            failed += 1
    return Drained(done, failed)


def run_claim(claim: Claim, *, clock: Callable[[], datetime]) -> bool:
    """Do one claimed piece of work; a failure is noted on the row and never raised."""
    run = _run_leased if claim.registration.mode is Mode.LEASED else _run_atomic
    try:
        return run(claim, clock)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, the row must learn of it
        _note_failure(claim, error, clock())
        return False


def _run_atomic(claim: Claim, clock: Callable[[], datetime]) -> bool:
    with transaction.atomic():
        if not _mark_done(claim, clock()):
            return False
        conclusion = claim.registration.handler(claim.work)
        if conclusion is not None:
            conclusion()
        killpoint("outbox.atomic_before_commit")
    killpoint("outbox.atomic_after_commit")
    return True


def _run_leased(claim: Claim, clock: Callable[[], datetime]) -> bool:
    conclusion = claim.registration.handler(claim.work)
    killpoint("outbox.leased_before_conclusion")
    with transaction.atomic():
        if not _mark_done(claim, clock()):
            _log.warning("outbox_lease_lost", kind=claim.work.kind, subject=claim.work.subject)
            return False
        if conclusion is not None:
            conclusion()
        killpoint("outbox.leased_before_commit")
    killpoint("outbox.leased_after_commit")
    return True


def _mark_done(claim: Claim, now: datetime) -> bool:
    """End the row, and so lock it, if this attempt still owns it; return whether it did."""
    changes = {"state": State.DONE, "lease": None, "leased_until": None, "last_error": "", "done_at": now}
    return held_rows(claim).update(**changes) == 1


def _note_failure(claim: Claim, error: Exception, now: datetime) -> None:
    work, name = claim.work, _name_of(error)
    is_last = work.attempt >= claim.registration.max_attempts
    if is_last:
        held_rows(claim).update(**given_up(name, now))
    else:
        held_rows(claim).update(state=State.PENDING, lease=None, leased_until=None, last_error=name)
    log = _log.error if is_last else _log.warning
    log("outbox_work_failed", kind=work.kind, subject=work.subject, attempt=work.attempt, error=name)


def _name_of(error: Exception) -> str:
    """Name the class and the code of an error; its text may hold personal data."""
    name = type(error).__name__
    return f"{name}: {error.code}"[:160] if isinstance(error, DomainError) else name[:160]
