"""What somebody typed, made fit to be kept: no control characters, not too long, nothing lost silently."""

import unicodedata
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.errors import InputError

NOTE_LENGTH: Final = 2_000
STATEMENT_LENGTH: Final = 5_000
LETTER_LENGTH: Final = 10_000
_TOO_LONG: Final = _("Please shorten this to at most %(limit)s characters. You have %(length)s.")
_UNREADABLE: Final = _("This contains characters that cannot be kept. Please type it again.")
_MISSING: Final = _("Please fill this in.")


def clean_text(text: str, *, field: str, limit: int, is_required: bool = False) -> str:
    """The text with plain line ends, trimmed; or InputError naming the field."""
    cleaned = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if any(_is_bad(character) for character in cleaned):
        raise InputError(fields={field: [_UNREADABLE]})
    if len(cleaned) > limit:
        raise InputError(fields={field: [_TOO_LONG % {"limit": limit, "length": len(cleaned)}]})
    if is_required and not cleaned:
        raise InputError(fields={field: [_MISSING]})
    return cleaned


def _is_bad(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t"
