import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash

leaves = st.lists(st.binary(max_size=8), max_size=70)


def naive_root(contents: list[bytes]) -> bytes:
    """Return the root by the recursive definition of RFC 6962, section 2.1."""
    if not contents:
        return hashlib.sha256(b"").digest()
    if len(contents) == 1:
        return leaf_hash(contents[0])
    split = 1 << (len(contents) - 1).bit_length() - 1
    return node_hash(naive_root(contents[:split]), naive_root(contents[split:]))


@given(leaves)
def test_the_root_is_that_of_the_definition(contents: list[bytes]) -> None:
    assert Frontier().append(contents).root == naive_root(contents)


@given(leaves, st.integers(0, 70))
def test_appending_in_two_steps_is_appending_at_once(contents: list[bytes], cut: int) -> None:
    early = Frontier().append(contents[:cut])
    stored = Frontier.unpack(early.size, early.packed())
    assert stored.append(contents[cut:]) == Frontier().append(contents)


def test_the_prefixes_keep_leaves_and_nodes_apart() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert Frontier().append([left + right]).root != Frontier().append([b"a", b"b"]).root


def test_an_empty_tree_has_the_root_of_nothing() -> None:
    assert Frontier().root == EMPTY_ROOT


def test_a_frontier_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="fit"):
        Frontier.unpack(3, bytes(32))
