"""Where facts come from, and which sources may be read only with a consent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.catalogues import get_catalogue, missing_keys

VERIFIED_DOCUMENT = "verified_document"
# What a person told us, nobody else can confirm.
OWN_WORD = "applicant"


@dataclass(frozen=True)
class Source:
    """One source of facts; `basis` says why it needs no separate consent.

    A source that brings facts by itself may be quiet for `quiet_days`.
    """

    code: str
    needs_consent: bool
    carries_any: bool
    quiet_days: int | None
    label: Mapping[str, str]
    basis: Mapping[str, str]


def read_sources(document: Mapping[str, Any]) -> dict[str, Source]:
    """Return the sources of a catalogue document by code."""
    return {
        code: Source(
            code=code,
            needs_consent=entry["needs_consent"],
            carries_any=entry.get("any", False),
            quiet_days=entry.get("quiet_days"),
            label=entry["label"],
            basis=entry.get("basis", {}),
        )
        for code, entry in document.items()
    }


def validate_sources(document: Any) -> list[str]:
    """Return what is wrong with a catalogue of sources."""
    if not isinstance(document, Mapping) or not document:
        return ["sources: a mapping of codes is expected"]
    problems: list[str] = []
    for code, entry in document.items():
        if not isinstance(entry, Mapping):
            problems.append(f"{code}: a mapping is expected")
            continue
        optional = {"any", "quiet_days"} if entry.get("needs_consent") else {"any", "basis", "quiet_days"}
        problems += missing_keys(entry, {"needs_consent", "label"}, optional=optional, where=code)
        if entry.get("needs_consent") is False and "basis" not in entry:
            problems.append(f"{code}: without consent a basis is needed")
        if not _is_days(entry.get("quiet_days")):
            problems.append(f"{code}: quiet_days is a whole number of days from 1 on")
        problems += [
            f"{code}: label.{language} is missing"
            for language in ("zh", "en")
            if not (entry.get("label") or {}).get(language)
        ]
    return problems


def _is_days(value: object) -> bool:
    return value is None or (isinstance(value, int) and value > 0)


_read: dict[str, dict[str, Source]] = {}


def get_sources() -> dict[str, Source]:
    """Return the sources of the newest catalogue."""
    catalogue = get_catalogue("sources")
    if catalogue.content_hash not in _read:
        _read[catalogue.content_hash] = read_sources(catalogue.document)
    return _read[catalogue.content_hash]


def is_asked(code: str) -> bool:
    """Whether a source keeps records of its own, so that it is asked about a disputed one."""
    known = get_sources().get(code)
    return known is not None and not known.carries_any and code != OWN_WORD
