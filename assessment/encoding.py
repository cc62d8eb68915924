"""One encoder for a characteristic's bins; the single applicant and the book both use it.

Bins are closed on the right: a value falls into the first bin whose upper edge is not below it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from assessment.errors import InputError

Value = int | float | Decimal | str | bool | None
Line = tuple[str, tuple[float, ...], tuple[int, ...], Callable[[Value], int]]


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

    @cached_property
    def encode(self) -> Callable[[Value], int]:
        """Gives the position of the bin that holds a value; raises InputError for what no bin can hold."""
        # One function with all it needs at hand: every score calls it once for each characteristic.
        name, expectation = self.name, self.expectation
        states, edges, positions = self.states, self.edges, self.positions

        def encode(value: Value) -> int:
            kind = value.__class__
            if kind is str:
                position = states.get(value)  # type: ignore[arg-type]
                if position is None:
                    raise InputError(name, expectation)
                return position
            if not positions:
                raise InputError(name, expectation)
            if (kind is not int and kind is not float) or not 0 <= value < math.inf:  # type: ignore[operator]
                value = read_number(name, value, expectation)
            return positions[bisect_left(edges, value)]  # type: ignore[type-var]

        return encode

    @cached_property
    def line(self) -> Line:
        """Its name, edges, positions of numeric bins, and how to encode what is no whole number."""
        return self.name, self.edges, self.positions, self.encode

    @cached_property
    def expectation(self) -> str:
        """In words, what values this characteristic accepts."""
        states = ", ".join(self.states)
        if not self.positions:
            return f"one of {states}"
        return f"a number from 0 or {states}" if states else "a number from 0"


def encode_all(lines: Iterable[Line], facts: Mapping[str, Value]) -> tuple[int, ...]:
    """The bin of every characteristic, as each encodes it; KeyError for the first that facts lack."""
    # Most values are whole numbers: they take the short way, without a call for each.
    return tuple(
        [
            positions[bisect_left(edges, value)]  # type: ignore[type-var]
            if value.__class__ is int and value >= 0 and positions  # type: ignore[operator]
            else encode(value)
            for name, edges, positions, encode in lines
            for value in (facts[name],)
        ]
    )


def read_number(name: str, value: object, expected: str = "a number from 0", low: float = 0) -> int | float:
    """A finite number not below `low`; Decimals become the nearest float so that edges compare as written."""
    if value.__class__ is not int and value.__class__ is not float:
        if not isinstance(value, Decimal):
            raise InputError(name, expected)
        value = float(value) if value.is_finite() else math.nan
    if not low <= value < math.inf:  # type: ignore[operator]
        raise InputError(name, expected)
    return value  # type: ignore[return-value]
