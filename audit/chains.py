"""The chain of one subject as staff read it: its events page by page, and whether the whole of it holds."""

from dataclasses import dataclass
from datetime import datetime

from audit.hashing import GENESIS, hash_event
from audit.models import Chain, Checkpoint, Event, Leaf
from audit.queries import Entry

_CHUNK = 2_000


@dataclass(frozen=True)
class ChainState:
    """What was checked; `broken_at` is the first place that does not fit, None when all do."""

    subject: str
    events: int
    sealed: int
    broken_at: int | None
    sealed_at: datetime | None

    @property
    def is_sound(self) -> bool:
        """Whether nothing was altered."""
        return self.broken_at is None


@dataclass(frozen=True)
class Recent:
    """An event with the key that a list continues after."""

    key: int
    entry: Entry


def check_chain(subject: str) -> ChainState:
    """Recompute every event of a subject and compare the last one with the chain's head."""
    events, broken_at, head = 0, None, GENESIS
    for event in Event.objects.filter(subject=subject).order_by("seq").iterator(chunk_size=_CHUNK):
        events += 1
        if broken_at is None and not _fits(event, seq=events, prev=head):
            broken_at = events
        head = bytes(event.hash)
    if broken_at is None and not _is_head(subject, events, head):
        broken_at = events + 1
    return ChainState(
        subject=subject, events=events, broken_at=broken_at,
        sealed=Leaf.objects.filter(event__subject=subject, index__isnull=False).count(),
        sealed_at=Checkpoint.objects.order_by("-size").values_list("at", flat=True).first(),
    )  # fmt: skip


def list_recent(*, before: int | None = None, limit: int = 50) -> list[Recent]:
    """The newest events of all subjects, continuing below the given key."""
    rows = Event.objects.order_by("-id")
    page = rows.filter(pk__lt=before)[:limit] if before else rows[:limit]
    return [Recent(key=row.pk, entry=_entry(row)) for row in page]


def _fits(event: Event, *, seq: int, prev: bytes) -> bool:
    digest = hash_event(
        subject=event.subject, seq=event.seq, verb=event.verb, actor=event.actor, at=event.at,
        codes=event.codes, commitments=event.commitments, prev=prev,
    )  # fmt: skip
    return event.seq == seq and bytes(event.prev) == prev and bytes(event.hash) == digest


def _is_head(subject: str, seq: int, head: bytes) -> bool:
    chain = Chain.objects.filter(subject=subject).first()
    if chain is None:
        return seq == 0
    return chain.seq == seq and bytes(chain.head) == head


def _entry(row: Event) -> Entry:
    return Entry(
        subject=row.subject, seq=row.seq, verb=row.verb, actor=row.actor, at=row.at,
        codes=row.codes, hash=bytes(row.hash).hex(),
    )  # fmt: skip
