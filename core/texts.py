"""What somebody typed, made fit to be kept: no control characters, not too long, nothing lost silently."""

import re
import unicodedata
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import InputError

REASON_LENGTH: Final = 300
NOTE_LENGTH: Final = 2_000
STATEMENT_LENGTH: Final = 5_000
LETTER_LENGTH: Final = 10_000
_TURNING: Final = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_TOO_LONG: Final = _("Please shorten this to at most %(limit)s characters. You have %(length)s.")
UNREADABLE: Final = _("This contains characters that cannot be kept. Please type it again.")
_MISSING: Final = _("Please fill this in.")
_OPEN_PLACE: Final = _("The letter still has an empty place in braces. Fill it in or take it out.")
_NO_REASON: Final = _("Give a reason.")


def clean_text(text: str, *, field: str, limit: int, is_required: bool = False) -> str:
    """The text with plain line ends, trimmed; or InputError naming the field.

    Marks that turn the direction of what stands beside the text are taken out; they say nothing themselves.
    """
    cleaned = _TURNING.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if any(_is_bad(character) for character in cleaned):
        raise InputError(fields={field: [UNREADABLE]})
    if len(cleaned) > limit:
        raise InputError(fields={field: [_TOO_LONG % {"limit": limit, "length": len(cleaned)}]})
    if is_required and not cleaned:
        raise InputError(fields={field: [_MISSING]})
    return cleaned


def clean_letters(*, letter_zh: str, letter_en: str) -> dict[str, str]:
    """A letter in both languages as it is kept; or InputError where it is empty or a place is still open."""
    typed = {"letter_zh": letter_zh, "letter_en": letter_en}
    letters = {
        name: clean_text(text, field=name, limit=LETTER_LENGTH, is_required=True)
        for name, text in typed.items()
    }
    if open_places := [name for name, text in letters.items() if set("{}") & set(text)]:
        raise InputError(fields={name: [_OPEN_PLACE] for name in open_places})
    return letters


def check_reason(reason: str, *, limit: int = REASON_LENGTH) -> str:
    """The reason as it is kept; or InputError when there is none or it cannot be kept whole."""
    cleaned = clean_text(reason, field="reason", limit=limit)
    if not cleaned:
        raise InputError(fields={"reason": [_NO_REASON]})
    return cleaned


def reason_problems(reason: str, *, limit: int = REASON_LENGTH) -> dict[str, list[str | Promise]]:
    """What is wrong with a reason by field, to be told with what else is wrong; empty when nothing is."""
    try:
        check_reason(reason, limit=limit)
    except InputError as error:
        return {field: [*messages] for field, messages in error.fields.items()}
    return {}


def _is_bad(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t"
