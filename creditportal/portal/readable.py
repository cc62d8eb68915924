"""A copy of somebody's data in words: what each value is called, and the value as people write it."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applicants.characteristics import Characteristic, get_dictionary
from applicants.showing import language_key
from applicants.sources import get_sources
from creditportal.portal.formatting import show_moment

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_SECONDS: Final = ("_at", "since", "until", "at")
NAMES: Final[dict[str, Promise]] = {
    "reference": _("Reference"), "name": _("Name"), "id_number": _("ID number"), "phone": _("Phone"),
    "bank_card": _("Bank card"), "birth_date": _("Date of birth"), "email": _("E-mail"),
    "account_since": _("Account since"), "created_at": _("Written down"), "kind": _("Kind"),
    "language": _("Language"), "jurisdiction": _("Country or region"), "is_sample": _("Sample data"),
    "person_decides_since": _("A person decides since"), "characteristic": _("Input"), "value": _("Value"),
    "detail": _("Particulars"), "source": _("Where from"), "observed_on": _("Date"),
    "recorded_at": _("Recorded"), "is_synthetic": _("Made up for the sample"),
    "evidence_reference": _("Paper"), "facts": _("Facts"), "updated_at": _("Changed"),
    "given_at": _("Allowed"), "withdrawn_at": _("Taken back"), "about": _("About"),
    "subject_text": _("Subject"), "body_text": _("Text"), "deliveries": _("Ways it was sent"),
    "attempts": _("Tries"), "channel": _("Channel"), "in_digest": _("In a summary"), "sent_at": _("Sent"),
    "state": _("State"), "read_at": _("Read"), "display_name": _("File name"), "issued_on": _("Issued"),
    "checked_at": _("Checked"), "seen_at": _("Opened"), "size_bytes": _("Size in bytes"),
    "media_type": _("File type"), "uploaded_at": _("Received"), "sha256": _("Digest of the file"),
    "amount_cny": _("Amount in yuan"), "product": _("Product"), "purpose": _("Purpose"),
    "method": _("Way of repaying"), "term_months": _("Months"), "term_days": _("Days"),
    "submitted_at": _("Sent in"), "submitted_by": _("Sent in by"), "decided_at": _("Decided"),
    "outcome": _("Outcome"), "score": _("Score"), "limit_cny": _("Limit in yuan"),
    "is_automatic": _("Decided without a person"), "engine_version": _("Engine"), "market": _("Market"),
    "policy_hash": _("Digest of the rules"), "reasons": _("Reasons"), "code": _("Code"),
    "position": _("Place"), "parameters": _("Numbers"), "request": _("Asked for"), "result": _("Result"),
    "statement": _("Your situation"), "late_reason": _("Why it was late"), "grounds": _("Contested reasons"),
    "claim": _("What is wrong"), "note": _("Note"), "papers": _("Papers"), "accepted": _("Accepted"),
    "findings": _("What was found"), "requests": _("Requests"), "request_items": _("What was asked"),
    "text": _("Text"), "answer": _("Answer"), "answered_at": _("Answered"), "asked_at": _("Asked"),
    "due_on": _("Due"), "due_at": _("Due"), "status": _("State"), "opened_at": _("Begun"),
    "saved_at": _("Saved"), "steps": _("Steps"), "event": _("What happened"), "at": _("When"),
    "actor": _("By whom"), "who": _("By whom"), "what": _("What"), "rulings": _("Rulings"),
    "lines": _("Lines"), "changes": _("Changes"), "total_cny": _("Total in yuan"), "reason": _("Reason"),
    "expires_at": _("Ends"), "revoked_at": _("Ended"), "version": _("Version"), "tier": _("Look"),
}  # fmt: skip


def make_readable(copy: Mapping[str, Any]) -> dict[str, Any]:
    """Return the copy with every value as one line: what it is called, and what it is."""
    dictionary = get_dictionary()
    sections = [
        {"title": one["title"], "rows": [list(_lines(row, dictionary)) for row in one["rows"]]}
        for one in copy["sections"]
    ]
    looks = [list(_lines(look, dictionary)) for look in copy["looks"]]
    return {**copy, "sections": sections, "looks": looks, "made_at": _value("at", copy["made_at"], {})}


def _lines(
    row: Mapping[str, Any], dictionary: Mapping[str, Characteristic], before: str = ""
) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        label = f"{before}{_label(name, dictionary)}"
        if isinstance(value, Mapping) and value:
            yield from _lines(value, dictionary, f"{label} \u00b7 ")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, item in enumerate(value, start=1):
                yield from _lines(item, dictionary, f"{label} {number} \u00b7 ")
        elif value not in (None, "", [], {}):
            yield label, _value(name, value, dictionary)


def _label(name: str, dictionary: Mapping[str, Characteristic]) -> str:
    if name in dictionary:
        return str(dictionary[name].label[_key()])
    return str(NAMES[name]) if name in NAMES else name.replace("_", " ")


def _value(name: str, value: object, dictionary: Mapping[str, Characteristic]) -> str:
    text = str(value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if name == "characteristic" and text in dictionary:
        return str(dictionary[text].label[_key()])
    if name == "source" and text in get_sources():
        return str(get_sources()[text].label[_key()])
    if name.endswith(_SECONDS) and _MOMENT.match(text):
        return show_moment(datetime.fromisoformat(text))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return text


def _key() -> str:
    return language_key(translation.get_language() or "zh-hans")
