"""The unified social credit code of a mainland company (GB 32100); pure."""

import re

from django.utils.translation import gettext_lazy as _

from core.errors import InputError
from core.identity import fold

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


class CompanyCodeError(InputError):
    """The text is not a unified social credit code."""

    code = "company-code"
    default_message = _("Please check the unified social credit code: it has 18 characters.")


def check_company_code(text: str) -> str:
    """Return the code a person meant, or raise CompanyCodeError."""
    number = fold(text).upper()
    if not re.fullmatch(rf"[{_ALPHABET}]{{18}}", number):
        raise CompanyCodeError
    if number[17] != company_check_character(number[:17]):
        raise CompanyCodeError(
            _("Please check the unified social credit code: its characters do not fit together.")
        )
    return number


def company_check_character(first_17: str) -> str:
    """Return the last character that belongs to the first 17 (weights are powers of 3, modulo 31)."""
    total = sum(weight * _ALPHABET.index(char) for weight, char in zip(_WEIGHTS, first_17, strict=True))
    return _ALPHABET[-total % 31]
