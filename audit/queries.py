"""Reading the audit."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from audit.models import Event
from core.canonical import Json


@dataclass(frozen=True)
class Entry:
    """One audited event as other apps see it."""

    subject: str
    seq: int
    verb: str
    actor: str
    at: datetime
    codes: Mapping[str, Json]
    hash: str


def list_events(subject: str, *, after: int = 0, limit: int = 200) -> list[Entry]:
    """Return the events of one subject in order, at most `limit` after the given sequence number."""
    rows = Event.objects.filter(subject=subject, seq__gt=after).order_by("seq")[:limit]
    return [_entry(row) for row in rows]


def list_latest(subject: str, *, verbs: Collection[str], limit: int = 100) -> list[Entry]:
    """Return the newest events of one subject among these verbs, newest first."""
    rows = Event.objects.filter(subject=subject, verb__in=list(verbs)).order_by("-seq")[:limit]
    return [_entry(row) for row in rows]


def count_events(subject: str) -> int:
    """Return how many events the subject has."""
    return Event.objects.filter(subject=subject).count()


def _entry(row: Event) -> Entry:
    return Entry(
        subject=row.subject, seq=row.seq, verb=row.verb, actor=row.actor, at=row.at,
        codes=row.codes, hash=bytes(row.hash).hex(),
    )  # fmt: skip
