"""Two policies compared in words, in the language of the reader."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from applicants.characteristics import Characteristic, get_dictionary
from applicants.showing import show_value
from applicants.vocabularies import get_vocabularies
from assessment import Policy
from core.catalogues import get_catalogue
from decisions.policy_diff import Change, Path, find_changes
from decisions.policy_sentences import say_policy_text
from decisions.policy_words import OPERATORS, PARTS, SECTION_OF, SECTIONS, SILENT
from decisions.reason_catalogue import get_reasons
from decisions.words import Words, get_words


@dataclass(frozen=True)
class ChangeGroup:
    """What changed in one part of a policy, a sentence for each change."""

    title: str
    lines: tuple[str, ...]


def describe_changes(
    old: Policy, new: Policy, language: str, *, is_public: bool = False
) -> list[ChangeGroup]:
    """Return what the newer policy changes, grouped, in a language; nothing when they decide the same.

    In public without our own codes, and without what decides about nobody: who may sign, and what warns us.
    """
    with translation.override(language):
        reader = _Reader(language, is_public=is_public)
        groups: dict[str, list[str]] = {section: [] for section in SECTIONS}
        for change in find_changes(old, new):
            if is_public and change.path[0] in _INTERNAL:
                continue
            groups[SECTION_OF.get(change.path[0], "")].append(reader.sentence(change))
        return [
            ChangeGroup(str(SECTIONS[section]), tuple(lines)) for section, lines in groups.items() if lines
        ]


def describe_baseline(method: str, language: str) -> str:
    """What a person's points are compared with, in words."""
    with translation.override(language):
        return str(PARTS[method])


_INTERNAL: Final = frozenset({"delegation", "early_warning", "line_guards", "baseline"})
_WORDS: Final = (("routes", "short"), ("dimensions",), ("line_states",), ("caps",))
# A name of an input or of what a decision worked out; the operators are words of their own.
_NAME: Final = re.compile(r"(?<!')\b(?!(?:and|or|not|in|is)\b)[a-z][a-z0-9_]*\b(?!')")

_STATE: Final = re.compile(r"'(\w+)'")
_OPERATOR: Final = re.compile(r"is not None|is None|not in|[<>=!]=|[<>]|\b(?:and|or|not|in)\b")
_BETWEEN_CHARACTERS: Final = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


class _Reader:
    """Says where a change is and what it is."""

    def __init__(self, language: str, *, is_public: bool = False) -> None:
        self.is_public = is_public
        self.words: Words = get_words(language)
        self.dictionary: Mapping[str, Characteristic] = get_dictionary()
        catalogue, vocabularies = get_catalogue("products").document, get_vocabularies()
        self.products: Mapping[str, Any] = catalogue["products"]
        self.codes: tuple[Mapping[str, Any], ...] = (
            catalogue["methods"], vocabularies["purposes"], vocabularies["industries"],
            *(self.words.entries(*path) for path in _WORDS),
            {code: entry.document["title"] for code, entry in get_reasons().items()},
        )  # fmt: skip

    def sentence(self, change: Change) -> str:
        """One change in words."""
        values = {
            "what": self._place(change.path),
            "old": self._value(change.old, change.path),
            "new": self._value(change.new, change.path),
        }
        if change.old is None:
            return _("%(what)s: new, %(new)s") % values
        if change.new is None:
            return _("%(what)s: no longer there (was %(old)s)") % values
        return _("%(what)s: %(old)s becomes %(new)s") % values

    def _place(self, path: Path) -> str:
        """The names of the parts on the way; a rule and a bin have names of their own."""
        named = []
        for at, part in enumerate(path):
            above = path[at - 1] if at else ""
            if part in SILENT and at < len(path) - 1:
                continue
            named.append(self._bin(part, path[at - 2]) if above == "bins" else self._part(part, above))
        words = " \u00b7 ".join(named)
        return words[:1].upper() + words[1:]

    def _part(self, part: str, above: str) -> str:
        if above == "rules" and self.words.has("rules", part):
            said = self.words.say("rules", part)
            return said if self.is_public else f"{part} {said}"
        if above == "dimensions" and self.words.has("dimensions", part):
            return self.words.say("dimensions", part)
        if part in self.products:
            return str(self.products[part][self.words.key])
        if part in self.dictionary:
            return self.dictionary[part].label[self.words.key]
        return str(PARTS.get(part) or self._code(part))

    def _code(self, code: str) -> str:
        """What the catalogues call a code; a text that is none stands as it is."""
        return next((str(known[code][self.words.key]) for known in self.codes if code in known), code)

    def _bin(self, part: str, characteristic: str) -> str:
        kind, _space, value = part.partition(" ")
        if kind == "more":
            return _("above that")
        if kind == "max":
            return _("up to %(value)s") % {"value": value}
        known = self.dictionary.get(characteristic)
        return show_value(known, value, self.words.language) if known else self._part(value, "")

    def _expression(self, text: str) -> str:
        """A rule's test in words: the names of inputs, of their states, and how they are compared."""
        read = [self.dictionary[name] for name in _NAME.findall(text) if name in self.dictionary]
        states = {state: words[self.words.key] for one in read for state, words in one.values.items()}
        parts, at = [], 0
        for found in _OPERATOR.finditer(text):
            parts += [self._named(text[at : found.start()], states), str(OPERATORS[found[0]])]
            at = found.end()
        said = " ".join(part for part in (*parts, self._named(text[at:], states)) if part)
        return _BETWEEN_CHARACTERS.sub("", said)

    def _named(self, text: str, states: Mapping[str, str]) -> str:
        said = _NAME.sub(lambda found: self._part(found[0], ""), text.strip())
        return _STATE.sub(lambda found: states.get(found[1], found[1]), said)

    def _value(self, value: Any, path: Path) -> str:
        if value is None:
            return "--"
        if isinstance(value, Mapping):
            parts = (f"{self._part(key, '')} {self._inner(key, item, path)}" for key, item in value.items())
            return self.words.say("clause_separator").join(parts)
        if isinstance(value, Sequence) and not isinstance(value, str):
            return self.words.say("list_separator").join(self._value(item, ()) for item in value)
        if value == "all" and path[-1:] == ("applies",):
            return _("all applicants")
        if path[-2:-1] == ("bins",):
            return _("%(points)s points") % {"points": value}
        return self._expression(value) if path[-1:] == ("test",) else self._word(value)

    def _inner(self, key: str, item: Any, path: Path) -> str:
        """What stands under one name of a part that came or went as a whole."""
        if key != "bins":
            return self._value(item, (key,))
        bins = (f"{self._bin(name, path[-1])} {points}" for name, points in item.items())
        return self.words.say("list_separator").join(bins)

    def _word(self, value: object) -> str:
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, int) and value >= 1000:
            return f"{value:,}"
        return self._part(say_policy_text(str(value), self.words), "")
