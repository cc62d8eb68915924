"""Fields of a PMML card: what the data dictionary declares, and how the mining schema treats each value.

DMG PMML 4.4, DataDictionary and MiningSchema. The order for one value: missing, then validity, then outliers,
then the replacement of what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from assessment.errors import PmmlError
from assessment.pmml_numbers import parse_number, read_number

Plain = Fraction | str | bool
NUMERIC: Final = frozenset({"integer", "float", "double"})
DATA_TYPES: Final = ("string", "integer", "float", "double", "boolean")
OPTYPES: Final = ("categorical", "ordinal", "continuous")
_INVALID: Final = object()
_EXPECTED: Final = {
    "string": "text", "integer": "a whole number", "float": "a number", "double": "a number",
    "boolean": "true or false",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DeclaredValue:
    """A value that the dictionary names; `prop` is valid, invalid or missing."""

    value: Plain
    display: str | None = None
    prop: str = "valid"


@dataclass(frozen=True, slots=True)
class Interval:
    """A range of valid numbers; a bound that is None is open without end."""

    closure: str
    left: Fraction | None
    right: Fraction | None

    def holds(self, value: Fraction) -> bool:
        """Whether the number lies inside."""
        if self.left is not None and (value < self.left or (value == self.left and self._is_open("open"))):
            return False
        if self.right is None:
            return True
        return value < self.right or (value == self.right and not self._is_open("Open"))

    def _is_open(self, side: str) -> bool:
        return self.closure.startswith(side) if side == "open" else self.closure.endswith(side)


@dataclass(frozen=True, slots=True)
class DataField:
    """One field of the data dictionary; `states` are numbers with a name, a remark of our own."""

    name: str
    optype: str
    data_type: str
    display: str | None = None
    values: tuple[DeclaredValue, ...] = ()
    intervals: tuple[Interval, ...] = ()
    states: tuple[tuple[str, Fraction], ...] = ()

    @property
    def named(self) -> dict[str, Plain]:
        """Values that a name stands for: states, and declared values with a display value."""
        return {**{one.display: one.value for one in self.values if one.display}, **dict(self.states)}

    @property
    def is_numeric(self) -> bool:
        """Whether its values are numbers."""
        return self.data_type in NUMERIC

    @property
    def valid_values(self) -> tuple[Plain, ...]:
        """The declared values that are valid, in document order."""
        return tuple(one.value for one in self.values if one.prop == "valid")

    def parse(self, text: str) -> Plain | None:
        """A literal of the document as a value of this field; None when it is none."""
        if self.data_type == "string":
            return text
        if self.data_type == "boolean":
            return {"true": True, "false": False}.get(text.strip())
        return parse_number(text)

    def type_of(self, value: object) -> Plain | object:
        """A JSON value as a value of this field; a text may name a value that is no text."""
        if self.data_type == "string":
            return value if isinstance(value, str) else _INVALID
        if isinstance(value, str):
            return self.named.get(value, _INVALID)
        if self.data_type == "boolean":
            return value if isinstance(value, bool) else _INVALID
        number = read_number(value)
        if number is None or (self.data_type == "integer" and number.denominator != 1):
            return _INVALID
        return number

    def has_property(self, value: Plain, prop: str) -> bool:
        """Whether the dictionary declares this value as missing or invalid."""
        return any(one.value == value and one.prop == prop for one in self.values)

    def is_valid(self, value: Plain, optype: str) -> bool:
        """Whether the dictionary allows the value; where it names none, all are allowed."""
        if self.has_property(value, "invalid"):
            return False
        valid = self.valid_values
        if optype != "continuous" or not self.intervals:
            return not valid or value in valid
        return value in valid or any(
            isinstance(value, Fraction) and one.holds(value) for one in self.intervals
        )


@dataclass(frozen=True, slots=True)
class MiningField:
    """How the model treats one field."""

    name: str
    usage: str = "active"
    optype: str | None = None
    importance: Fraction | None = None
    outliers: str = "asIs"
    low: Fraction | None = None
    high: Fraction | None = None
    missing_treatment: str | None = None
    missing_replacement: Plain | None = None
    invalid_treatment: str = "returnInvalid"
    invalid_replacement: Plain | None = None


@dataclass(frozen=True, slots=True)
class InputField:
    """An active field: its declaration and its treatment."""

    data: DataField
    mining: MiningField

    @property
    def optype(self) -> str:
        """The operational type; the mining schema may set another than the dictionary."""
        return self.mining.optype or self.data.optype

    def prepare(self, row: Mapping[str, object]) -> Plain | None:
        """The value that the card sees, None for missing; PmmlError names the field of a bad one."""
        given = row.get(self.data.name)
        _refuse_unreadable(self.data.name, given)
        value = None if given is None else self._check(given)
        if isinstance(value, Fraction):
            value = self._treat_outlier(value)
        if value is not None:
            return value
        if self.mining.missing_treatment == "returnInvalid":
            raise PmmlError(self.data.name, "the value is missing, and the card gives no result without it")
        return self.mining.missing_replacement

    def _check(self, given: object) -> Plain | None:
        value = self.data.type_of(given)
        is_typed = isinstance(value, Fraction | str | bool)
        if isinstance(value, Fraction | str | bool):
            if self.data.has_property(value, "missing"):
                return None
            if self.data.is_valid(value, self.optype):
                return value
        treatment = self.mining.invalid_treatment
        if treatment == "asMissing":
            return None
        if treatment == "asValue":
            return self.mining.invalid_replacement
        if treatment == "asIs" and isinstance(value, Fraction | str | bool):
            return value
        raise PmmlError(self.data.name, self._problem(is_typed=is_typed))

    def _problem(self, *, is_typed: bool) -> str:
        if not is_typed:
            return f"expected {_EXPECTED[self.data.data_type]}"
        return "the value is not among those that the card's data dictionary allows"

    def _treat_outlier(self, value: Fraction) -> Fraction | None:
        low, high = self.mining.low, self.mining.high
        if self.mining.outliers == "asIs" or self.optype != "continuous":
            return value
        if self.mining.outliers == "asExtremeValues":
            raised = value if low is None else max(value, low)
            return raised if high is None else min(raised, high)
        is_out = (low is not None and value < low) or (high is not None and value > high)
        return None if is_out else value


def _refuse_unreadable(name: str, given: object) -> None:
    """No treatment may turn NaN, an infinity or a number beyond a double into something."""
    if _is_number(given) and read_number(given) is None:
        raise PmmlError(name, "expected a finite number")
    if isinstance(given, list | dict):
        raise PmmlError(name, "expected one value, not a list or an object")


def _is_number(given: object) -> bool:
    return isinstance(given, int | float | Decimal) and not isinstance(given, bool)
