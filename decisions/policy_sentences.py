"""The policy's own sentences in the reader's language: known by their words, whatever their numbers are."""

import re
from typing import Final

from decisions.words import Words

_BRACE: Final = re.compile(r"\\\{(\w+)\\\}")
_PLACE: Final = "policy_sentences"


def say_policy_text(text: str, words: Words) -> str:
    """Return a sentence of a policy in the reader's language; one that nobody has translated stands."""
    for name, entry in words.entries(_PLACE).items():
        pattern = _BRACE.sub(r"(?P<\1>\\d[\\d.,]*)", re.escape(entry["en"]))
        found = re.fullmatch(pattern, text)
        if found:
            return words.say(_PLACE, name, **found.groupdict())
    return text
