"""What an explanation is worded from: catalogues, the decision's own policy, and formats of one language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from applicants.characteristics import Characteristic, get_dictionary
from applicants.showing import (
    show_amount,
    show_date,
    show_instant,
    show_money,
    show_month,
    show_number,
    show_value,
)
from applicants.sources import Source, get_sources
from applicants.vocabularies import get_vocabularies
from assessment import Policy
from core.catalogues import get_catalogue
from decisions.jurisdictions import Profile, get_profile
from decisions.models import Decision
from decisions.policies import compiled
from decisions.reason_catalogue import ReasonEntry, get_reasons
from decisions.words import Words, get_words


@dataclass(frozen=True)
class Material:
    """Everything that words one explanation."""

    words: Words
    reasons: Mapping[str, ReasonEntry]
    dictionary: Mapping[str, Characteristic]
    vocabularies: Mapping[str, Mapping[str, Mapping[str, str]]]
    sources: Mapping[str, Source]
    products: Mapping[str, Mapping[str, Mapping[str, str]]]
    profile: Profile
    policy: Policy

    @property
    def language(self) -> str:
        """The language of the explanation."""
        return self.words.language

    @property
    def key(self) -> str:
        """The catalogue's key of the language."""
        return self.words.key

    @property
    def rule_changes(self) -> Mapping[str, Mapping[str, str]]:
        """What the policy itself says about the rules that it changed."""
        words: Mapping[str, Mapping[str, str]] = self.policy.document.get("predecessor", {}).get("words", {})
        return words

    def date(self, day: str | None) -> str:
        """A day ready to show, or nothing."""
        return show_date(day, self.language) if day else ""

    def product(self, code: str) -> str:
        """The name of a product."""
        return self.products["products"][code][self.key]

    def method(self, code: str) -> str:
        """The name of a way of repaying."""
        return self.products["methods"].get(code, {}).get(self.key, code)

    def label(self, characteristic: str) -> str:
        """The label of a characteristic."""
        known = self.dictionary.get(characteristic)
        return known.label[self.key] if known else characteristic

    def value(self, characteristic: str, value: Any) -> str:
        """The value of a characteristic ready to show."""
        known = self.dictionary.get(characteristic)
        return show_value(known, value, self.language) if known else str(value)

    def source(self, code: str) -> str:
        """The name of a source, or nothing where there is none."""
        known = self.sources.get(code)
        return known.label[self.key] if known else ""

    def word(self, vocabulary: str, code: str) -> str:
        """The words of a code."""
        if vocabulary == "characteristics":
            return self.label(code)
        if vocabulary == "rule_changes" and code in self.rule_changes:
            return self.rule_changes[code][self.key]
        return self.vocabularies[vocabulary].get(code, {}).get(self.key, code)

    def parameter(self, kind: str, value: Any) -> str:
        """A parameter of a reason ready to stand in its text."""
        name, _, vocabulary = kind.partition(":")
        if name == "code":
            return self.word(vocabulary, str(value))
        if name == "codes":
            separator = "clause_separator" if vocabulary == "rule_changes" else "list_separator"
            return self.words.say(separator).join(self.word(vocabulary, code) for code in value)
        if name == "datetime":
            return show_instant(value, self.language, self.profile.zone)
        if name in ("date", "month"):
            return (show_date if name == "date" else show_month)(value, self.language)
        return _PLAIN[name](value)


_PLAIN: Mapping[str, Callable[[Any], str]] = {
    "integer": show_number,
    "number": show_number,
    "amount": show_amount,
    "money": show_money,
    "text": str,
}


def get_material(decision: Decision, language: str) -> Material:
    """Return what words this decision's explanation in a language."""
    return Material(
        words=get_words(language),
        reasons=get_reasons(),
        dictionary=get_dictionary(),
        vocabularies=get_vocabularies(),
        sources=get_sources(),
        products=get_catalogue("products").document,
        profile=get_profile(decision.request["context"]["jurisdiction"]),
        policy=compiled(decision.policy),
    )
