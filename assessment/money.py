"""Money inside the engine is whole fen (1/100 CNY), so that sums are exact; outside it is Decimal yuan."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

from assessment.errors import InputError

EXACT = Context(prec=50, rounding=ROUND_HALF_UP)
FEN = 100
_MOST = 10**15


def to_fen(name: str, value: object) -> int:
    """Fen of an amount in CNY, rounded half up; raises InputError for what is no amount from 0."""
    if value.__class__ is int:
        fen: int = value * 100  # type: ignore[operator]
    elif isinstance(value, Decimal) and value.is_finite():
        fen = round_half_up(EXACT.multiply(value, Decimal(100)))
    elif value.__class__ is float and math.isfinite(value):  # type: ignore[arg-type]
        fen = round_half_up(EXACT.multiply(Decimal(repr(value)), Decimal(100)))
    else:
        raise InputError(name, "an amount in CNY from 0")
    # What is less than nothing by a fraction of a fen is no amount either.
    if fen > _MOST or value < 0:  # type: ignore[operator]
        raise InputError(name, "an amount in CNY from 0")
    return fen


def round_half_up(value: Decimal) -> int:
    """The nearest whole number, halves upwards."""
    return int(value.to_integral_value(rounding=ROUND_HALF_UP))


def to_yuan(fen: int) -> Decimal:
    """Yuan with two decimals."""
    digits = tuple(int(digit) for digit in str(abs(fen)))
    return Decimal((int(fen < 0), digits, -2))
