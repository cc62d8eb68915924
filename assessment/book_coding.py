"""Coding a book: each input as one byte per applicant, fine enough for bins and rules alike.

A coder cuts the numbers of an input at every bin edge and at every number that a rule compares it with,
and keeps each such number as a cell of its own. All values of a cell therefore get the same points and the
same answers, so that tables over cells, filled by the single path from one representative, lose nothing.
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
MOST_CELLS = 256


class BookError(AssessmentError):
    """A book or a policy that cannot be computed in bulk; the message names what stands in the way."""


@dataclass(frozen=True)
class Coder:
    """How one input becomes a byte: first its states, then the cells between and on its breaks.

    `money` breaks are in fen, as the engine holds money.
    """

    name: str
    states: tuple[Any, ...]
    breaks: tuple[float, ...]
    numeric: bool
    spec: InputSpec | None = None
    one: Characteristic | None = None

    @cached_property
    def cells(self) -> tuple[Any, ...]:
        """One value of every cell, as rules and bins read it."""
        if not self.numeric:
            return self.states
        edges = self.breaks or (0.0,)
        below_zero = self.spec is not None and self.spec.low < 0
        found: list[Any] = [edges[0] / 2 if edges[0] > 0 else edges[0] - below_zero]
        for at, edge in enumerate(edges):
            following = edges[at + 1] if at + 1 < len(edges) else edge + 2
            found += [edge, (edge + following) / 2]
        return (*self.states, *found)

    @cached_property
    def _places(self) -> dict[Any, int]:
        return {(state.__class__, state): at for at, state in enumerate(self.states)}

    def code(self, value: Any) -> int:
        """The cell of one value; raises InputError for what no cell can hold."""
        value = self._checked(value)
        found = self._places.get((value.__class__, value))
        if found is not None:
            return found
        if not self.numeric:
            return self._places[(str, OTHER_TEXT)]
        edges = np.asarray(self.breaks or (0.0,))
        return len(self.states) + int(
            np.searchsorted(edges, value, "left") + np.searchsorted(edges, value, "right")
        )

    def _checked(self, value: Any) -> Any:
        if self.one is not None:
            self.one.encode(value)
            return value if isinstance(value, str) else float(value)
        if self.spec is not None:
            value = None if value is None and self.spec.default is None else read_input(self.spec, value)
            if self.spec.kind == "event" and value not in (None, UNKNOWN_TEXT):
                return OTHER_TEXT
            return float(value) if self.numeric and not isinstance(value, str | None) else value
        if not isinstance(value, str):
            raise InputError(self.name, "a code")
        return value

    def encode(self, values: Sequence[Any] | npt.NDArray[Any]) -> Codes:
        """The cells of many values; raises InputError that names the first row which is wrong."""
        if isinstance(values, np.ndarray) and values.dtype.kind in "iuf" and self.numeric:
            return self._encode_numbers(values)
        known: dict[Any, int] = {}
        codes = np.empty(len(values), np.uint8)
        for row, value in enumerate(values):
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
        edges = np.asarray(self.breaks or (0.0,))
        cells = np.searchsorted(edges, scaled, "left") + np.searchsorted(edges, scaled, "right")
        return (cells + len(self.states)).astype(np.uint8)


def make_coders(product: str, policies: Sequence[Policy]) -> dict[str, Coder]:
    """Coders that serve every one of the policies, by name of the input."""
    first = policies[0]
    breaks = _breaks(product, policies)
    card = first.scorecards[first.products[product].applicant]
    coders = {}
    for one in card.characteristics:
        states = dict.fromkeys(state for policy in policies for state in _states(policy, product, one.name))
        coders[one.name] = Coder(
            one.name, tuple(states), breaks.get(one.name, ()), bool(one.positions), one=one
        )
    for spec in first.setting(product, "normal").inputs:
        numeric = spec.kind in ("number", "money")
        texts = tuple(_texts(product, policies, spec))
        coders[spec.name] = Coder(spec.name, texts, breaks.get(spec.name, ()), numeric, spec=spec)
    purposes = {code for policy in policies for code in policy.allowed_purposes[product]}
    purposes |= _named_in_rules("purpose", product, policies)
    named = (UNKNOWN_TEXT, *sorted(purposes - {UNKNOWN_TEXT}), OTHER_TEXT)
    coders["purpose"] = Coder("purpose", named, (), numeric=False)
    for coder in coders.values():
        if len(coder.cells) > MOST_CELLS:
            raise BookError(f"{coder.name}: more than {MOST_CELLS} cells")
    return coders


def _states(policy: Policy, product: str, name: str) -> Sequence[str]:
    card = policy.scorecards[policy.products[product].applicant]
    if name not in card.by_name:
        raise BookError(f"{name}: policy {policy.version} does not know it")
    return list(card.by_name[name].states)


def _breaks(product: str, policies: Sequence[Policy]) -> Mapping[str, tuple[float, ...]]:
    """Per input every number at which a bin ends or that a rule, or the loyalty step, compares with."""
    found: dict[str, set[float]] = {}
    for policy in policies:
        card = policy.scorecards[policy.products[product].applicant]
        for one in card.characteristics:
            found.setdefault(one.name, set()).update(one.edges)
        found.setdefault("on_time_instalments", set()).add(policy.pricing.loyalty_after)
    for rule in _rules_of(product, policies):
        for bound in rule.expression.bounds:
            if not isinstance(bound.limit, str):
                spec = policies[0].inputs.get(bound.name)
                scale = 100 if spec is not None and spec.kind == "money" else 1
                found.setdefault(bound.name, set()).add(float(bound.limit * scale))
    return {name: tuple(sorted(values)) for name, values in found.items()}


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


def _rules_of(product: str, policies: Sequence[Policy]) -> list[Rule]:
    every = [*policies, *(policy.predecessor for policy in policies if policy.predecessor)]
    return [rule for policy in every for rule in policy.rules if product in rule.products]


def _named_in_rules(name: str, product: str, policies: Sequence[Policy]) -> set[str]:
    rules = _rules_of(product, policies)
    return {text for rule in rules if name in rule.expression.names for text in rule.expression.texts}


def column_of(spec: InputSpec, columns: Mapping[str, Any], rows: int) -> Any:
    """The column of an input, or its default for everybody."""
    if spec.name in columns:
        return columns[spec.name]
    if spec.default is REQUIRED:
        raise InputError(spec.name, "a column (it is missing)")
    return [spec.default] * rows
