"""Amounts as people type them: separators, signs and full-width digits are read, nothing else is guessed."""

import re
import unicodedata
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.identity import UNSEEN

_LONGEST: Final = 40
_AMOUNT: Final = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,2})?")
_TOO_FINE: Final = re.compile(r"[0-9]+\.[0-9]{3,}")
_GAPS: Final = re.compile(rf"[\s,\u00a5{UNSEEN}]|\u5143[{UNSEEN}]*$")


def read_amount(value: object) -> Decimal | None:
    """Return the amount with two decimals, or None where the text is no amount in yuan and fen."""
    typed = str(value).strip()
    if len(typed) > _LONGEST:
        return None
    folded = _fold(typed)
    return Decimal(folded).quantize(Decimal("0.01")) if _AMOUNT.fullmatch(folded) else None


def say_unread(value: object) -> str | Promise:
    """Return why a text is no amount, and what to type."""
    if _TOO_FINE.fullmatch(_fold(str(value)[:_LONGEST])):
        return _("Enter an amount with at most two decimals, such as 8,000.55.")
    return _("Enter an amount in yuan, such as 20,000.")


def _fold(typed: str) -> str:
    return _GAPS.sub("", unicodedata.normalize("NFKC", typed))
