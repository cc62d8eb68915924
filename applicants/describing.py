"""The facts held about an applicant, ready to show on the profile page."""

from dataclasses import dataclass
from datetime import datetime

from applicants.characteristics import get_dictionary
from applicants.models import Applicant
from applicants.showing import language_key, show_date, show_value
from applicants.sources import get_sources
from applicants.usable import usable_facts


@dataclass(frozen=True)
class SheetRow:
    """One fact in words; without a source nothing usable is held."""

    characteristic: str
    label: str
    value: str
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
                source_label=source.label[key] if source else "",
                observed_on=show_date(entry["observed_on"], language) if entry["observed_on"] else "",
                is_known=source is not None,
                is_synthetic=bool(entry.get("is_synthetic")),
            )
        )
    return rows
