"""Help as catalogue data: other ways to get there, what to do in hardship, and what our words mean."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from applicants.showing import language_key
from core.catalogues import get_catalogue, missing_keys
from decisions.catalogue_check import check_words

CATALOGUE: Final = "help"
_KEYS: Final = {"code", "products", "applicants", "reasons", "places", "title", "words", "how"}
_TEXTS: Final = ("title", "words", "how")


@dataclass(frozen=True)
class Alternative:
    """One other way: what it is, how to get it, and which of a decision's reasons it helps with."""

    code: str
    title: str
    words: str
    how: str
    helps_with: tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """One word of ours and what it means."""

    code: str
    term: str
    words: str


def list_alternatives(
    *, product: str, applicant: str, reasons: Collection[str] = (), place: str, language: str
) -> list[Alternative]:
    """Return what fits a product and an applicant of a place; what helps with the reasons comes first."""
    key = language_key(language)
    found = [
        Alternative(
            code=entry["code"],
            title=entry["title"][key],
            words=entry["words"][key],
            how=entry["how"][key],
            helps_with=tuple(code for code in reasons if code in entry["reasons"]),
        )
        for entry in _document()["alternatives"]
        if product in entry["products"]
        and applicant in entry["applicants"]
        and place in (entry["places"] or [place])
    ]
    if reasons:
        found = [one for one in found if one.helps_with] or found
    return sorted(found, key=lambda one: -len(one.helps_with))


def list_hardship_steps(language: str) -> list[str]:
    """Return the steps when repaying is hard, in order."""
    return [step[language_key(language)] for step in _document()["hardship"]]


def list_glossary(language: str) -> list[Term]:
    """Return our words with their meanings."""
    key = language_key(language)
    return [Term(row["code"], row["term"][key], row["words"][key]) for row in _document()["glossary"]]


def _document() -> Mapping[str, Any]:
    document: Mapping[str, Any] = get_catalogue(CATALOGUE).document
    return document


def validate_help(document: Any) -> list[str]:
    """Return what is wrong with a catalogue of help."""
    if not isinstance(document, Mapping) or {"alternatives", "hardship", "glossary"} - set(document):
        return ["help: alternatives, hardship and glossary are expected"]
    problems = []
    for entry in document["alternatives"]:
        where = f"help.{entry.get('code', '?')}"
        problems += missing_keys(entry, _KEYS, optional=set(), where=where)
    return problems or [found for place, words in _texts(document) for found in check_words(place, words)]


def _texts(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for entry in document["alternatives"]:
        yield from ((f"help.{entry['code']}.{name}", entry[name]) for name in _TEXTS)
    for at, step in enumerate(document["hardship"]):
        yield f"help.hardship[{at}]", step
    for row in document["glossary"]:
        yield from ((f"help.glossary.{row['code']}.{name}", row[name]) for name in ("term", "words"))
