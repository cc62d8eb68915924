"""Coding a book: each input as a small number, fine enough for bins and rules alike.

A coder cuts the numbers of an input wherever a bin ends or a rule tells two of them apart. All values of a
cell therefore get the same points and the same answers, so that tables over cells, filled by the single path
from one value of each, lose nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from assessment.encoding import Characteristic
from assessment.errors import AssessmentError, InputError
from assessment.inputs import read_input
from assessment.policy import REQUIRED, InputSpec, Policy, Rule

Codes = npt.NDArray[np.uint8]
OTHER_TEXT = "(any other)"
UNKNOWN_TEXT = "unknown"
PURPOSE, TERMS = "purpose", ("term_months", "term_days")
LOYALTY, GRADE = "on_time_instalments", "buyer_grade"
MOST_CELLS = 256


class BookError(AssessmentError):
    """A book or a policy that cannot be computed in bulk; the message names what stands in the way."""


BELOW, ABOVE = 0, 1
Cut = tuple[float, int]
_CUTS: Mapping[str, tuple[int, ...]] = {
    "<": (BELOW,), ">=": (BELOW,), "<=": (ABOVE,), ">": (ABOVE,), "==": (BELOW, ABOVE), "!=": (BELOW, ABOVE),
}  # fmt: skip


@dataclass(frozen=True)
class Coder:
    """How one input becomes a code: first its states, then the cells between its cuts.

    A cut (number, BELOW) parts what is less from the number itself, (number, ABOVE) the number from what is
    more; those of money are in fen, as the engine holds money.
    """

    name: str
    states: tuple[Any, ...]
    cuts: tuple[Cut, ...]
    numeric: bool
    spec: InputSpec | None = None
    one: Characteristic | None = None

    @cached_property
    def cells(self) -> tuple[Any, ...]:
        """One value of every cell, as rules and bins read it."""
        if not self.numeric:
            return self.states
        low = self.spec.low if self.spec is not None else 0
        if not self.cuts:
            return (*self.states, max(low, 0.0))
        number, side = self.cuts[0]
        found = [number if side == ABOVE else max(number - 1, (number + low) / 2, low)]
        for at, (number, side) in enumerate(self.cuts):
            following, above = self.cuts[at + 1] if at + 1 < len(self.cuts) else (number + 2, BELOW)
            if side == BELOW:
                found.append(number)
            else:
                found.append(following if above == ABOVE else (number + following) / 2)
        return (*self.states, *found)

    @cached_property
    def _places(self) -> dict[Any, int]:
        return {(state.__class__, state): at for at, state in enumerate(self.states)}

    @cached_property
    def _sides(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """The cuts below their number and those above it."""
        below, above = ([number for number, side in self.cuts if side == kind] for kind in (BELOW, ABOVE))
        return np.array(below, np.float64), np.array(above, np.float64)

    def _cell(self, numbers: Any) -> Any:
        below, above = self._sides
        return (
            len(self.states)
            + np.searchsorted(below, numbers, "right")
            + np.searchsorted(above, numbers, "left")
        )

    def code(self, value: Any) -> int:
        """The cell of one value; raises InputError for what no cell can hold."""
        value = self._checked(value)
        found = self._places.get((value.__class__, value))
        if found is not None:
            return found
        if not self.numeric:
            return self._places[str, OTHER_TEXT]
        return int(self._cell(value))

    def _checked(self, value: Any) -> Any:
        if self.one is not None:
            self.one.encode(value)
            return value if isinstance(value, str) else float(value)
        if self.spec is not None:
            value = None if value is None and self.spec.default is None else read_input(self.spec, value)
            if self.spec.kind == "event" and value not in (None, UNKNOWN_TEXT):
                return OTHER_TEXT
            return float(value) if self.numeric and not isinstance(value, str | None) else value
        if self.name in TERMS:
            if value.__class__ is not int or value not in self.states:
                raise InputError(self.name, f"one of {', '.join(str(term) for term in self.states)}")
        elif not isinstance(value, str):
            raise InputError(self.name, "a code")
        return value

    def encode(self, values: Sequence[Any] | npt.NDArray[Any]) -> Codes:
        """The cells of many values; raises InputError that names the first row which is wrong."""
        if isinstance(values, np.ndarray) and values.dtype.kind in "iuf" and self.numeric:
            return self._encode_numbers(values)
        known: dict[Any, int] = {}
        codes = np.empty(len(values), np.uint8)
        for row, value in enumerate(values.tolist() if isinstance(values, np.ndarray) else values):
            key = (value.__class__, value)
            found = known.get(key)
            if found is None:
                try:
                    found = known[key] = self.code(value)
                except InputError as error:
                    raise InputError(self.name, f"{error.expected} (row {row})") from None
            codes[row] = found
        return codes

    def _encode_numbers(self, values: npt.NDArray[Any]) -> Codes:
        wrong = ~(np.isfinite(values) & (values >= (self.spec.low if self.spec else 0)))
        if wrong.any():
            raise InputError(self.name, f"a number from 0 (row {int(np.argmax(wrong))})")
        scaled = np.rint(values * 100) if self.spec is not None and self.spec.kind == "money" else values
        codes: Codes = self._cell(scaled).astype(np.uint8)
        return codes


def make_coders(product: str, policies: Sequence[Policy]) -> dict[str, Coder]:
    """Coders that serve every one of the policies, by name of the input."""
    first = policies[0]
    cuts = _cuts(product, policies)
    card = first.scorecards[first.products[product].applicant]
    coders = {
        one.name: Coder(one.name, tuple(one.states), cuts.get(one.name, ()), bool(one.positions), one=one)
        for one in card.characteristics
    }
    for spec in first.setting(product, "normal").inputs:
        numeric = spec.kind in ("number", "money")
        texts = tuple(_texts(product, policies, spec))
        coders[spec.name] = Coder(spec.name, texts, cuts.get(spec.name, ()), numeric, spec=spec)
    purposes = {code for policy in policies for code in policy.allowed_purposes[product]}
    purposes |= _named_in_rules(PURPOSE, product, policies)
    named = (UNKNOWN_TEXT, *sorted(purposes - {UNKNOWN_TEXT}), OTHER_TEXT)
    coders[PURPOSE] = Coder(PURPOSE, named, (), numeric=False)
    term = TERMS[first.products[product].term_unit == "days"]
    coders[term] = Coder(term, first.products[product].terms, (), numeric=False)
    for coder in coders.values():
        if len(coder.cells) > MOST_CELLS:
            raise BookError(f"{coder.name}: more than {MOST_CELLS} cells")
    return coders


def _cuts(product: str, policies: Sequence[Policy]) -> Mapping[str, tuple[Cut, ...]]:
    """Per input every place at which a bin ends or a rule, or the loyalty step, tells numbers apart."""
    found: dict[str, set[Cut]] = {}
    for policy in policies:
        card = policy.scorecards[policy.products[product].applicant]
        for one in card.characteristics:
            found.setdefault(one.name, set()).update((edge, ABOVE) for edge in one.edges)
        found.setdefault(LOYALTY, set()).add((policy.pricing.loyalty_after, BELOW))
    for rule in rules_of(product, policies):
        for bound in rule.expression.bounds:
            if not isinstance(bound.limit, str):
                spec = policies[0].inputs.get(bound.name)
                is_money = spec is not None and spec.kind == "money"
                limit = round(bound.limit * 100) if is_money else bound.limit
                found.setdefault(bound.name, set()).update(
                    (float(limit), side) for side in _CUTS[bound.symbol]
                )
    return {name: tuple(sorted(cuts)) for name, cuts in found.items()}


def _texts(product: str, policies: Sequence[Policy], spec: InputSpec) -> list[Any]:
    """The cells of an input that are no numbers."""
    nothing = [None] if spec.default is None else []
    if spec.kind in ("number", "money"):
        return [UNKNOWN_TEXT, *nothing]
    if spec.kind == "flag":
        return [UNKNOWN_TEXT, True, False]
    if spec.kind == "event":
        return [UNKNOWN_TEXT, None, OTHER_TEXT]
    named = {code for policy in policies for code in policy.high_risk_industries} | spec.states
    named |= _named_in_rules(spec.name, product, policies)
    return [UNKNOWN_TEXT, *sorted(named - {UNKNOWN_TEXT}), OTHER_TEXT]


def rules_of(product: str, policies: Sequence[Policy]) -> list[Rule]:
    """The rules for a product of all the policies and of those before them."""
    every = [*policies, *(policy.predecessor for policy in policies if policy.predecessor)]
    return [rule for policy in every for rule in policy.rules if product in rule.products]


def _named_in_rules(name: str, product: str, policies: Sequence[Policy]) -> set[str]:
    rules = rules_of(product, policies)
    return {text for rule in rules if name in rule.expression.names for text in rule.expression.texts}


def column_of(spec: InputSpec, columns: Mapping[str, Any], rows: int) -> Any:
    """The column of an input, or its default for everybody."""
    if spec.name in columns:
        return columns[spec.name]
    if spec.default is REQUIRED:
        raise InputError(spec.name, "a column (it is missing)")
    return [spec.default] * rows
