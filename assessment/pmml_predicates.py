"""Predicates in three values: true, false, and None for unknown where a value is missing.

DMG PMML 4.4, TreeModel, "PREDICATE"; a Scorecard's Attribute takes the same group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from assessment.errors import PmmlError
from assessment.pmml_fields import Plain

Values = Mapping[str, Plain | None]
MISSING_OPERATORS: Final = ("isMissing", "isNotMissing")
ORDER_OPERATORS: Final = ("lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual")
OPERATORS: Final = ("equal", "notEqual", *ORDER_OPERATORS, *MISSING_OPERATORS)
CONNECTIVES: Final = ("and", "or", "xor", "surrogate")
SET_OPERATORS: Final = ("isIn", "isNotIn")


@dataclass(frozen=True, slots=True)
class Simple:
    """One field against one value; `order` ranks the values of an ordinal field that declares them."""

    field: str
    operator: str
    value: Plain | None = None
    order: tuple[Plain, ...] = ()

    def test(self, values: Values) -> bool | None:
        """True, false, or None where the value is missing."""
        given = values[self.field]
        if self.operator == "isMissing":
            return given is None
        if self.operator == "isNotMissing":
            return given is not None
        if given is None:
            return None
        if self.operator == "equal":
            return given == self.value
        if self.operator == "notEqual":
            return given != self.value
        return _compare(self.operator, self._rank(given), self._rank(self.value))

    def _rank(self, value: Plain | None) -> Fraction:
        if not self.order:
            assert isinstance(value, Fraction), "the reader takes an order only of numbers or declared values"
            return value
        if value not in self.order:
            raise PmmlError(self.field, "the value has no place in the order of the data dictionary")
        return Fraction(self.order.index(value))


def _compare(operator: str, given: Fraction, value: Fraction) -> bool:
    if operator == "lessThan":
        return given < value
    if operator == "lessOrEqual":
        return given <= value
    return given > value if operator == "greaterThan" else given >= value


@dataclass(frozen=True, slots=True)
class InSet:
    """One field against a set of values."""

    field: str
    operator: str
    members: tuple[Plain, ...]

    def test(self, values: Values) -> bool | None:
        """True, false, or None where the value is missing."""
        given = values[self.field]
        if given is None:
            return None
        return (given in self.members) is (self.operator == "isIn")


@dataclass(frozen=True, slots=True)
class Always:
    """True or False, whatever the values are."""

    outcome: bool

    def test(self, values: Values) -> bool | None:
        """The same for every row."""
        return self.outcome


@dataclass(frozen=True, slots=True)
class Compound:
    """Predicates joined by and, or, xor, or surrogate (the first that is known)."""

    connective: str
    parts: tuple[Predicate, ...]

    def test(self, values: Values) -> bool | None:
        """True, false, or None by Kleene's three-valued logic; xor is unknown where any part is."""
        if self.connective == "surrogate":
            return self._surrogate(values)
        results = [part.test(values) for part in self.parts]
        if self.connective == "and" and False in results:
            return False
        if self.connective == "or" and True in results:
            return True
        if None in results:
            return None
        return results.count(True) % 2 == 1 if self.connective == "xor" else self.connective == "and"

    def _surrogate(self, values: Values) -> bool | None:
        for part in self.parts:
            result = part.test(values)
            if result is not None:
                return result
        return None


Predicate = Simple | InSet | Always | Compound


def fields_of(predicate: Predicate) -> tuple[str, ...]:
    """The fields that a predicate reads, each once, in document order."""
    if isinstance(predicate, Compound):
        return tuple(dict.fromkeys(name for part in predicate.parts for name in fields_of(part)))
    return () if isinstance(predicate, Always) else (predicate.field,)
