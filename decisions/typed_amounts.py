"""Amounts as people type them: separators, signs and full-width digits are read, nothing else is guessed."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

_LONGEST = 40


def read_amount(value: object) -> Decimal | None:
    """Return the amount with two decimals, or None where the text is no amount."""
    folded = unicodedata.normalize("NFKC", str(value)[:_LONGEST])
    try:
        amount = Decimal(re.sub(r"[\s,¥]", "", folded) or "x")
        return amount.quantize(Decimal("0.01")) if amount.is_finite() else None
    except InvalidOperation:
        return None
