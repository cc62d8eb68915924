"""What a decision may use of an applicant today: consented facts, derived age, and honest gaps."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from applicants.characteristics import MISSING_NOT_SET, UNKNOWN, Characteristic, get_dictionary
from applicants.consents import consented_sources_of, free_sources, usable_sources
from applicants.dispute_marks import open_disputes, open_disputes_of
from applicants.facts import get_sheet
from applicants.models import Applicant, ApplicantKind, Sheet
from core.identity import age_on, today_in_china

Entry = dict[str, Any]
_NOTHING: Mapping[str, str] = MappingProxyType({})


def usable_facts(applicant: Applicant, now: datetime) -> dict[str, Entry]:
    """Return characteristic -> value, source, observed_on, detail, fact; what may not be used is unknown."""
    return fill_gaps(
        dictionary=get_dictionary(),
        sheet=get_sheet(applicant).facts,
        sources=usable_sources(applicant),
        is_person=applicant.kind == ApplicantKind.PERSON,
        birth_date=applicant.birth_date or "",
        today=today_in_china(now),
        disputed=open_disputes(applicant),
    )


def usable_facts_of(applicants: Mapping[int, Applicant], now: datetime) -> dict[int, dict[str, Entry]]:
    """Return the same of many applicants by their keys; as many statements as for one."""
    dictionary, free, today = get_dictionary(), free_sources(), today_in_china(now)
    consented, disputed = consented_sources_of(applicants), open_disputes_of(applicants)
    sheets = dict(Sheet.objects.filter(applicant__in=list(applicants)).values_list("applicant_id", "facts"))
    return {
        key: fill_gaps(
            dictionary=dictionary, sheet=sheets.get(key, {}), sources=free | consented.get(key, set()),
            is_person=applicant.kind == ApplicantKind.PERSON, birth_date=applicant.birth_date or "",
            today=today, disputed=disputed.get(key, _NOTHING),
        )
        for key, applicant in applicants.items()
    }  # fmt: skip


def fill_gaps(
    *,
    dictionary: Mapping[str, Characteristic],
    sheet: Mapping[str, Entry],
    sources: Collection[str],
    is_person: bool,
    birth_date: str,
    today: date,
    disputed: Mapping[str, str] = _NOTHING,
) -> dict[str, Entry]:
    """Return an entry for every characteristic that applies, a disputed one as unknown; pure."""
    facts: dict[str, Entry] = {}
    for name, characteristic in dictionary.items():
        if characteristic.virtual or not characteristic.applies_to(is_person=is_person):
            continue
        entry = sheet.get(name)
        if entry is None or entry["source"] not in sources:
            entry = gap(characteristic, sources)
        facts[name] = _marked(disputed[name]) if name in disputed else entry
    if is_person and "age" not in disputed:
        facts["age"] = _age(facts["age"], birth_date, today)
    return facts


def gap(characteristic: Characteristic, sources: Collection[str]) -> Entry:
    """Return the entry of an input of which these sources tell nothing; pure."""
    return {
        "value": missing_value(characteristic, sources), "source": "", "observed_on": None,
        "detail": {}, "fact": None,
    }  # fmt: skip


def _marked(dispute: str) -> Entry:
    """What stands while somebody checks whether the record is right."""
    return {
        "value": UNKNOWN, "source": "", "observed_on": None, "detail": {}, "fact": None,
        "in_dispute": dispute,
    }  # fmt: skip


def missing_value(characteristic: Characteristic, sources: Collection[str]) -> Any:
    """Return what stands when nothing is known; a known absence needs a source that may be read."""
    missing = characteristic.missing
    if missing is MISSING_NOT_SET:
        return UNKNOWN
    if isinstance(missing, str) or any(source in sources for source in characteristic.source_kinds):
        return missing
    return UNKNOWN


def _age(entry: Entry, birth_date: str, today: date) -> Entry:
    """Age follows from the birth date we hold, or from a corrected one; it is never stored as a number."""
    corrected = entry["detail"].get("birth_date")
    born = corrected or birth_date
    if not born:
        return entry
    known = entry if corrected else {**entry, "source": "identity_service", "observed_on": today.isoformat()}
    return {**known, "value": age_on(date.fromisoformat(born), today), "detail": {"birth_date": born}}
