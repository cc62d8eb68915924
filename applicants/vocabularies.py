"""Codes and the words people read for them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from core.catalogues import get_catalogue


def validate_vocabularies(document: Any) -> list[str]:
    """Return what is wrong with a catalogue of vocabularies."""
    if not isinstance(document, Mapping):
        return ["vocabularies: a mapping of names is expected"]
    problems = []
    for name, codes in document.items():
        if not isinstance(codes, Mapping) or not codes:
            problems.append(f"{name}: a mapping of codes is expected")
            continue
        problems += [
            f"{name}.{code}: zh and en are expected"
            for code, words in codes.items()
            if not isinstance(words, Mapping) or not words.get("zh") or not words.get("en")
        ]
    return problems


def get_vocabularies() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Return every vocabulary of the newest catalogue: name, code, language."""
    vocabularies: Mapping[str, Mapping[str, Mapping[str, str]]] = get_catalogue("vocabularies").document
    return vocabularies


class ShownLabel:
    """A label that is put into the reader's language only when a message is read."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words

    def __str__(self) -> str:
        return self._words["en" if (get_language() or "zh").startswith("en") else "zh"]
