"""An append-only Merkle tree (RFC 6962 hashes) of which only the right edge is kept; pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


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

    def append(self, contents: Iterable[bytes]) -> "Frontier":
        """Return the frontier after these leaves, touching no earlier leaf."""
        size, nodes = self.size, list(self.nodes)
        for content in contents:
            node, rest = leaf_hash(content), size
            while rest & 1:
                node = node_hash(nodes.pop(), node)
                rest >>= 1
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
