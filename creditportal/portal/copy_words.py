"""Codes of a copy as people read them: what a column may hold, what a catalogue calls it."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appeals.terms import list_extension_reasons, list_refusal_reasons
from appeals.timeline import TEXTS
from applicants.characteristics import get_dictionary
from applicants.showing import language_key, show_date, show_value
from applicants.sources import get_sources
from applicants.vocabularies import get_vocabularies
from core.catalogues import get_catalogue
from creditportal.portal.preferences import list_offered
from decisions.explaining import LANGUAGES
from decisions.reason_catalogue import get_reasons
from decisions.words import get_words
from evidence.catalogue import list_kinds
from notifications.kinds import Channel

FOR_MACHINES: Final = frozenset({
    "fact", "policy_hash", "next_at", "last_error", "context", "sheet_version", "client_id", "asked_by",
    "submitted_by", "result", "digest", "sha256", "parameters", "findings_version", "version", "sample_draw",
    "terms", "reruns", "sequence", "hash", "position", "actor", "attempts", "in_digest", "draft_zh",
    "draft_en", "countersign_reasons", "basis", "input_version", "display",
})  # fmt: skip
"""Only the file for machines has these: digests, counters, and the steps of a calculation."""
_NUMBER: Final = re.compile(r"-?\d+\.\d+")
_CHANNELS: Final[dict[str, Promise]] = {
    Channel.IN_APP: _("In your messages"), Channel.EMAIL: _("E-mail"), Channel.SMS: _("Text message"),
}  # fmt: skip
LOOKED_AT: Final[dict[str, Promise]] = {
    "IDENTITY": _("Your identity"), "SEARCH": _("A search for your ID number"),
    "LINK": _("A link you shared"), "COPY": _("A copy of your data"), "DECISION": _("A decision"),
    "DOCUMENT": _("A paper you sent"), "DISPUTE": _("A record you said is wrong"),
}  # fmt: skip
_LOOKS: Final[dict[str, Promise]] = LOOKED_AT | {
    "user": _("you, or a person who works here"), "helper": _("your helper"),
    "client": _("the lender's own computer"), "site": _("this site"), "visitor": _("somebody with the link"),
}  # fmt: skip
_LANGUAGES: Final = dict(zip(LANGUAGES, ("中文", "English"), strict=True))

_PLAIN: Final[dict[str, Mapping[str, Any]]] = {
    "language": _LANGUAGES, "channel": _CHANNELS, "what": _LOOKS, "who": _LOOKS,
    "event": {event.value: text for event, text in TEXTS.items()},
}  # fmt: skip


def say_code(name: str, code: str, columns: frozenset[str]) -> str:
    """Return what stands for a code in a column, in the language of the page; an unknown one as it is."""
    label = _choices(columns).get(name, {}).get(code)
    return str(label) if label is not None else _from_catalogues(name, code)


def say_fact(name: str, value: Any) -> str:
    """Return the value of an input with its unit; a copy holds numbers with decimals as texts."""
    known = get_dictionary().get(name)
    is_number = isinstance(value, str) and _NUMBER.fullmatch(value)
    return show_value(known, Decimal(value) if is_number else value, _language()) if known else str(value)


def say_facts(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return each fact that was used as one line: the input; its value, source and day."""
    dictionary, sources, language = get_dictionary(), get_sources(), _language()
    for name, fact in facts.items():
        label = dictionary[name].label[_key()] if name in dictionary else name
        known = sources.get(fact["source"])
        where = [known.label[_key()]] if known else []
        where += [show_date(fact["observed_on"], language)] if fact["observed_on"] else []
        value = say_fact(name, fact["value"])
        yield label, " \u00b7 ".join([value, *where])


def say_points(points: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return each input of a score with what it earned."""
    for name, line in points.items():
        known = get_dictionary().get(name)
        label = known.label[_key()] if known else name
        yield (
            label,
            gettext("%(points)s of %(most)s points") % {"points": line["points"], "most": line["max"]},
        )


def say_rules(rules: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Return each check with how it went."""
    words = get_words(_language())
    for rule in rules:
        label = words.say("rules", rule["id"]) if words.has("rules", rule["id"]) else rule["id"]
        yield label, words.say("rule_status", rule["status"])


def say_letter(body: str) -> Iterator[tuple[str, str]]:
    """Return what stands in a letter, part by part, in the language of the page."""
    texts = json.loads(body)
    written = texts.get(_language(), texts["en"])
    for part in [{"heading": written["title"], "lines": written["lead"]}, *written["parts"]]:
        rows = part.get("table", {}).get("rows", [])
        lines = [*part["lines"], *part.get("items", []), *(" | ".join(row) for row in rows)]
        yield part["heading"], "\n".join(lines)


def detail_label(name: str) -> str | None:
    """Return what a particular of a fact is called."""
    entry = get_vocabularies()["detail_keys"].get(name)
    return entry[_key()] if entry else None


@cache
def _choices(columns: frozenset[str]) -> Mapping[str, Mapping[str, Any]]:
    """The labels of the model whose columns these are: the one that shares most of them."""
    models = [
        {field.name: dict(field.flatchoices) for field in model._meta.fields} for model in apps.get_models()
    ]
    return max(models, key=lambda fields: (len(columns & fields.keys()), -len(fields)))


def _from_catalogues(name: str, code: str) -> str:
    key, words, products = _key(), get_words(_language()), get_catalogue("products").document
    named = _named(name)
    if code in named:
        return str(named[code])
    for section in ("tags", "markets"):
        if name == section[:-1] and words.has(section, code):
            return words.say(section, code)
    tables = [products["products"], products["methods"], *get_vocabularies().values()]
    return next((str(table[code][key]) for table in tables if code in table), code)


def _named(name: str) -> Mapping[str, Any]:
    """What the codes of a column of this name stand for."""
    key = _key()
    if name == "jurisdiction":
        return {code: one["name"][key] for code, one in get_catalogue("jurisdictions").document.items()}
    if name in ("code", "reason"):
        coded = [*list_refusal_reasons(), *list_extension_reasons()]
        return {one.code: one.text(_language()) for one in coded} | {
            code: one.document["title"][key] for code, one in get_reasons().items()
        }
    if name == "source":
        return {code: one.label[key] for code, one in get_sources().items()}
    if name in ("switched_off", "switched_on"):
        return list_offered()
    if name == "kind":
        return {one.code: one.labels[key] for one in list_kinds()}
    return _PLAIN.get(name, {})


def _language() -> str:
    return translation.get_language() or "zh-hans"


def _key() -> str:
    return language_key(_language())
