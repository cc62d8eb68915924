"""Arithmetic on columns of money: quick in floating point, or whole in Python's numbers where that may err.

Quick arrays are used again for every block of rows, so that they stay in the processor's cache and no
memory is asked for and given back.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from assessment.costs import SCALE

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint64]
Numbers = npt.NDArray[Any]
Table = tuple[Floats, Numbers]
ABSENT = float(2**62)
_USUAL = 14


class Scratch:
    """Columns of at most so many rows, handed out one after the other until it restarts.

    They stand in one piece of memory, which the system gives in large pages where it can.
    """

    def __init__(self, rows: int) -> None:
        self._columns = {_address(column): column for column in np.empty((_USUAL, rows))}
        self._rows = rows
        self.restart()

    def restart(self) -> None:
        """Everything handed out may be used again."""
        self._free = list(self._columns.values())

    def floats(self, count: int) -> Floats:
        """A column of any content."""
        if not self._free:
            column = np.empty(self._rows)
            self._columns[_address(column)] = column
            self._free.append(column)
        return self._free.pop()[:count]

    def give_back(self, column: npt.NDArray[Any]) -> None:
        """Let a column be used again, soonest of all since the cache still holds it."""
        self._free.append(self._columns[_address(column)])

    def bits(self, count: int) -> Bits:
        """The same for bits."""
        return self.floats(count).view(np.uint64)


def _address(column: npt.NDArray[Any]) -> int:
    """Where a column begins in memory, whatever part or view of it this is."""
    found: int = column.__array_interface__["data"][0]
    return found


class Quick:
    """Floating point, exact below 2**53; `doubtful` rows have a present value near what it is rounded to."""

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
        else:
            np.multiply(fen, over, out=found)
            np.divide(found, under, out=found)
        return found if isinstance(over, int) and under == 1 else np.floor(found, out=found)

    def minus(self, left: Floats, right: Floats) -> Floats:
        """The difference, in the place of the left."""
        return np.subtract(left, right, out=left)

    def give_back(self, column: Floats) -> None:
        """Let a column be used again."""
        self._scratch.give_back(column)

    def worth(self, monthly: Floats, factors: Floats) -> Floats:
        """What is paid each month is worth today, not yet rounded, in the place of what is paid."""
        return np.multiply(monthly, factors, out=monthly)

    def floor(self, column: Floats, near: float) -> Floats:
        """A column rounded down; what comes so near a whole number is in doubt. The column is used up."""
        whole = np.floor(column, out=self.new())
        column -= whole
        if column.min() < near or column.max() > 1 - near:
            self.doubt((column < near) | (column > 1 - near))
        self._scratch.give_back(column)
        return whole


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
