"""Inclusion proofs lead to the root; anything altered leads elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.merkle import Frontier, leaf_hash, node_hash, proof_ranges, root_by_proof, split

trees = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


def root_of(contents: list[bytes]) -> bytes:
    if len(contents) == 1:
        return leaf_hash(contents[0])
    middle = split(len(contents))
    return node_hash(root_of(contents[:middle]), root_of(contents[middle:]))


def proof_of(contents: list[bytes], index: int) -> list[bytes]:
    return [root_of(contents[start:end]) for start, end in proof_ranges(index=index, size=len(contents))]


@given(trees, st.data())
def test_a_proof_leads_to_the_root(contents: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(contents) - 1))
    proof = proof_of(contents, index)
    found = root_by_proof(content=contents[index], index=index, size=len(contents), proof=proof)
    assert found == Frontier().append(contents).root


@given(trees, st.data())
def test_another_leaf_leads_elsewhere(contents: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(contents) - 1))
    proof = proof_of(contents, index)
    found = root_by_proof(content=b"another leaf", index=index, size=len(contents), proof=proof)
    assert found != Frontier().append(contents).root


@given(trees, st.data())
def test_a_proof_of_another_length_is_refused(contents: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(contents) - 1))
    proof = proof_of(contents, index)
    for wrong in [[*proof, bytes(32)], *([proof[:-1]] if proof else [])]:
        with pytest.raises(ValueError, match="proof is too"):
            root_by_proof(content=contents[index], index=index, size=len(contents), proof=wrong)


@given(st.integers(1, 700))
def test_every_node_above_the_leaves_is_told_once(count: int) -> None:
    told: list[tuple[int, int]] = []
    Frontier().append([b""] * count, keep=lambda level, index, _: told.append((level, index)))
    expected = {(level, index) for level in range(1, 10) for index in range(count >> level)}
    assert len(told) == len(expected)
    assert set(told) == expected


def test_a_leaf_outside_the_tree_has_no_proof() -> None:
    with pytest.raises(ValueError, match="not in this tree"):
        proof_ranges(index=3, size=3)
