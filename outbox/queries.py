"""Looking at the outbox: is it healthy, and what needs a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Min, QuerySet

from outbox.heartbeat import HEARTBEAT, get_last_heartbeat
from outbox.models import Outbox, State

LONGEST_WAIT_SECONDS: Final = 60.0
LONGEST_SILENCE_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Health:
    """How long the oldest due row has waited, when a heartbeat last came through, how many rows are dead."""

    oldest_due_seconds: float
    heartbeat_age_seconds: float | None
    dead: int

    @property
    def is_ready(self) -> bool:
        """Whether work flows: nothing waits too long and the heartbeat is fresh."""
        age = self.heartbeat_age_seconds
        is_alive = age is not None and age < LONGEST_SILENCE_SECONDS
        return is_alive and self.oldest_due_seconds < LONGEST_WAIT_SECONDS


def get_health(*, now: datetime) -> Health:
    """Return the state of the whole path in three cheap queries."""
    due = Outbox.objects.filter(state=State.PENDING, next_at__lte=now)
    oldest = due.aggregate(at=Min("next_at"))["at"]
    beat = get_last_heartbeat()
    return Health(
        oldest_due_seconds=(now - oldest).total_seconds() if oldest else 0.0,
        heartbeat_age_seconds=(now - beat).total_seconds() if beat else None,
        dead=count_dead(),
    )


def count_dead() -> int:
    """Return how many rows need a person."""
    return _dead().count()


def list_dead(*, before: int | None = None, limit: int = 50) -> list[Outbox]:
    """Return dead rows, the newest first, continuing below the given id."""
    rows = _dead().order_by("-id")
    return list(rows.filter(pk__lt=before)[:limit] if before else rows[:limit])


def list_work(subject: str) -> list[Outbox]:
    """Return every piece of work about one reference, oldest first."""
    return list(Outbox.objects.filter(subject=subject).order_by("id"))


def has_open_work(*, kind: str, subject: str) -> bool:
    """Return whether work of a kind about one reference waits or is in progress."""
    return Outbox.objects.filter(kind=kind, subject=subject, state__in=[State.PENDING, State.LEASED]).exists()


def _dead() -> QuerySet[Outbox]:
    """Return dead rows, but for the heartbeat: the dispatcher sends that again by itself."""
    return Outbox.objects.filter(state=State.DEAD).exclude(key=HEARTBEAT)
