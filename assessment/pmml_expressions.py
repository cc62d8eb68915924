"""Expressions of a ComplexPartialScore: constants, fields, and arithmetic from a short list of functions.

DMG PMML 4.4, Transformations and Functions. Arithmetic is exact; roots, logarithms and powers are those of
double precision. A missing argument makes the result missing, except that min, max, sum, avg, median and
product leave it out. What has no value (a division by zero) gives no result, unless the Apply says
invalidValueTreatment="asMissing".
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NamedTuple

from assessment.errors import PmmlError
from assessment.pmml_numbers import fits_double
from assessment.pmml_predicates import Values

_EXACT_POWER: Final = 12


class Function(NamedTuple):
    """A function that may be applied: fewest and most arguments, and whether it leaves out missing ones."""

    fewest: int
    most: int
    compute: Callable[[Sequence[Fraction]], Fraction]
    is_aggregate: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """A number."""

    value: Fraction
    data_type: str | None = None

    def evaluate(self, values: Values) -> Fraction | None:
        """The number."""
        return self.value


@dataclass(frozen=True, slots=True)
class FieldRef:
    """The value of a numeric field."""

    field: str
    map_missing_to: Fraction | None = None

    def evaluate(self, values: Values) -> Fraction | None:
        """The field's number, or what stands for a missing one."""
        value = values[self.field]
        return value if isinstance(value, Fraction) else self.map_missing_to


@dataclass(frozen=True, slots=True)
class Apply:
    """A function of other expressions."""

    function: str
    arguments: tuple[Expression, ...]
    map_missing_to: Fraction | None = None
    default: Fraction | None = None
    invalid_treatment: str = "returnInvalid"
    place: str = field(default="", compare=False)

    def evaluate(self, values: Values) -> Fraction | None:
        """The result, None for missing; PmmlError names this element where there is no value."""
        known = FUNCTIONS[self.function]
        given = [one.evaluate(values) for one in self.arguments]
        present = [one for one in given if one is not None]
        if len(present) < len(given) and self.map_missing_to is not None:
            return self.map_missing_to
        if not present or (len(present) < len(given) and not known.is_aggregate):
            return self.default
        result = _compute(known, present)
        if result is None and self.invalid_treatment == "returnInvalid":
            raise PmmlError(self.place, f"the function {self.function} has no value for these arguments")
        return self.default if result is None else result


Expression = Constant | FieldRef | Apply


def _compute(known: Function, arguments: Sequence[Fraction]) -> Fraction | None:
    try:
        result = known.compute(arguments)
    except (ArithmeticError, ValueError):
        return None
    return result if fits_double(result) else None


def _of_doubles(compute: Callable[..., float]) -> Callable[[Sequence[Fraction]], Fraction]:
    return lambda arguments: Fraction(compute(*map(float, arguments)))


def _power(arguments: Sequence[Fraction]) -> Fraction:
    base, exponent = arguments
    if exponent.denominator == 1 and abs(exponent) <= _EXACT_POWER:
        return Fraction(base**exponent.numerator)
    return Fraction(math.pow(base, exponent))


def _subtract(arguments: Sequence[Fraction]) -> Fraction:
    return arguments[0] - arguments[-1] if len(arguments) > 1 else -arguments[0]


def _sum(arguments: Sequence[Fraction]) -> Fraction:
    return sum(arguments, Fraction(0))


_MANY: Final = 1000
FUNCTIONS: Final[Mapping[str, Function]] = {
    "+": Function(1, 2, _sum),
    "-": Function(1, 2, _subtract),
    "*": Function(2, 2, lambda of: of[0] * of[1]),
    "/": Function(2, 2, lambda of: of[0] / of[1]),
    "min": Function(1, _MANY, min, is_aggregate=True),
    "max": Function(1, _MANY, max, is_aggregate=True),
    "sum": Function(1, _MANY, _sum, is_aggregate=True),
    "avg": Function(1, _MANY, lambda of: _sum(of) / len(of), is_aggregate=True),
    "median": Function(1, _MANY, statistics.median, is_aggregate=True),
    "product": Function(1, _MANY, lambda of: math.prod(of, start=Fraction(1)), is_aggregate=True),
    "abs": Function(1, 1, lambda of: abs(of[0])),
    "floor": Function(1, 1, lambda of: Fraction(math.floor(of[0]))),
    "ceil": Function(1, 1, lambda of: Fraction(math.ceil(of[0]))),
    # Halves go up, as in the standard's example 1.5 -> 2 and -1.5 -> -1.
    "round": Function(1, 1, lambda of: Fraction(math.floor(of[0] + Fraction(1, 2)))),
    "rint": Function(1, 1, lambda of: Fraction(round(of[0]))),
    "modulo": Function(2, 2, lambda of: of[0] % of[1]),
    "threshold": Function(2, 2, lambda of: Fraction(of[0] > of[1])),
    "pow": Function(2, 2, _power),
    "sqrt": Function(1, 1, _of_doubles(math.sqrt)),
    "exp": Function(1, 1, _of_doubles(math.exp)),
    "ln": Function(1, 1, _of_doubles(math.log)),
    "log10": Function(1, 1, _of_doubles(math.log10)),
}
