"""A receipt of one case: its events with the proof that they stand in the signed tree, to check elsewhere.

The head is signed when the receipt is made: how many events the case has and which is the last.
"""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from audit.hashing import GENESIS
from audit.merkle import leaf_hash, node_hash, proof_ranges, split
from audit.models import Checkpoint, Event, Leaf, Node
from audit.sealing import KEPT_LEVEL
from audit.signing import head_note, public_keys, sign
from core.canonical import Json, plain

FORMAT: Final = "creditportal receipt 2"


def make_receipt(subject: str, *, now: datetime) -> dict[str, Json]:
    """Return the events of a case in order, each with its inclusion proof against the newest checkpoint."""
    checkpoint = Checkpoint.objects.order_by("-size").first()
    size = checkpoint.size if checkpoint else 0
    events = list(Event.objects.filter(subject=subject).order_by("seq").select_related("leaf"))
    return {
        "format": FORMAT,
        "subject": subject,
        "head": _head(subject, events, now),
        "checkpoint": None if checkpoint is None else _describe(checkpoint),
        "events": [_event(event, size) for event in events],
    }


def _head(subject: str, events: Sequence[Event], now: datetime) -> dict[str, Json]:
    head = bytes(events[-1].hash) if events else GENESIS
    signature, key_id = sign(head_note(subject=subject, events=len(events), head=head, at=now))
    said: dict[str, Json] = {"events": len(events), "hash": head.hex(), "at": plain(now)}
    return {**said, **_signed(signature, key_id)}


def _describe(checkpoint: Checkpoint) -> dict[str, Json]:
    root = bytes(checkpoint.root).hex()
    said: dict[str, Json] = {"size": checkpoint.size, "root": root, "at": plain(checkpoint.at)}
    return {**said, **_signed(bytes(checkpoint.signature), checkpoint.key_id)}


def _signed(signature: bytes, key_id: str) -> dict[str, Json]:
    key = public_keys().get(key_id)
    return {
        "key_id": key_id,
        "public_key": "" if key is None else base64.b64encode(key.public_bytes_raw()).decode(),
        "signature": signature.hex(),
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
