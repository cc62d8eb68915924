"""One encoder for a characteristic's bins; the single applicant and the book both use it.

Bins are closed on the right: a value falls into the first bin whose upper edge is not below it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from assessment.errors import InputError

Value = int | float | Decimal | str | bool | None


@dataclass(frozen=True, slots=True)
class Bin:
    """One attribute of a characteristic: a named state, or the numbers up to and including `upper`."""

    points: int
    state: str | None = None
    upper: float | None = None
    known: bool = True
    counts_as: float | None = None


@dataclass(frozen=True)
class Characteristic:
    """One line of the scorecard: its bins in card order and what its points mean elsewhere."""

    name: str
    dimension: str
    reason: str
    changes: str
    bins: tuple[Bin, ...]

    @cached_property
    def states(self) -> Mapping[str, int]:
        """Position of each named state's bin."""
        return {one.state: at for at, one in enumerate(self.bins) if one.state is not None}

    @cached_property
    def edges(self) -> tuple[float, ...]:
        """Finite upper edges, rising."""
        return tuple(one.upper for one in self.bins if one.state is None and one.upper is not None)

    @cached_property
    def positions(self) -> tuple[int, ...]:
        """Position of each numeric bin among all bins; empty when only states are allowed."""
        return tuple(at for at, one in enumerate(self.bins) if one.state is None)

    @cached_property
    def points(self) -> tuple[int, ...]:
        """Points of each bin."""
        return tuple(one.points for one in self.bins)

    @cached_property
    def maximum(self) -> int:
        """The most points this characteristic can give."""
        return max(self.points)

    @cached_property
    def known_points(self) -> tuple[int, ...]:
        """Per bin, how many of the maximum points are covered by a known value."""
        return tuple(self.maximum if one.known else 0 for one in self.bins)

    def encode(self, value: Value) -> int:
        """The position of the bin that holds `value`; raises InputError for what no bin can hold."""
        if value.__class__ is str:
            position = self.states.get(value)  # type: ignore[arg-type]
            if position is None:
                raise InputError(self.name, self.expectation)
            return position
        if not self.positions:
            raise InputError(self.name, self.expectation)
        if (value.__class__ is not int and value.__class__ is not float) or not 0 <= value < math.inf:  # type: ignore[operator]
            value = read_number(self.name, value, self.expectation)
        return self.positions[bisect_left(self.edges, value)]  # type: ignore[type-var]

    @cached_property
    def expectation(self) -> str:
        """In words, what values this characteristic accepts."""
        states = ", ".join(self.states)
        if not self.positions:
            return f"one of {states}"
        return f"a number from 0 or {states}" if states else "a number from 0"


def read_number(name: str, value: object, expected: str = "a number from 0", low: float = 0) -> int | float:
    """A finite number not below `low`; Decimals become the nearest float so that edges compare as written."""
    if value.__class__ is not int and value.__class__ is not float:
        if not isinstance(value, Decimal):
            raise InputError(name, expected)
        value = float(value) if value.is_finite() else math.nan
    if not low <= value < math.inf:  # type: ignore[operator]
        raise InputError(name, expected)
    return value  # type: ignore[return-value]
