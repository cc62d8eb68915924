"""Telling supervisors about work that nobody will try again by itself."""

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.colleagues import list_supervisors
from notifications.kinds import Kind
from notifications.models import Message
from notifications.queueing import DELIVER_MESSAGE, queue_message
from outbox.models import Outbox
from outbox.queries import list_dead

_AT_ONCE: Final = 20


def tell_about_dead_work(*, now: datetime) -> int:
    """Write to every supervisor about each dead piece of work, once per death; return how many messages."""
    supervisors = list(list_supervisors())
    untold = [row for row in list_dead(limit=_AT_ONCE) if not _is_told(row)]
    with transaction.atomic():
        for row in untold:
            params = {"work_kind": row.kind, "subject": row.subject}
            for user in supervisors:
                queue_message(kind=Kind.WORK_DEAD, user=user, about=_about(row), params=params, now=now)
    return len(untold) * len(supervisors)


def _is_told(row: Outbox) -> bool:
    """Whether this death is known, or is that of an alarm itself."""
    if row.kind == DELIVER_MESSAGE:
        return Message.objects.filter(reference=row.subject, kind=Kind.WORK_DEAD).exists()
    told = Message.objects.filter(kind=Kind.WORK_DEAD, about=_about(row))
    return told.filter(created_at__gte=row.done_at).exists() if row.done_at else told.exists()


def _about(row: Outbox) -> str:
    return f"work:{row.pk}"
