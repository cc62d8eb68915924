"""The sentences around a decision, from the catalogue of words."""

import re
from collections.abc import Mapping
from typing import Any

from applicants.showing import language_key
from core.catalogues import get_catalogue

_BRACE = re.compile(r"\{(\w+)\}")
# Chinese parts numbers and letters from words by a space, but never one Chinese word from another.
_STRAY = re.compile(r"(?<=[\u3400-\u9fff\uff08-\uff1f\u3002]) (?=[\u3400-\u9fff])")


class Words:
    """The catalogue of words in one language."""

    def __init__(self, document: Mapping[str, Any], language: str) -> None:
        self._document = document
        self.language = language
        self.key = language_key(language)

    def say(self, *path: str, **values: object) -> str:
        """Return the sentence at a path with its braces filled; a brace without a value raises KeyError."""
        entry: Any = self._document
        for name in path:
            entry = entry[name]
        return fill(entry[self.key], values)

    def has(self, *path: str) -> bool:
        """Whether there is anything at this path."""
        entry: Any = self._document
        for name in path:
            if not isinstance(entry, Mapping) or name not in entry:
                return False
            entry = entry[name]
        return True

    def entries(self, *path: str) -> Mapping[str, Mapping[str, str]]:
        """Return all entries at a path, each in both languages."""
        found: Any = self._document
        for name in path:
            found = found[name]
        return dict(found)


def fill(text: str, values: Mapping[str, object]) -> str:
    """Return the text with every brace filled; raises KeyError for one that has no value."""
    filled = _BRACE.sub(lambda match: str(values[match[1]]), text)
    return _STRAY.sub("", filled) if _STRAY.search(filled) else filled


def get_words(language: str) -> Words:
    """Return the newest catalogue of words in a language."""
    return Words(get_catalogue("words").document, language)


def list_braces(text: str) -> set[str]:
    """Return the names in braces of a text."""
    return set(_BRACE.findall(text))
