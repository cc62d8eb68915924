"""Giving work another chance: by a person, or because its worker never came back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from audit.log import record
from audit.verbs import Verb
from outbox.models import Outbox, State
from outbox.queueing import CHANNEL

KEEP_DONE: Final = timedelta(days=30)


def retry_work(*, ids: Sequence[int], by: str, now: datetime) -> int:
    """Make dead rows due again with fresh attempts, audited; return how many there were."""
    with transaction.atomic():
        rows = Outbox.objects.filter(pk__in=ids, state=State.DEAD).select_for_update().order_by("id")
        found = list(rows.values_list("pk", "kind", "subject", "last_error"))
        for _pk, kind, subject, error in found:
            codes = {"work": kind, "last_error": error}
            record(verb=Verb.WORK_RETRIED, subject=subject, actor=by, now=now, codes=codes)
        Outbox.objects.filter(pk__in=[row[0] for row in found]).update(
            state=State.PENDING, attempts=0, next_at=now, done_at=None
        )
        _notify()
    return len(found)


def requeue_stuck(*, now: datetime) -> int:
    """Return leased rows whose lease ran out to the queue; their attempts stay counted."""
    with transaction.atomic():
        stuck = Outbox.objects.filter(state=State.LEASED, leased_until__lt=now)
        count = stuck.update(
            state=State.PENDING, lease=None, leased_until=None, next_at=now, last_error="LeaseExpired"
        )
        if count:
            _notify()
    return count


def prune_done(*, now: datetime) -> int:
    """Delete rows that were done a month ago; dead rows stay until a person deals with them."""
    count, _ = Outbox.objects.filter(state=State.DONE, done_at__lt=now - KEEP_DONE).delete()
    return count


def _notify() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
