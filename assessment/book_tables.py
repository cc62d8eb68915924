"""Tables of a policy over codes: one look-up for every two bytes gives points and failed rules in one number.

The number of a row holds from below: its case (what limits read of codes), its score, its known points and
the bits of rules. Numbers of look-ups are added up; each bit of a rule is fed by one look-up alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from assessment.book_coding import MOST_CELLS
from assessment.book_layout import BYTES, Coding
from assessment.book_prices import Cases
from assessment.book_rules import Bits, CellBits, RuleBits
from assessment.book_scratch import Scratch
from assessment.scoring import Scorecard

WORD = 64
PAIR = np.dtype("<u2")
Pairs = npt.NDArray[np.uint16]
Steps = tuple[tuple[int, npt.NDArray[np.intp]], ...]


@dataclass(frozen=True)
class Fields:
    """Where score, known points and rules begin in a number; split where the rules need one of their own."""

    score: int
    known: int
    rules: int
    is_split: bool

    @property
    def key_mask(self) -> np.uint64:
        """The bits of case and score."""
        return np.uint64((1 << self.known) - 1)


@dataclass(frozen=True)
class Tables:
    """Look-ups to add up, by pair of bytes or by the inputs of one rule, and what everybody starts with."""

    base: int
    pairs: tuple[tuple[int, Bits], ...]
    across: tuple[tuple[Steps, Bits], ...]

    def add_up(self, pairs: Pairs, scratch: Scratch) -> Bits:
        """The number of every row; `pairs` are rows of bytes read two by two."""
        total, found = scratch.bits(len(pairs)), scratch.bits(len(pairs))
        total.fill(self.base)
        for at, table in self.pairs:
            np.take(table, pairs[:, at], out=found, mode="clip")
            total += found
        for steps, table in self.across:
            cells = sum(np.take(step, pairs.view(np.uint8)[:, byte]) for byte, step in steps)
            total += table[cells]
        return total


def lay_out(card: Scorecard, cases: Cases, rules: RuleBits) -> Fields:
    """Where each field stands."""
    known = cases.bits + (card.base + card.total).bit_length()
    above = known + card.total.bit_length()
    is_split = above + len(rules.hits) > WORD
    return Fields(cases.bits, known, 0 if is_split else above, is_split)


def make_tables(
    coding: Coding, card: Scorecard, cases: Cases, rules: RuleBits, fields: Fields
) -> tuple[Tables, Tables | None]:
    """The look-ups of points and rules together, or those of points and those of rules."""
    points = []
    for one in card.used:
        at = [one.encode(cell) for cell in coding.coders[one.name].cells]
        worth = [(one.points[code] << fields.score) + (one.known_points[code] << fields.known) for code in at]
        points.append(CellBits((one.name,), np.array(worth, np.uint64)))
    points += [CellBits((name,), np.array(values, np.uint64)) for name, values in cases.columns.items()]
    failing = [CellBits(one.names, one.bits << np.uint64(fields.rules)) for one in rules.cells]
    start = ((card.base + card.given_points) << fields.score) + (card.given_points << fields.known)
    always = rules.always << fields.rules
    if fields.is_split:
        return _tables(coding, points, start), _tables(coding, failing, always)
    return _tables(coding, [*points, *failing], start + always), None


def _tables(coding: Coding, parts: Sequence[CellBits], start: int) -> Tables:
    """Each part goes into the look-up of the pair of bytes that holds its inputs, or gets one of its own."""
    by_pair: dict[int, list[CellBits]] = {}
    across = []
    for part in parts:
        pairs = {coding.places[name].byte // 2 for name in part.names}
        if len(pairs) == 1:
            by_pair.setdefault(pairs.pop(), []).append(part)
        else:
            across.append((_steps(coding, part.names), part.bits))
    return Tables(
        start, tuple((at, _pair_table(coding, at, own)) for at, own in by_pair.items()), tuple(across)
    )


def _pair_table(coding: Coding, at: int, parts: Sequence[CellBits]) -> Bits:
    """What the inputs of two bytes give together, for every value of both; the first is the low byte."""
    sizes = coding.sizes[2 * at : 2 * at + 2]
    values = np.arange(MOST_CELLS * (sizes[1] if len(sizes) > 1 else 1))
    bytes_of = (values & (MOST_CELLS - 1), values >> 8)
    table = np.zeros(len(values), np.uint64)
    for part in parts:
        cells = np.zeros(len(values), np.intp)
        for byte, step in _steps(coding, part.names):
            cells += step[bytes_of[byte % 2]]
        table += part.bits[np.minimum(cells, len(part.bits) - 1)]
    return table


def _steps(coding: Coding, names: Sequence[str]) -> Steps:
    """By input its byte and, by value of that, its part of a place in a table; the last changes fastest."""
    found, step = [], 1
    for name in reversed(names):
        place = coding.places[name]
        found.append((place.byte, place.codes(BYTES) * step))
        step *= place.cells
    return tuple(found)


def by_byte(coding: Coding, values: Mapping[str, Sequence[int]]) -> list[tuple[int, npt.NDArray[np.int64]]]:
    """Numbers of cells of some inputs, added up by value of each byte that holds one of them."""
    found: dict[int, npt.NDArray[np.int64]] = {}
    for name, numbers in values.items():
        place = coding.places[name]
        table = np.array(numbers, np.int64)[place.codes(BYTES)]
        found[place.byte] = found.get(place.byte, 0) + table
    return list(found.items())


def by_key(values: npt.NDArray[Any], fields: Fields) -> npt.NDArray[Any]:
    """What a score gives, for every key of score and case."""
    return np.repeat(values, 1 << fields.score) << np.uint64(fields.rules)
