"""Asking the source of a record whether it is right, behind one interface; a sandbox answers for tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from applicants.characteristics import get_dictionary
from applicants.models import SourceReply


@dataclass(frozen=True)
class Question:
    """One record of one person, as we hold it."""

    source: str
    characteristic: str
    value: object
    name: str
    id_number: str
    phone: str


@dataclass(frozen=True)
class Reply:
    """What the source says; where it corrects itself, the right value and since when."""

    kind: SourceReply
    value: object = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    observed_on: date | None = None


class RecordSource(Protocol):
    """Somebody who can ask the sources of our records."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def ask(self, question: Question) -> Reply:
        """Ask; it answers SILENT rather than raise when nobody can be reached."""
        ...


class Sandbox:
    """Answers by the end of the phone: 0004 corrects a number to its least, 0005 confirms; else silence."""

    name = "sandbox"

    def ask(self, question: Question) -> Reply:
        """Return a fixed answer, so that every ending can be tried."""
        least = get_dictionary()[question.characteristic].minimum
        if question.phone.endswith("0004") and least is not None:
            return Reply(SourceReply.CORRECTED, value=int(least))
        is_confirmed = question.phone.endswith("0005")
        return Reply(SourceReply.CONFIRMED if is_confirmed else SourceReply.SILENT)
