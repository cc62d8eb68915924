"""Reading the inputs of one assessment: every value is checked before anything is computed from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessment.encoding import Value, read_number
from assessment.errors import InputError
from assessment.expression_tests import UNKNOWN_TEXT
from assessment.money import to_fen
from assessment.policy import REQUIRED, InputSpec, Product, Setting


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: an amount in CNY over months, or over days for a receivable."""

    product: str
    amount: Decimal | int
    term_months: int | None = None
    purpose: str = UNKNOWN_TEXT
    method: str | None = None
    term_days: int | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a decision: our own exposure, the law's cap, maintenance, and the profile's switches."""

    portfolio_exposure_pct: float | Decimal | str = 0
    regulatory_cap: Decimal | int | None = None
    maintenance: bool = False
    connections_dimension: bool = True
    us_reasons: bool = False


def check_request(request: Request, product: Product) -> int:
    """The amount in fen; raises InputError for an amount, term or method that the product does not have."""
    fen = to_fen("amount", request.amount)
    if fen < product.minimum * 100:
        raise InputError("amount", f"at least {product.minimum} CNY")
    name, term = (
        ("term_days", request.term_days)
        if product.term_unit == "days"
        else ("term_months", request.term_months)
    )
    if term not in product.terms or term.__class__ is not int:
        raise InputError(name, f"one of {', '.join(str(term) for term in product.terms)}")
    if request.method is not None and request.method not in product.methods:
        raise InputError("method", f"one of {', '.join(product.methods)}")
    if not isinstance(request.purpose, str):
        raise InputError("purpose", "a code")
    return fen


def read_inputs(setting: Setting, facts: Mapping[str, Value], values: dict[str, Any]) -> None:
    """Write the inputs besides the scorecard to `values`: money in fen, all else as it is."""
    for spec in setting.inputs:
        value: Any = facts.get(spec.name, spec.default)
        if value is None and spec.default is None:
            values[spec.name] = None
        elif value is REQUIRED:
            raise InputError(spec.name, f"a value (it is missing): {_EXPECTED[spec.kind]}")
        else:
            values[spec.name] = _READERS[spec.kind](spec, value)


def read_input(spec: InputSpec, value: Any) -> Any:
    """One input as the engine holds it; raises InputError when it is none."""
    return _READERS[spec.kind](spec, value)


def _number(spec: InputSpec, value: Any) -> Any:
    if value.__class__ is int and value >= spec.low:
        return value
    if value == UNKNOWN_TEXT:
        return value
    return read_number(spec.name, value, _EXPECTED["number"], spec.low)


def _money(spec: InputSpec, value: Any) -> Any:
    return value if value == UNKNOWN_TEXT else to_fen(spec.name, value)


def _flag(spec: InputSpec, value: Any) -> Any:
    if value.__class__ is not bool and value != UNKNOWN_TEXT:
        raise InputError(spec.name, _EXPECTED["flag"])
    return value


def _text(spec: InputSpec, value: Any) -> Any:
    if value.__class__ is not str or not value:
        raise InputError(spec.name, _EXPECTED["text"])
    if spec.states and value not in spec.states and value != UNKNOWN_TEXT:
        raise InputError(spec.name, f"one of {', '.join(sorted(spec.states))}")
    return value


def _event(spec: InputSpec, value: Any) -> Any:
    if value is not None and (value.__class__ is not str or not value):
        raise InputError(spec.name, _EXPECTED["event"])
    return value


_READERS = {"number": _number, "money": _money, "flag": _flag, "text": _text, "event": _event}
_EXPECTED = {
    "number": "a number from 0 or unknown",
    "money": "an amount in CNY from 0 or unknown",
    "flag": "true, false or unknown",
    "text": "a code or unknown",
    "event": "nothing, a code or unknown",
}
