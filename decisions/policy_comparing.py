"""Two policies compared in words, in the language of the reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from applicants.characteristics import Characteristic, get_dictionary
from assessment import Policy
from core.catalogues import get_catalogue
from decisions.policy_diff import Change, Path, find_changes
from decisions.policy_words import PARTS, SECTION_OF, SECTIONS, SILENT
from decisions.words import Words, get_words


@dataclass(frozen=True)
class ChangeGroup:
    """What changed in one part of a policy, a sentence for each change."""

    title: str
    lines: tuple[str, ...]


def describe_changes(old: Policy, new: Policy, language: str) -> list[ChangeGroup]:
    """Return what the newer policy changes, grouped, in a language; nothing when they decide the same."""
    with translation.override(language):
        reader = _Reader(language)
        groups: dict[str, list[str]] = {section: [] for section in SECTIONS}
        for change in find_changes(old, new):
            groups[SECTION_OF.get(change.path[0], "")].append(reader.sentence(change))
        return [
            ChangeGroup(str(SECTIONS[section]), tuple(lines)) for section, lines in groups.items() if lines
        ]


def describe_baseline(method: str, language: str) -> str:
    """What a person's points are compared with, in words."""
    with translation.override(language):
        return str(PARTS[method])


class _Reader:
    """Says where a change is and what it is."""

    def __init__(self, language: str) -> None:
        self.words: Words = get_words(language)
        self.dictionary: Mapping[str, Characteristic] = get_dictionary()
        self.products: Mapping[str, Any] = get_catalogue("products").document["products"]

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
            named.append(self._part(part, above))
        words = " \u00b7 ".join(named)
        return words[:1].upper() + words[1:]

    def _part(self, part: str, above: str) -> str:
        if above == "rules" and self.words.has("rules", part):
            return f"{part} {self.words.say('rules', part)}"
        if above == "dimensions" and self.words.has("dimensions", part):
            return self.words.say("dimensions", part)
        if above == "bins":
            return self._bin(part)
        if part in self.products:
            return str(self.products[part][self.words.key])
        if part in self.dictionary:
            return self.dictionary[part].label[self.words.key]
        return str(PARTS.get(part, part))

    def _bin(self, part: str) -> str:
        kind, _space, value = part.partition(" ")
        if kind == "more":
            return _("above that")
        if kind == "max":
            return _("up to %(value)s") % {"value": value}
        return value.replace("_", " ")

    def _value(self, value: Any, path: Path) -> str:
        if value is None:
            return "--"
        if isinstance(value, Mapping):
            parts = (f"{self._part(key, '')} {self._value(item, (key,))}" for key, item in value.items())
            return self.words.say("clause_separator").join(parts)
        if isinstance(value, Sequence) and not isinstance(value, str):
            return self.words.say("list_separator").join(self._value(item, ()) for item in value)
        if value == "all" and path[-1:] == ("applies",):
            return _("all applicants")
        if path[-2:-1] == ("bins",):
            return _("%(points)s points") % {"points": value}
        return self._word(value)

    def _word(self, value: object) -> str:
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, int) and value >= 1000:
            return f"{value:,}"
        text = str(value)
        return self._part(text, "")
