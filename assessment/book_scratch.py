"""Arithmetic on columns of money: quick in floating point, or whole in Python's numbers where that may err.

Quick arrays are used again for every block of rows, so that they stay in the processor's cache and no
memory is asked for and given back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from assessment.costs import SCALE

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint64]
Numbers = npt.NDArray[Any]
Table = tuple[Floats, Numbers]
ABSENT = float(2**62)
_ABSENT_BITS = int(np.float64(ABSENT).view(np.int64))
_FAR = 0.5 - 1e-5


class Scratch:
    """Columns of at most so many rows, handed out one after the other until it restarts."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._held: list[Floats] = []
        self._free: list[Floats] = []

    def restart(self) -> None:
        """Everything handed out may be used again."""
        self._free = list(self._held)

    def floats(self, count: int) -> Floats:
        """A column of any content."""
        if not self._free:
            self._free.append(np.empty(self._rows))
            self._held.append(self._free[0])
        return self._free.pop()[:count]

    def give_back(self, column: npt.NDArray[Any]) -> None:
        """Let a column be used again, soonest of all since the cache still holds it."""
        base = column.base
        assert isinstance(base, np.ndarray), "a column is part of one that was handed out"
        self._free.append(base)

    def bits(self, count: int) -> Bits:
        """The same for bits."""
        return self.floats(count).view(np.uint64)


class Quick:
    """Floating point, exact below 2**53; `doubtful` rows have a present value near a whole fen."""

    def __init__(self, scratch: Scratch, count: int) -> None:
        self._scratch, self._count = scratch, count
        self.doubtful: npt.NDArray[np.bool_] | None = None

    def doubt(self, rows: npt.NDArray[np.bool_]) -> None:
        """Mark rows whose amounts must be found in whole numbers."""
        if rows.any():
            self.doubtful = rows if self.doubtful is None else self.doubtful | rows

    def new(self) -> Floats:
        """A column of any content."""
        return self._scratch.floats(self._count)

    def copy(self, fen: npt.NDArray[np.int64]) -> Floats:
        """Stored amounts to calculate with."""
        found = self.new()
        np.copyto(found, fen)
        return found

    def take(self, table: Table, key: npt.NDArray[np.int64]) -> Floats:
        """What a table says of each key."""
        return np.take(table[0], key, out=self.new(), mode="clip")

    def down(self, fen: Floats, over: Any, under: int, *, into: Floats | None = None) -> Floats:
        """Fen times a ratio, rounded down; `into` is a column that is needed no more."""
        found = self.new() if into is None else into
        if not under & (under - 1):
            np.multiply(fen, over / under if isinstance(over, int) else over, out=found)
            if not isinstance(over, int) and under > 1:
                found *= 1 / under
        elif isinstance(over, int) and over == 1:
            np.divide(fen, under, out=found)
        else:
            np.multiply(fen, over, out=found)
            np.divide(found, under, out=found)
        return np.floor(found, out=found)

    def minus(self, left: Floats, right: Floats) -> Floats:
        """The difference, in the place of the left."""
        return np.subtract(left, right, out=left)

    def give_back(self, column: Floats) -> None:
        """Let a column be used again."""
        self._scratch.give_back(column)

    def worth(self, monthly: Floats, factors: Floats) -> Floats:
        """What is paid each month is worth today, rounded down, in the place of what is paid."""
        raw = np.multiply(monthly, factors, out=monthly)
        whole = np.floor(raw, out=self.new())
        raw -= whole
        raw -= 0.5
        far = np.abs(raw, out=raw)
        if far.max() > _FAR:
            self.doubt((far > _FAR) & ~((whole == 0) & (far == 0.5)))  # nothing a month is worth nothing
        self._scratch.give_back(raw)
        return whole

    def bar(self, caps: Sequence[Floats], fen: npt.NDArray[np.int64], instead: int) -> Floats:
        """Lift caps to about ABSENT where fen is -1, unknown; return the cap that holds there instead."""
        column = self.new()
        bits = np.right_shift(fen, 63, out=column.view(np.int64))
        bits &= _ABSENT_BITS
        for cap in caps:
            np.add(cap, column, out=cap)
        bits ^= _ABSENT_BITS
        column += instead
        return column


class Whole:
    """The same in Python's whole numbers."""

    def copy(self, fen: npt.NDArray[np.int64]) -> Numbers:
        """Stored amounts to calculate with."""
        return fen.astype(object)

    def take(self, table: Table, key: npt.NDArray[np.int64]) -> Numbers:
        """What a table says of each key."""
        found: Numbers = table[1][key]
        return found

    def down(self, fen: Numbers, over: Any, under: int, *, into: Numbers | None = None) -> Numbers:
        """Fen times a ratio, rounded down."""
        found: Numbers = fen * over // under
        return found

    def minus(self, left: Numbers, right: Numbers) -> Numbers:
        """The difference."""
        found: Numbers = left - right
        return found

    def give_back(self, column: Numbers) -> None:
        """Nothing: these columns are not used again."""

    def worth(self, monthly: Numbers, factors: Numbers) -> Numbers:
        """What is paid each month is worth today, rounded down."""
        found: Numbers = monthly * factors // SCALE
        return found

    def bar(self, caps: Sequence[Numbers], fen: npt.NDArray[np.int64], instead: int) -> Numbers:
        """Lift caps to ABSENT where fen is -1, unknown; return the cap that holds there instead."""
        for cap in caps:
            np.copyto(cap, ABSENT, where=fen < 0)
        return np.where(fen < 0, instead, ABSENT).astype(object)
