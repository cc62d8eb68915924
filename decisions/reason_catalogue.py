"""The reason catalogue: texts in two languages, their braces, and what may be contested."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.catalogues import get_catalogue

PARTS = ("title", "meaning", "data", "action")
UNKNOWN_FORM = "unknown"
_BRACE = re.compile(r"\{(\w+)\}")
Words = Mapping[str, str]


class UnfilledBraceError(Exception):
    """A reason text has a brace for which the decision has nothing."""


@dataclass(frozen=True)
class ReasonEntry:
    """One reason of the catalogue."""

    code: str
    document: Mapping[str, Any]

    @property
    def layer(self) -> str:
        """system, user or platform."""
        return str(self.document["layer"])

    @property
    def inputs(self) -> tuple[str, ...]:
        """The characteristics that the reason speaks of."""
        return tuple(self.document["inputs"])

    @property
    def contest(self) -> str:
        """facts, judgement or none."""
        return str(self.document["contest"])

    @property
    def evidence(self) -> tuple[str, ...]:
        """Codes of the evidence kinds that can move it."""
        return tuple(self.document["evidence"])

    @property
    def parameters(self) -> Mapping[str, str]:
        """Kind of each brace."""
        kinds: Mapping[str, str] = self.document.get("parameters", {})
        return kinds

    @property
    def profile_lines(self) -> Mapping[str, Mapping[str, str]]:
        """Sentences that only the law of a place adds, by part."""
        lines: Mapping[str, Mapping[str, str]] = self.document.get("profile_lines", {})
        return lines

    @property
    def forms(self) -> Mapping[str, Mapping[str, Words]]:
        """Other wordings by name."""
        forms: Mapping[str, Mapping[str, Words]] = self.document.get("forms", {})
        return forms

    def texts(self, form: str = "") -> dict[str, Words]:
        """The four parts in the wording of a form."""
        other: Mapping[str, Words] = self.forms[form] if form else {}
        return {part: other.get(part, self.document[part]) for part in PARTS}

    @cached_property
    def _braces(self) -> dict[str, frozenset[str]]:
        return {
            form: frozenset(
                name
                for words in self.texts(form).values()
                for text in words.values()
                for name in _BRACE.findall(text)
            )
            for form in ("", *self.forms)
        }

    def braces(self, form: str = "") -> frozenset[str]:
        """Every name that the texts of a form need."""
        return self._braces[form]

    def check_filled(self, parameters: Mapping[str, Any]) -> None:
        """Raise UnfilledBraceError when a brace of the form in use has no value."""
        form = parameters.get("form", "")
        if form and form not in self.forms:
            raise UnfilledBraceError(f"{self.code} has no form {form}")
        missing = sorted(name for name in self.braces(form) if parameters.get(name) in (None, "", []))
        if missing:
            raise UnfilledBraceError(f"{self.code}{'/' + form if form else ''}: {', '.join(missing)}")


def read_reasons(document: Any) -> dict[str, ReasonEntry]:
    """Return the reasons of a catalogue document by code."""
    return {entry["code"]: ReasonEntry(entry["code"], entry) for entry in document}


_read: dict[str, dict[str, ReasonEntry]] = {}


def get_reasons() -> dict[str, ReasonEntry]:
    """Return the reasons of the newest catalogue."""
    catalogue = get_catalogue("reasons")
    if catalogue.content_hash not in _read:
        _read[catalogue.content_hash] = read_reasons(catalogue.document)
    return _read[catalogue.content_hash]
