"""Amounts as people type them: separators, signs and full-width digits are read, nothing else is guessed."""

import re
import unicodedata
from decimal import Decimal
from typing import Final

_LONGEST: Final = 40
_AMOUNT: Final = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,2})?")


def read_amount(value: object) -> Decimal | None:
    """Return the amount with two decimals, or None where the text is no amount in yuan and fen."""
    typed = str(value).strip()
    if len(typed) > _LONGEST:
        return None
    folded = re.sub(r"[\s,¥]|\u5143$", "", unicodedata.normalize("NFKC", typed))
    return Decimal(folded).quantize(Decimal("0.01")) if _AMOUNT.fullmatch(folded) else None
