"""The catalogue of letters: heads, parts and their conditions, filled for one language."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.conf import settings

from applicants.models import Applicant
from applicants.showing import language_key, show_date
from applicants.terms import today_of
from core.catalogues import get_catalogue
from decisions.catalogue_check import check_words
from decisions.jurisdictions import Profile
from decisions.words import fill

CATALOGUE: Final = "letters"
PARTS: Final = (
    "decided", "decided_by", "reasons", "score", "sources", "next_steps", "contest", "free_report", "meaning",
    "outside", "fairness", "debt_advice", "stamps", "language",
)  # fmt: skip
_FIELDS: Final = {"zh", "en", "when", "exact"}
_SECTIONS: Final = {
    "lender", "bureaus", "titles", "head", "notice", "cost", "card", "appeal", "not_accepted", "extension",
    "holding",
}  # fmt: skip
Part = dict[str, Any]


def letters() -> Mapping[str, Any]:
    """Return the newest catalogue of letters."""
    document: Mapping[str, Any] = get_catalogue(CATALOGUE).document
    return document


def say(words: Mapping[str, str], language: str, values: Mapping[str, object]) -> str:
    """Return a text in one language with its braces filled; a brace without a value raises KeyError."""
    return fill(words[language_key(language)], values)


def say_reason(reason: Mapping[str, Any], language: str) -> str:
    """Return a reason as one line: what it is, number and limit, where the data come from and their day."""
    document = letters()
    line = say(document["reason_item"], language, reason)
    days = list(dict.fromkeys(fact["observed_on"] for fact in reason["facts"] if fact["observed_on"]))
    if not days:
        return line
    separator = "" if language_key(language) == "zh" else " "
    shown = document["list_separator"][language_key(language)].join(days)
    return f"{line}{separator}{say(document['reason_days'], language, {'days': shown})}"


def reply_days(profile: Profile) -> dict[str, object]:
    """Return how long answers to wishes and complaints take in a place; None where it does not say."""
    asked, complaint = (profile.document.get(name, {}) for name in ("reasons_on_request", "complaint_days"))
    return {
        "ask_days": asked.get("request_within_days"),
        "reasons_days": asked.get("answer_within_days"),
        "regulator_days": profile.number("regulator_complaint_days"),
        "complaint_days": complaint.get("first"),
        "complaint_longest": complaint.get("maximum"),
        "complaint_weeks": complaint.get("final_response_weeks"),
    }


def frame(
    *, applicant: Applicant, reference: str, title: str, lead: Sequence[str], language: str, now: datetime
) -> Part:
    """Return what stands around the parts of every letter."""
    key, document = language_key(language), letters()
    head = document["head"]
    return {
        "title": title,
        "lead": list(lead),
        "sender": document["lender"]["name"][key],
        "address": document["lender"]["address"][key],
        "to": fill(head["to"][key], {"name": applicant.name}),
        "sent_on": show_date(today_of(applicant, now), language),
        "footer": fill(head["footer"][key], {"reference": reference}),
        "verify_label": head["verify_label"][key],
        "verify_how": fill(head["verify_how"][key], {"url": f"{settings.SITE_URL}/verify/"}),
        "parts": [],
    }


def fill_part(
    entry: Mapping[str, Any],
    *,
    language: str,
    flags: Collection[str],
    values: Mapping[str, object],
    items: Sequence[str] = (),
    table: Mapping[str, Any] | None = None,
) -> Part:
    """Return one part: its heading, the lines whose conditions hold, and its list or table."""
    return {
        "id": entry["id"],
        "heading": say(entry["heading"], language, {}),
        "lines": [say(line, language, values) for line in entry.get("lines", ()) if _holds(line, flags)],
        "items": list(items),
        "table": dict(table or {}),
    }


def _holds(line: Mapping[str, Any], flags: Collection[str]) -> bool:
    return all(
        (name[1:] not in flags) if name.startswith("!") else (name in flags) for name in line.get("when", ())
    )


def validate_letters(document: Any) -> list[str]:
    """Return what is wrong with a catalogue of letters: parts missing, a language missing, wording."""
    if not isinstance(document, Mapping):
        return ["letters: a mapping is expected"]
    problems = [f"letters.{name} is missing" for name in sorted(_SECTIONS - set(document))]
    problems += [
        f"{place}: {name!r} is no field; are there quotes around a text with a comma?"
        for place, words in _texts(document, "letters")
        for name in sorted(set(words) - _FIELDS, key=str)
    ]
    present = [str(entry.get("id")) for entry in document.get("notice", [])]
    if tuple(present) != PARTS:
        problems.append(f"letters.notice: these parts in this order are expected: {', '.join(PARTS)}")
    return problems + [
        found for place, words in _texts(document, "letters") for found in _check(place, words)
    ]


def _check(place: str, words: Mapping[str, Any]) -> list[str]:
    if isinstance(words["zh"], list):
        return [] if len(words["zh"]) == len(words["en"]) else [f"{place}: the columns differ"]
    return check_words(place, {key: words[key] for key in ("zh", "en")})


def _texts(node: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every text in two languages with its place."""
    if isinstance(node, Mapping):
        if {"zh", "en"} <= set(node):
            yield place, node
            return
        for name, item in node.items():
            yield from _texts(item, f"{place}.{name}")
    elif isinstance(node, list):
        for at, item in enumerate(node):
            yield from _texts(item, f"{place}[{at}]")
