"""Checking the whole audit: chains, tree, signatures and the copy outside; the first fault is named."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from django.db.models import Exists, OuterRef

from audit.export import BrokenLineError, read_lines
from audit.hashing import GENESIS, hash_event
from audit.merkle import Frontier
from audit.models import Chain, Checkpoint, Event, Leaf, Node
from audit.signing import checkpoint_note, is_signed

_CHUNK: Final = 5_000
_Row: TypeAlias = tuple[int | None, bytes | memoryview, str, int]


@dataclass(frozen=True)
class Fault:
    """Something that was altered: what kind, and which event or place shows it first."""

    kind: str
    where: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}"


@dataclass(frozen=True)
class Verdict:
    """What was checked, and the faults in the order they were met."""

    events: int
    sealed: int
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was altered."""
        return not self.faults


def verify() -> Verdict:
    """Check everything; faults come in order, the first bad event first."""
    faults = [*_check_chains(), *_check_heads(), *_check_leaves(), *_check_tree(), *_check_outside()]
    sealed = Leaf.objects.filter(index__isnull=False).count()
    return Verdict(events=Event.objects.count(), sealed=sealed, faults=tuple(faults))


def _check_chains() -> Iterator[Fault]:
    """Recompute each event of each chain and its link to the one before."""
    subject, seq, head = "", 0, GENESIS
    for event in Event.objects.order_by("subject", "seq").iterator(chunk_size=_CHUNK):
        if event.subject != subject:
            subject, seq, head = event.subject, 0, GENESIS
        where = f"{event.subject} event {event.seq}"
        if event.seq != seq + 1:
            yield Fault("event missing", f"{event.subject} event {seq + 1}")
        elif bytes(event.prev) != head:
            yield Fault("chain broken", where)
        if _recompute(event) != bytes(event.hash):
            yield Fault("event altered", where)
        seq, head = event.seq, bytes(event.hash)


def _recompute(event: Event) -> bytes:
    return hash_event(
        subject=event.subject, seq=event.seq, verb=event.verb, actor=event.actor, at=event.at,
        codes=event.codes, commitments=event.commitments, prev=bytes(event.prev),
    )  # fmt: skip


def _check_heads() -> Iterator[Fault]:
    """Compare each chain's head with its last event, both ways."""
    last = Event.objects.filter(subject=OuterRef("subject"), seq=OuterRef("seq"), hash=OuterRef("head"))
    for chain in Chain.objects.exclude(Exists(last)).order_by("subject").iterator(chunk_size=_CHUNK):
        yield Fault("chain head does not fit", f"{chain.subject} event {chain.seq}")
    beyond = Chain.objects.filter(subject=OuterRef("subject"), seq__gte=OuterRef("seq"))
    for event in Event.objects.exclude(Exists(beyond)).order_by("subject", "seq").iterator(chunk_size=_CHUNK):
        yield Fault("event beyond the chain head", f"{event.subject} event {event.seq}")


def _check_leaves() -> Iterator[Fault]:
    """Find events without a leaf and leaves without an event."""
    leaf = Leaf.objects.filter(event_id=OuterRef("pk"))
    for event in Event.objects.exclude(Exists(leaf)).order_by("pk").iterator(chunk_size=_CHUNK):
        yield Fault("leaf missing", f"{event.subject} event {event.seq}")
    event_of_leaf = Event.objects.filter(pk=OuterRef("event_id"))
    for place in Leaf.objects.exclude(Exists(event_of_leaf)).order_by("pk").iterator(chunk_size=_CHUNK):
        yield Fault("event missing", f"leaf {place.index}")


def _check_tree() -> Iterator[Fault]:
    """Rebuild the tree from the events and compare it with each signed checkpoint."""
    leaves = iter(
        Leaf.objects.filter(index__isnull=False, event__hash__isnull=False)
        .order_by("index")
        .values_list("index", "event__hash", "event__subject", "event__seq")
        .iterator(chunk_size=_CHUNK)
    )
    tree = Frontier()
    kept = _KeptNodes()
    for checkpoint in Checkpoint.objects.order_by("size").iterator(chunk_size=_CHUNK):
        yield from _check_signature(checkpoint)
        span: list[_Row] = []
        while tree.size + len(span) < checkpoint.size and (row := next(leaves, None)) is not None:
            span.append(row)
        fault = _misplaced(tree.size, span, checkpoint.size)
        tree = tree.append((bytes(row[1]) for row in span), keep=kept.compare)
        if fault is None and tree.root != bytes(checkpoint.root):
            fault = Fault("root does not fit", f"leaves {span[0][0]} to {span[-1][0]}, from {_name(span[0])}")
        if fault := fault or kept.fault:
            yield fault
            return
    for row in leaves:
        yield Fault("sealed without a checkpoint", _name(row))
        return


class _KeptNodes:
    """The nodes that receipts are proved from, held against those of the rebuilt tree."""

    def __init__(self) -> None:
        rows = Node.objects.values_list("level", "index", "hash").iterator(chunk_size=_CHUNK)
        self._kept = {(level, index): bytes(digest) for level, index, digest in rows}
        self.fault: Fault | None = None

    def compare(self, level: int, index: int, digest: bytes) -> None:
        """Remember the first node that is not what its leaves say."""
        if self.fault is None and self._kept.get((level, index), digest) != digest:
            self.fault = Fault("kept node altered", f"node {level}.{index}")


def _misplaced(start: int, span: list[_Row], end: int) -> Fault | None:
    """Return the first gap in the places from `start` to `end`."""
    for expected, row in enumerate(span, start=start):
        if row[0] != expected:
            return Fault("leaf missing", f"leaf {expected}, before {_name(row)}")
    if start + len(span) < end:
        return Fault("leaf missing", f"leaf {start + len(span)} of {end}")
    return None


def _name(row: _Row) -> str:
    return f"{row[2]} event {row[3]}"


def _check_signature(checkpoint: Checkpoint) -> Iterator[Fault]:
    note = checkpoint_note(size=checkpoint.size, root=bytes(checkpoint.root), at=checkpoint.at)
    if not is_signed(note, signature=bytes(checkpoint.signature), key_id=checkpoint.key_id):
        yield Fault("signature does not fit", f"checkpoint {checkpoint.size}")


def _check_outside() -> Iterator[Fault]:
    """Compare the copy outside, whose signatures count, with the checkpoints in the database."""
    roots = dict(Checkpoint.objects.values_list("size", "root"))
    try:
        for line in read_lines():
            note = checkpoint_note(size=line.size, root=bytes.fromhex(line.root), at=line.instant)
            if not is_signed(note, signature=bytes.fromhex(line.signature), key_id=line.key_id):
                yield Fault("signature does not fit", f"outside checkpoint {line.size}")
            elif line.size not in roots:
                yield Fault("history cut off", f"outside checkpoint {line.size} is not in the database")
            elif bytes(roots[line.size]).hex() != line.root:
                yield Fault("history rewritten", f"checkpoint {line.size} differs from the one outside")
    except BrokenLineError as error:
        yield Fault("outside copy unreadable", f"line {error.number}")
