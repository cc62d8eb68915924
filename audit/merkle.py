"""An append-only Merkle tree (RFC 6962 hashes) of which only the right edge is kept; pure."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
Keep = Callable[[int, int, bytes], None]
"""Is told of each node that an append completes: its level, its index on that level, its hash."""


def leaf_hash(content: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """The roots of the perfect subtrees of a tree of `size` leaves, the largest first."""

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def append(self, contents: Iterable[bytes], *, keep: Keep | None = None) -> "Frontier":
        """Return the frontier after these leaves, touching no earlier leaf."""
        size, nodes = self.size, list(self.nodes)
        for content in contents:
            node, rest, level = leaf_hash(content), size, 0
            while rest & 1:
                node = node_hash(nodes.pop(), node)
                rest >>= 1
                level += 1
                if keep is not None:
                    keep(level, rest, node)
            nodes.append(node)
            size += 1
        return Frontier(size, tuple(nodes))

    @property
    def root(self) -> bytes:
        """Return the root hash of the whole tree."""
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root

    def packed(self) -> bytes:
        """Return the nodes as one byte string, to be stored beside the size."""
        return b"".join(self.nodes)

    @classmethod
    def unpack(cls, size: int, packed: bytes) -> "Frontier":
        """Return the frontier that was stored."""
        if len(packed) != HASH_BYTES * size.bit_count():
            raise ValueError("the frontier does not fit its size")
        starts = range(0, len(packed), HASH_BYTES)
        return cls(size, tuple(packed[start : start + HASH_BYTES] for start in starts))


def proof_ranges(*, index: int, size: int) -> list[tuple[int, int]]:
    """Return the leaves [start, end) behind each step of a leaf's inclusion proof, from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError("the leaf is not in this tree")
    start, end, steps = 0, size, []
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            steps.append((middle, end))
            end = middle
        else:
            steps.append((start, middle))
            start = middle
    return steps[::-1]


def split(count: int) -> int:
    """Return how many of `count` leaves stand on the left: the largest power of two below it."""
    return 1 << (count - 1).bit_length() - 1


def root_by_proof(*, content: bytes, index: int, size: int, proof: Iterable[bytes]) -> bytes:
    """Return the root that a leaf and its inclusion proof lead to (RFC 9162, section 2.1.3.2)."""
    node, place, last = leaf_hash(content), index, size - 1
    for step in proof:
        if last == 0:
            raise ValueError("the proof is too long")
        if place & 1 or place == last:
            node = node_hash(step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, step)
        place, last = place >> 1, last >> 1
    if last:
        raise ValueError("the proof is too short")
    return node
