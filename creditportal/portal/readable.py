"""A copy of somebody's data in words: what each value is called, and the value as people write it."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from applicants.characteristics import get_dictionary
from applicants.showing import language_key, show_date
from creditportal.portal.copy_words import (
    FOR_MACHINES,
    detail_label,
    say_code,
    say_fact,
    say_facts,
    say_letter,
    say_points,
    say_rules,
)
from creditportal.portal.formatting import show_moment

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
NAMES: Final[dict[str, Promise]] = {
    "reference": _("Reference"), "name": _("Name"), "id_number": _("ID number"), "phone": _("Phone"),
    "bank_card": _("Bank card"), "birth_date": _("Date of birth"), "email": _("E-mail"),
    "account_since": _("Account since"), "created_at": _("Written down"), "kind": _("Kind"),
    "language": _("Language"), "jurisdiction": _("Country or region"), "is_sample": _("Sample data"),
    "person_decides_since": _("A person decides since"), "characteristic": _("Input"), "value": _("Value"),
    "detail": _("Particulars"), "source": _("Where from"), "observed_on": _("Date"),
    "recorded_at": _("Recorded"), "is_synthetic": _("Made up for the sample"),
    "evidence_reference": _("Paper"), "facts": _("Facts"), "updated_at": _("Last changed"),
    "given_at": _("Allowed"), "withdrawn_at": _("Taken back"), "about": _("About"),
    "subject_text": _("Subject"), "body_text": _("Text"), "deliveries": _("Ways it was sent"),
    "attempts": _("Tries"), "channel": _("Channel"), "in_digest": _("In a summary"), "sent_at": _("Sent on"),
    "state": _("State"), "read_at": _("Read"), "display_name": _("File name"), "issued_on": _("Issued"),
    "checked_at": _("Checked"), "seen_at": _("Opened"), "size_bytes": _("Size in bytes"),
    "media_type": _("File type"), "uploaded_at": _("Received"), "sha256": _("Digest of the file"),
    "amount_cny": _("Amount in yuan"), "product": _("Product"), "purpose": _("Purpose"),
    "method": _("Way of repaying"), "term_months": _("Months"), "term_days": _("Days"),
    "submitted_at": _("Sent in"), "submitted_by": _("Sent in by"), "decided_at": _("Decided"),
    "outcome": _("Outcome"), "score": _("Score"), "limit_cny": _("Limit in yuan"),
    "is_automatic": _("Decided without a person"), "engine_version": _("Engine"), "market": _("Market"),
    "policy_hash": _("Digest of the rules"), "reasons": _("Reasons"), "code": pgettext_lazy("data", "Code"),
    "position": _("Place"), "parameters": _("Numbers"), "request": _("Asked for"), "result": _("Result"),
    "statement": _("Your situation"), "late_reason": _("Why it was late"), "grounds": _("Contested reasons"),
    "claim": _("What is wrong"), "note": _("Note"), "papers": _("Papers"), "accepted": _("Accepted"),
    "findings": _("What was found"), "requests": _("Requests"), "request_items": _("What was asked"),
    "text": _("Text"), "answer": _("Answer"), "answered_at": _("Answered"), "asked_at": _("Asked"),
    "due_on": _("Due"), "due_at": _("Due"), "status": _("State"), "opened_at": _("Begun"),
    "saved_at": _("Saved"), "steps": _("Steps"), "event": _("What happened"), "at": _("When"),
    "actor": _("By whom"), "who": _("By whom"), "what": _("What"), "rulings": _("Rulings"),
    "lines": _("Lines"), "changes": _("Changes"), "total_cny": _("Total in yuan"), "reason": _("Reason"),
    "body": _("Text"), "verify_code": _("Check code"), "signed_by": _("Signed by"), "tag": _("What helps"),
    "how": _("How it was verified"), "booked_as": _("The lender's reference"),
    "effective_on": _("Takes effect on"), "letter_zh": _("Letter in Chinese"), "ruled_at": _("Decided"),
    "letter_en": _("Letter in English"), "acceptance": _("Taking the appeal in"), "law": _("Law"),
    "extensions": _("More time"), "pauses": _("Waiting times"), "remedies": _("Putting it right"),
    "stays": _("Line left as it was"), "confirmed_at": _("Confirmed"), "proposed_at": _("Proposed"),
    "settled_at": _("Settled"), "settled_by": _("Settled by"),
    "is_urgent": _("Urgent"), "firm": _("Firm"), "share_pct": _("Share in percent"),
    "role": _("Role"), "quiet_from": _("Quiet from"), "quiet_until": _("Quiet until"), "scope": _("How far"),
    "switched_off": _("Switched off"), "switched_on": _("Switched on"), "changed_at": _("Last changed"),
    "from_days": _("Days before"), "to_days": _("Days now"), "person_asked": _("A person was asked for"),
    "expires_at": _("Ends"), "revoked_at": _("Ended"), "taken_up_at": _("First used"),
    "version": _("Version"), "tier": _("Look"), "plan": _("Repayment plan"), "reply": _("Our reply"),
    "instalment_cny": _("Each instalment in yuan"), "interest_cny": _("Interest in yuan"),
}  # fmt: skip


def make_readable(copy: Mapping[str, Any]) -> dict[str, Any]:
    """Return the copy with every value as one line: what it is called, and what it is."""
    sections = [
        {"title": one["title"], "rows": [list(_lines(row)) for row in one["rows"]]}
        for one in copy["sections"]
    ]
    looks = [list(_lines(look)) for look in copy["looks"]]
    return {**copy, "sections": sections, "looks": looks, "made_at": show_moment(_instant(copy["made_at"]))}


def _lines(row: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        # A record may say that there is none of something.
        if value not in (None, "", [], {}) or (value == [] and name == "value"):
            yield from _column(name, value, row, f"{before}{_label(name)}")


def _column(name: str, value: Any, row: Mapping[str, Any], label: str) -> Iterator[tuple[str, str]]:
    if name in _WHOLE:
        yield from ((f"{label} \u00b7 {inner}", text) for inner, text in _WHOLE[name](value))
    elif name in FOR_MACHINES or (name == "kind" and "subject_text" in row):
        # A message says in its subject what it is about.
        return
    elif isinstance(value, Mapping):
        yield from _lines(value, f"{label} \u00b7 ")
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for number, item in enumerate(value, start=1):
            yield from _lines(item, f"{label} {number} \u00b7 ")
    elif name == "value" and "characteristic" in row:
        yield label, say_fact(row["characteristic"], value)
    else:
        yield label, _value(name, value, frozenset(row))


def _result(result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a result says of a person: the points of each input, and each check."""
    yield from say_points(result.get("points") or {})
    yield from say_rules(result.get("rules") or [])


def _label(name: str) -> str:
    dictionary = get_dictionary()
    if name in dictionary:
        return str(dictionary[name].label[language_key(translation.get_language() or "zh-hans")])
    if name in NAMES:
        return str(NAMES[name])
    return detail_label(name) or name.replace("_", " ")


def _value(name: str, value: object, columns: frozenset[str]) -> str:
    text = str(value)
    if isinstance(value, list):
        separator = "\u3001" if (translation.get_language() or "zh-hans").startswith("zh") else ", "
        return separator.join(_value(name, one, columns) for one in value)
    if isinstance(value, bool):
        text = gettext("Yes") if value else gettext("No")
    elif name == "characteristic":
        text = _label(text)
    elif _MOMENT.match(text):
        text = show_moment(_instant(text))
    elif _DAY.fullmatch(text):
        text = show_date(text, translation.get_language() or "zh-hans")
    else:
        text = say_code(name, text, columns)
    return text


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


_WHOLE: Final[dict[str, Callable[[Any], Iterator[tuple[str, str]]]]] = {
    "facts": say_facts, "result": _result, "body": say_letter,
}  # fmt: skip
