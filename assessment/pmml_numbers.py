"""Numbers of a PMML document as exact fractions: 0.1 + 0.2 is 0.3, and a tie is a tie.

The standard calls scores doubles. Every literal that a double can hold is taken, with the value that is
written and not the nearest binary one; what a double cannot hold is no number here.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

_LITERAL: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_LONGEST: Final = 400


def parse_number(text: str) -> Fraction | None:
    """The exact value of a literal; None for anything else, NaN and infinities among them."""
    text = text.strip()
    if len(text) > _LONGEST or not _LITERAL.fullmatch(text):
        return None
    return _within_double(text)


def read_number(value: object) -> Fraction | None:
    """The exact value of a JSON number (int, float or Decimal); None for anything else or not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, int):
        return Fraction(value) if fits_double(value) else None
    return parse_number(str(value))


def fits_double(value: int | Fraction) -> bool:
    """Whether a double can hold the size of this number."""
    try:
        float(value)
    except OverflowError:
        return False
    return True


def _within_double(text: str) -> Fraction | None:
    nearest = float(text)
    exact = Decimal(text)
    if math.isinf(nearest) or (nearest == 0 and exact != 0):
        return None
    return Fraction(exact)


def write_number(value: Fraction) -> str:
    """The shortest literal that reads back as exactly this number; it must have one."""
    if value.denominator == 1:
        return str(value.numerator)
    twos, fives, rest = 0, 0, value.denominator
    while rest % 2 == 0:
        twos, rest = twos + 1, rest // 2
    while rest % 5 == 0:
        fives, rest = fives + 1, rest // 5
    assert rest == 1, "numbers of a card were read from literals"
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def to_json_number(value: Fraction) -> int | float:
    """A whole number as one, else the nearest double."""
    return value.numerator if value.denominator == 1 else float(value)
