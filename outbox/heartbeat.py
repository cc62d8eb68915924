"""A row that travels the whole path again and again: dispatcher, broker, worker, database."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from outbox.models import Outbox, State
from outbox.queueing import queue_work

HEARTBEAT: Final = "HEARTBEAT"
INTERVAL_SECONDS: Final = 10.0
_SUBJECT: Final = "outbox"


def send_heartbeat(*, now: datetime) -> None:
    """Queue the heartbeat again unless it is still under way."""
    with transaction.atomic():
        beat = _beat()
        rested = beat.filter(state__in=[State.DONE, State.DEAD])
        rested.update(state=State.PENDING, attempts=0, next_at=now, created_at=now, last_error="")
        if not beat.exists():
            queue_work(kind=HEARTBEAT, subject=_SUBJECT, key=HEARTBEAT, now=now)


def get_last_heartbeat() -> datetime | None:
    """Return when a heartbeat last came through, or None before the first."""
    return _beat().values_list("done_at", flat=True).first()


def _beat() -> QuerySet[Outbox]:
    return Outbox.objects.filter(subject=_SUBJECT, key=HEARTBEAT)
