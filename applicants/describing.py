"""The facts held about an applicant, ready to show on the profile page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from applicants.characteristics import Characteristic, get_dictionary
from applicants.consents import usable_sources
from applicants.dispute_marks import marked_disputes, open_disputes
from applicants.facts import get_sheet
from applicants.models import Applicant, Fact
from applicants.showing import language_key, show_date, show_value
from applicants.sources import get_sources
from applicants.statements import statements_of
from applicants.usable import usable_facts


@dataclass(frozen=True)
class SheetRow:
    """One fact in words; without a source nothing usable is held."""

    characteristic: str
    label: str
    value: str
    source: str
    source_label: str
    observed_on: str
    is_known: bool
    is_synthetic: bool


def describe_sheet(applicant: Applicant, language: str, now: datetime) -> list[SheetRow]:
    """Return every characteristic that applies, in the order of the dictionary."""
    key = language_key(language)
    sources = get_sources()
    dictionary = get_dictionary()
    rows = []
    for name, entry in usable_facts(applicant, now).items():
        characteristic = dictionary[name]
        source = sources.get(entry["source"])
        rows.append(
            SheetRow(
                characteristic=name,
                label=characteristic.label[key],
                value=show_value(characteristic, entry["value"], language),
                source=source.code if source else "",
                source_label=source.label[key] if source else "",
                observed_on=show_date(entry["observed_on"], language) if entry["observed_on"] else "",
                is_known=source is not None,
                is_synthetic=bool(entry.get("is_synthetic")),
            )
        )
    return rows


@dataclass(frozen=True)
class HeldRecord:
    """One record as it is held: in words, where from, whether it may be used now, whether it is disputed.

    `noted`: the dispute that could not be settled, where this very record was disputed. `statement`: what the
    person says beside it.
    """

    characteristic: str
    label: str
    value: str
    source: str
    source_label: str
    observed_on: str
    is_used: bool
    dispute: str
    noted: str = ""
    statement: str = ""


def describe_held(applicant: Applicant, language: str) -> list[HeldRecord]:
    """Return every record on the sheet, also those whose source may not be used at the moment."""
    allowed, (disputed, noted) = usable_sources(applicant), marked_disputes(applicant)
    facts, dictionary, said = get_sheet(applicant).facts, get_dictionary(), statements_of(applicant)
    return [
        replace(
            _held(dictionary[name], facts[name], allowed, disputed.get(name, ""), language),
            noted=noted.get(facts[name].get("fact"), ""),
            statement=said.get(name, ""),
        )
        for name in dictionary
        if name in facts
    ]


def describe_record(applicant: Applicant, characteristic: str, language: str) -> HeldRecord | None:
    """Return one record on the sheet, or None when there is none."""
    entry, known = get_sheet(applicant).facts.get(characteristic), get_dictionary().get(characteristic)
    if entry is None or known is None:
        return None
    dispute = open_disputes(applicant).get(characteristic, "")
    record = _held(known, entry, usable_sources(applicant), dispute, language)
    return replace(record, statement=statements_of(applicant).get(characteristic, ""))


def describe_fact(fact: Fact, language: str) -> HeldRecord:
    """Return one stored fact in words."""
    entry = {"value": fact.value, "source": fact.source, "observed_on": fact.observed_on.isoformat()}
    return _held(get_dictionary()[fact.characteristic], entry, {fact.source}, "", language)


def label_of(characteristic: str, language: str) -> str:
    """Return what a characteristic is called."""
    return get_dictionary()[characteristic].label[language_key(language)]


def _held(
    known: Characteristic, entry: Mapping[str, Any], allowed: Collection[str], dispute: str, language: str
) -> HeldRecord:
    source = get_sources().get(entry["source"])
    return HeldRecord(
        characteristic=known.name,
        label=known.label[language_key(language)],
        value=show_value(known, entry["value"], language),
        source=entry["source"],
        source_label=source.label[language_key(language)] if source else entry["source"],
        observed_on=show_date(entry["observed_on"], language) if entry["observed_on"] else "",
        is_used=entry["source"] in allowed and not dispute,
        dispute=dispute,
    )
