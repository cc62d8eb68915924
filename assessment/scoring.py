"""The score: 350 plus the points of every characteristic, and how much of it rests on known data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from operator import getitem
from typing import Any, NamedTuple

from assessment.encoding import Characteristic, Line, Value, encode_all
from assessment.errors import InputError

CONNECTIONS = "connections"
_KNOWN = 1 << 32
_PLAIN = frozenset({int, float, str, bool, type(None)})


class Score(NamedTuple):
    """A score with the bin of every used characteristic (card order) and the points that known data cover."""

    value: int
    codes: tuple[int, ...]
    known: int
    total: int

    @property
    def coverage(self) -> float:
        """Share of the points whose input is known and verified."""
        return self.known / self.total


@dataclass(frozen=True)
class Scorecard:
    """Characteristics in card order; dimensions in `given` are not used and give everybody their maximum."""

    applicant: str
    base: int
    dimensions: tuple[tuple[str, int], ...]
    characteristics: tuple[Characteristic, ...]
    given: frozenset[str] = frozenset()

    @cached_property
    def used(self) -> tuple[Characteristic, ...]:
        """The characteristics that are read."""
        return tuple(one for one in self.characteristics if one.dimension not in self.given)

    @cached_property
    def used_names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(one.name for one in self.used)

    @cached_property
    def shortfalls(self) -> tuple[tuple[str, str, str], ...]:
        """Of each: name, the reason that it gives where points are missing, and what could change that."""
        return tuple((one.name, one.reason, one.changes) for one in self.used)

    @cached_property
    def total(self) -> int:
        """The most points the card can give."""
        return sum(points for _, points in self.dimensions)

    @cached_property
    def given_points(self) -> int:
        """Points that everybody gets."""
        return sum(points for name, points in self.dimensions if name in self.given)

    @cached_property
    def by_name(self) -> Mapping[str, Characteristic]:
        """Characteristics by name."""
        return {one.name: one for one in self.characteristics}

    @cached_property
    def without_connections(self) -> Scorecard:
        """The same card where connections are not an input and everybody has their maximum."""
        if not any(name == CONNECTIONS for name, _ in self.dimensions):
            return self
        return Scorecard(
            self.applicant, self.base, self.dimensions, self.characteristics, self.given | {CONNECTIONS}
        )

    @cached_property
    def _lines(self) -> tuple[Line, ...]:
        return tuple(one.line for one in self.used)

    @cached_property
    def _points(self) -> tuple[tuple[int, ...], ...]:
        return tuple(one.points for one in self.used)

    @cached_property
    def _sums(self) -> tuple[tuple[int, ...], ...]:
        # Points and, above them, what known data cover: one addition a characteristic, as in the book.
        return tuple(
            tuple(points + known * _KNOWN for points, known in zip(one.points, one.known_points, strict=True))
            for one in self.used
        )

    def score(self, facts: Mapping[str, Value]) -> Score:
        """Score one applicant; raises InputError for a missing or impossible value."""
        try:
            codes = encode_all(self._lines, facts)
        except KeyError:
            missing = next(one for one in self.used if one.name not in facts)
            raise InputError(missing.name, f"a value (it is missing): {missing.expectation}") from None
        known, earned = divmod(sum(map(getitem, self._sums, codes)), _KNOWN)
        given = self.given_points
        return Score(self.base + given + earned, codes, given + known, self.total)

    def earned(self, score: Score) -> tuple[int, ...]:
        """Points of every used characteristic in card order."""
        return tuple(map(getitem, self._points, score.codes))

    def inputs(self, facts: Mapping[str, Value]) -> dict[str, Any]:
        """The facts as rules read what was scored: Decimals as the floats that the bins compare."""
        found: dict[str, Any] = {**facts}
        if not _PLAIN.issuperset(map(type, found.values())):
            scored = {name: found[name] for name in self.used_names}
            found |= {name: float(value) for name, value in scored.items() if isinstance(value, Decimal)}
        return found

    def dimension_points(self, score: Score) -> dict[str, int]:
        """Points of each dimension; with the base they add up to the score."""
        earned = {name: points if name in self.given else 0 for name, points in self.dimensions}
        for one, code in zip(self.used, score.codes, strict=True):
            earned[one.dimension] += one.points[code]
        return earned
