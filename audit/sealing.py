"""Sealing: settled events get their place in the Merkle tree, and its root is signed and carried outside."""

from datetime import datetime
from typing import Final

from django.db import connection, transaction

from audit.export import export_checkpoints
from audit.merkle import Frontier
from audit.models import Checkpoint, Leaf, Node
from audit.signing import checkpoint_note, sign

BATCH: Final = 20_000
KEPT_LEVEL: Final = 8
"""Nodes over at least 256 leaves are kept; those below are recomputed when they are needed."""
_LOCK: Final = 0x61756469_74736561

_PLACE = """
UPDATE audit_leaf SET index = place.index
FROM unnest(%s::bigint[], %s::bigint[]) AS place(event_id, index)
WHERE audit_leaf.event_id = place.event_id
"""


def seal(*, now: datetime) -> int:
    """Seal every committed event that has no place yet; return how many there were."""
    sealed = 0
    while count := _seal_batch(now):
        sealed += count
    export_checkpoints()
    return sealed


def get_frontier() -> Frontier:
    """Return the right edge of the tree as it was last sealed."""
    last = Checkpoint.objects.order_by("-size").first()
    return Frontier() if last is None else Frontier.unpack(last.size, bytes(last.frontier))


@transaction.atomic
def _seal_batch(now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    before = get_frontier()
    waiting = Leaf.objects.filter(index__isnull=True).order_by("event_id")
    rows = list(waiting.values_list("event_id", "event__hash")[:BATCH])
    if not rows:
        return 0
    nodes: list[Node] = []

    def keep(level: int, index: int, digest: bytes) -> None:
        if level >= KEPT_LEVEL:
            nodes.append(Node(level=level, index=index, hash=digest))

    after = before.append((bytes(digest) for _, digest in rows), keep=keep)
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [[event_id for event_id, _ in rows], list(range(before.size, after.size))])
    Node.objects.bulk_create(nodes)
    _write_checkpoint(after, now)
    return len(rows)


def _write_checkpoint(frontier: Frontier, now: datetime) -> None:
    signature, key_id = sign(checkpoint_note(size=frontier.size, root=frontier.root, at=now))
    Checkpoint.objects.create(
        size=frontier.size, root=frontier.root, frontier=frontier.packed(),
        signature=signature, key_id=key_id, at=now,
    )  # fmt: skip
