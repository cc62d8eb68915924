"""Principal reasons of many rows, packed: one byte a reason, the first lowest.

Reasons from rules come from the row's pattern. Where the score decided, the gaps of a row are added up by
reason in numbers that sort as the single path does: by gap, then by the first characteristic in card order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assessment.book_coding import BookError, Codes
from assessment.book_columns import Book
from assessment.book_deciding import APPROVE, BLOCK, COUNTER, KINDER, Decided, Decider
from assessment.book_layout import Coding
from assessment.book_patterns import Pattern, PatternBook, reason_codes
from assessment.book_rules import Bits
from assessment.book_scratch import Scratch
from assessment.book_tables import by_byte
from assessment.policy import Policy
from assessment.reasons import CHANGE_CODE, MOST
from assessment.scoring import Scorecard

Keys = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]
BYTE = 8
NUMBER_BITS = 6
MOST_CHARACTERISTICS = 40
_FOUR = np.uint64((1 << BYTE * MOST) - 1)


class GapBook:
    """Gaps to the baseline by reason, as numbers that sort; the lowest bits say which reason it is."""

    def __init__(self, policy: Policy, card: Scorecard, coding: Coding) -> None:
        self.codes = tuple(dict.fromkeys(one.reason for one in card.used))
        if len(card.used) > MOST_CHARACTERISTICS or CHANGE_CODE in self.codes:
            raise BookError(
                f"{card.applicant}: at most {MOST_CHARACTERISTICS} characteristics,"
                f" none with the reason {CHANGE_CODE}"
            )
        best = {one.name: one.maximum for one in card.used}
        self._to_baseline = self._tables(card, coding, policy.baselines[card.applicant].points)
        self._to_best = self._tables(card, coding, best)

    def _tables(
        self, card: Scorecard, coding: Coding, compared: Mapping[str, int]
    ) -> list[list[tuple[int, Keys]]]:
        """By reason and byte: the gaps of its characteristics, above their places in card order."""
        keys: dict[str, dict[str, list[int]]] = {code: {} for code in self.codes}
        many = len(card.used)
        for at, one in enumerate(card.used):
            points = [one.points[one.encode(cell)] for cell in coding.coders[one.name].cells]
            gaps = [max(compared[one.name] - each, 0) for each in points]
            place = 1 << (many - 1 - at)
            keys[one.reason][one.name] = [
                ((gap << many) | place) << NUMBER_BITS if gap else 0 for gap in gaps
            ]
        return [by_byte(coding, members) for members in keys.values()]

    def gaps(self, codes: Codes) -> list[Keys]:
        """By reason the key of every row, 0 without a gap; to the best points where no gap is positive."""
        keys = self._sums(codes, self._to_baseline)
        without = np.flatnonzero(np.bitwise_or.reduce(keys) == 0)
        if len(without):
            for key, other in zip(keys, self._sums(codes[without], self._to_best), strict=True):
                key[without] = other
        for number, key in enumerate(keys, start=1):
            key += (key > 0) * np.int64(number)  # noqa: PLW2901  what is pushed down goes on
        return keys

    def _sums(self, codes: Codes, tables: Sequence[Sequence[tuple[int, Keys]]]) -> list[Keys]:
        sums = []
        for members in tables:
            total = np.zeros(len(codes), np.int64)
            for column, table in members:
                total += np.take(table, codes[:, column])
            sums.append(total)
        return sums


def rank(keys: Sequence[Keys], many: int) -> list[npt.NDArray[np.intp]]:
    """The numbers of the reasons with the largest gaps, largest first, 0 where there are no more."""
    best = [np.zeros(len(keys[0]), np.int64) for _ in range(many)]
    for key in keys:
        for at, held in enumerate(best):
            best[at] = np.maximum(held, key)
            key = np.minimum(held, key)  # noqa: PLW2901  what is pushed down goes on
    return [held & ((1 << NUMBER_BITS) - 1) for held in best]


@dataclass(frozen=True)
class _Drawn:
    """By pattern: packed reasons without gaps, how many they are, whether the score decided, what is told."""

    patterns: list[Pattern]
    words: Bits
    counts: Bits
    by_score: npt.NDArray[np.bool_]
    told: Keys


_NOTHING = _Drawn(
    [], np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0, np.bool_), np.empty(0, np.int64)
)


class ReasonBook:
    """Draws the reasons of the rows that are not approved, under one policy, market and context."""

    def __init__(self, decider: Decider) -> None:
        self._decider = decider
        self.codes = reason_codes(decider.policy, decider.coding.product)
        self._place = {code: at for at, code in enumerate(self.codes)}
        self._in_us = decider.context.us_reasons
        self._pattern_book = PatternBook(decider)
        self._gap_book = GapBook(decider.policy, decider.card, decider.coding)
        self._gap_codes = ("", *self._gap_book.codes)
        self._gap_places = np.array([self._place[code] for code in self._gap_codes], np.uint64)
        self._drawn = _NOTHING
        normal = decider.setting.market == "normal" or decider.context.maintenance
        self._normal = None if normal else Decider(decider.coding, decider.policy, "normal", decider.context)

    def draw(self, book: Book, decided: Decided, *, out: Bits) -> None:
        """Write the packed reasons of every row, 0 for the approved."""
        out.fill(0)
        rows = np.flatnonzero(decided.outcome != APPROVE)
        if len(rows):
            bits = np.take(decided.hits, rows)
            if self._normal is not None:
                self._find_kinder(self._normal, bits, book.take(rows), decided.take(rows))
            out[rows] = self._reasons(bits, book, rows)

    def _find_kinder(self, normal: Decider, bits: Bits, book: Book, decided: Decided) -> None:
        """Mark the rows for which a normal market would have been kinder."""
        scratch = Scratch(min(BLOCK, len(book)))
        for start in range(0, len(book), BLOCK):
            rows = slice(start, start + BLOCK)
            block = normal.decide(book, rows, scratch)
            now, high = decided.outcome[rows], decided.high[rows]
            more = (block.outcome == now) & (now == COUNTER) & (high >= 0) & (block.high > high)
            bits[rows] |= ((block.outcome > now) | more) * np.uint64(1 << KINDER)

    def _reasons(self, bits: Bits, book: Book, rows: Places) -> Bits:
        numbers, patterns = self._pattern_book.find(bits)
        drawn = self._drawn
        if drawn.patterns is not patterns or len(drawn.words) < len(patterns):
            drawn = self._drawn = self._draw_patterns(patterns)
        packed: Bits = np.take(drawn.words, numbers)
        scored = np.flatnonzero(np.take(drawn.by_score, numbers))
        if len(scored):
            keys = self._gap_book.gaps(np.take(book.codes, rows[scored], axis=0))
            fill = self._fill_in_us if self._in_us else self._fill
            packed[scored] = fill(keys, numbers[scored], drawn)
        return packed

    def _draw_patterns(self, patterns: list[Pattern]) -> _Drawn:
        """What is packed of all patterns; those that were packed before are kept."""
        before = self._drawn if self._drawn.patterns is patterns else _NOTHING
        new = patterns[len(before.words) :]
        reasons = [one.compose((), in_us=self._in_us) for one in new]
        told = [{*one.ordered, *own} for one, own in zip(new, reasons, strict=True)]
        masks = [sum(1 << at for at, code in enumerate(self._gap_codes) if code in one) for one in told]
        return _Drawn(
            patterns,
            np.append(before.words, np.array([self._pack(one) for one in reasons], np.uint64)),
            np.append(before.counts, np.array([len(one) for one in reasons], np.uint64)),
            np.append(before.by_score, np.array([one.by_score for one in new], np.bool_)),
            np.append(before.told, np.array(masks, np.int64)),
        )

    def _pack(self, reasons: Sequence[str]) -> int:
        return sum(self._place[code] << BYTE * at for at, code in enumerate(reasons))

    def _fill(self, keys: list[Keys], numbers: Places, drawn: _Drawn) -> Bits:
        """The largest gaps, without what rules have told, after the reasons from rules."""
        told = drawn.told[numbers]
        for number, key in enumerate(keys, start=1):
            np.copyto(key, 0, where=(told >> number & 1).astype(np.bool_))
        ranked = np.zeros(len(numbers), np.uint64)
        for at, found in enumerate(rank(keys, MOST)):
            ranked |= self._gap_places[found] << np.uint64(BYTE * at)
        # Four reasons leave no room: a shift by half the bits puts every gap above the four.
        ranked <<= drawn.counts[numbers] * np.uint64(BYTE)
        return (drawn.words[numbers] | ranked) & _FOUR

    def _fill_in_us(self, keys: list[Keys], numbers: Places, drawn: _Drawn) -> Bits:
        """As the single path ranks them, once for each pattern and order of gaps."""
        orders = np.stack(rank(keys, len(keys)), axis=1).astype(np.uint8)
        packed = np.empty(len(numbers), np.uint64)
        known: dict[tuple[int, bytes], int] = {}
        for row, (number, order) in enumerate(zip(numbers.tolist(), map(bytes, orders), strict=True)):
            found = known.get((number, order))
            if found is None:
                gaps = [self._gap_codes[at] for at in order if at]
                found = self._pack(drawn.patterns[number].compose(gaps, in_us=True))
                known[number, order] = found
            packed[row] = found
        return packed
