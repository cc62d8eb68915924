"""Numbers people are known by: resident IDs, bank cards, phones; read forgivingly, checked strictly; pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import phonenumbers
from django.utils.translation import gettext_lazy as _

from core.errors import InputError

CHINA: Final = ZoneInfo("Asia/Shanghai")
_OLDEST: Final = 120
_WEIGHTS: Final = tuple(2**place % 11 for place in range(17, 0, -1))
_CHECK_CHARACTERS: Final = "10X98765432"
# Signs that are not seen: a number copied on a phone is wrapped in them.
UNSEEN: Final = r"\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_UNSEEN: Final = re.compile(f"[{UNSEEN}]")
_GAPS: Final = re.compile(rf"[\s{UNSEEN}\-\u2010-\u2015\u2212.\u00b7]")


class IdNumberError(InputError):
    """The text is not a resident ID number."""

    code = "id-number"
    default_message = _("Please check the ID number: it has 18 characters, and the last may be X.")


class CardNumberError(InputError):
    """The text is not a bank card number."""

    code = "card-number"
    default_message = _("Please check the bank card number: it has 12 to 19 digits.")


class PhoneError(InputError):
    """The text is not a phone number."""

    code = "phone"
    default_message = _("Please check the phone number.")


@dataclass(frozen=True)
class IdNumber:
    """A resident ID number that passed every check, and what it says."""

    number: str
    birth_on: date


def fold(text: str) -> str:
    """Return the text with full-width characters made plain and all spaces, dashes and dots removed."""
    plain = unicodedata.normalize("NFKC", text)
    return _GAPS.sub("", plain)


def strip_unseen(text: str) -> str:
    """Return the text without the signs that nobody sees."""
    return _UNSEEN.sub("", text)


def check_id_number(text: str, *, today: date) -> IdNumber:
    """Return the resident ID number (GB 11643) a person meant, or raise IdNumberError."""
    number = fold(text).upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise IdNumberError
    birth_on = _birth_date(number[6:14])
    if not date(today.year - _OLDEST, 1, 1) <= birth_on <= today:
        raise IdNumberError(_("Please check the ID number: its date of birth is not possible."))
    if number[17] != check_character(number[:17]):
        raise IdNumberError(_("Please check the ID number: its characters do not fit together."))
    return IdNumber(number=number, birth_on=birth_on)


def check_character(first_17: str) -> str:
    """Return the last character that belongs to the first 17 digits (ISO 7064, MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def age_on(birth_on: date, day: date) -> int:
    """Return the age in full years on a day; somebody born on 29 February ages on 1 March in other years."""
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


def today_in_china(now: datetime) -> date:
    """Return the legal day in mainland China."""
    return now.astimezone(CHINA).date()


def check_card_number(text: str) -> str:
    """Return the digits of a bank card number that passes Luhn, or raise CardNumberError."""
    number = fold(text)
    if not re.fullmatch(r"[0-9]{12,19}", number):
        raise CardNumberError
    if not is_luhn(number) or set(number) == {"0"}:
        raise CardNumberError(_("Please check the bank card number: its digits do not fit together."))
    return number


def is_luhn(digits: str) -> bool:
    """Return whether the digits pass the Luhn check."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def check_phone(text: str, *, region: str = "CN") -> str:
    """Return the phone number in E.164 form, or raise PhoneError."""
    plain = unicodedata.normalize("NFKC", text)[:40]
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException as error:
        raise PhoneError from error
    if number.extension or not phonenumbers.is_valid_number(number):
        raise PhoneError
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _birth_date(text: str) -> date:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError as error:
        raise IdNumberError(_("Please check the ID number: its date of birth is not possible.")) from error
