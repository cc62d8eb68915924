"""A receipt of one case: its events with the proof that they stand in the signed tree, to check elsewhere."""

import base64
from typing import Any, Final

from audit.merkle import leaf_hash, node_hash, proof_ranges, split
from audit.models import Checkpoint, Event, Leaf, Node
from audit.sealing import KEPT_LEVEL
from audit.signing import public_keys
from core.canonical import Json, plain

FORMAT: Final = "creditportal receipt 1"


def make_receipt(subject: str) -> dict[str, Json]:
    """Return the events of a case in order, each with its inclusion proof against the newest checkpoint."""
    checkpoint = Checkpoint.objects.order_by("-size").first()
    size = checkpoint.size if checkpoint else 0
    events = Event.objects.filter(subject=subject).order_by("seq").select_related("leaf")
    return {
        "format": FORMAT,
        "subject": subject,
        "checkpoint": None if checkpoint is None else _describe(checkpoint),
        "events": [_event(event, size) for event in events],
    }


def _describe(checkpoint: Checkpoint) -> dict[str, Json]:
    key = public_keys().get(checkpoint.key_id)
    return {
        "size": checkpoint.size,
        "root": bytes(checkpoint.root).hex(),
        "at": plain(checkpoint.at),
        "key_id": checkpoint.key_id,
        "public_key": "" if key is None else base64.b64encode(key.public_bytes_raw()).decode(),
        "signature": bytes(checkpoint.signature).hex(),
    }


def _event(event: Event, size: int) -> dict[str, Json]:
    leaf: Leaf = event.leaf
    place = leaf.index if leaf.index is not None and leaf.index < size else None
    return {
        "seq": event.seq,
        "verb": event.verb,
        "actor": event.actor,
        "at": plain(event.at),
        "codes": event.codes,
        "commitments": event.commitments,
        "prev": bytes(event.prev).hex(),
        "hash": bytes(event.hash).hex(),
        "leaf": place,
        "proof": [] if place is None else [step.hex() for step in prove(index=place, size=size)],
    }


def prove(*, index: int, size: int) -> list[bytes]:
    """Return the hashes that lead from one leaf to the root of the first `size` leaves."""
    return [_root(start, end) for start, end in proof_ranges(index=index, size=size)]


def _root(start: int, end: int) -> bytes:
    """Return the root over the leaves from `start` up to `end`, from kept nodes where there are any."""
    count = end - start
    if count.bit_count() == 1 and count >= 1 << KEPT_LEVEL:
        level = count.bit_length() - 1
        kept = Node.objects.filter(level=level, index=start >> level).values_list("hash", flat=True).first()
        if kept is not None:
            return bytes(kept)
    if count <= 1 << KEPT_LEVEL:
        return _fold(_leaves(start, end))
    middle = start + split(count)
    return node_hash(_root(start, middle), _root(middle, end))


def _leaves(start: int, end: int) -> list[bytes]:
    rows: Any = Leaf.objects.filter(index__gte=start, index__lt=end).order_by("index")
    return [leaf_hash(bytes(digest)) for digest in rows.values_list("event__hash", flat=True)]


def _fold(hashes: list[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    middle = split(len(hashes))
    return node_hash(_fold(hashes[:middle]), _fold(hashes[middle:]))
