"""What the law of the applicant's place says about data: time zone, clocks and rights."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from applicants.models import Applicant
from applicants.showing import language_key
from core.calendars import get_calendar, legal_day
from core.catalogues import get_catalogue

_WITHOUT_LAW = 30


@dataclass(frozen=True)
class DataTerms:
    """The fields of one jurisdiction profile that data rights need."""

    code: str
    zone: ZoneInfo
    document: Mapping[str, Any]

    def name_in(self, language: str) -> str:
        """Return what the place is called."""
        return str(self.document["name"][language_key(language)])

    def clock_in(self, language: str) -> str:
        """Return what the time of the place is called there: Beijing time."""
        # A catalogue from before clocks had names still says which place it is.
        names = self.document.get("time_zone_name", self.document["name"])
        return str(names[language_key(language)])

    @property
    def may_refuse_automation(self) -> bool:
        """Whether decisions by machine alone can be refused there."""
        return bool(self.document.get("refuse_solely_automated", {}).get("value"))

    @property
    def dispute_law(self) -> str:
        """What the clock of a dispute rests on."""
        return str(self.document["dispute_days"].get("law", ""))

    def dispute_law_in(self, language: str, law: str) -> str:
        """Return that in the words of a language, if the profile says it and it is still the same."""
        words = str(self.document["dispute_days"].get("law_zh", ""))
        return words if words and law == self.dispute_law and language_key(language) == "zh" else law

    @property
    def can_extend(self) -> bool:
        """Whether the clock of a dispute can be made longer at all."""
        entry = self.document["dispute_days"]
        return bool(entry.get("extension") or entry.get("extension_months"))

    def dispute_due(self, now: datetime) -> date:
        """Return the last day for the answer to a dispute that is opened now."""
        return self._due("dispute_days", legal_day(now, self.zone))

    def extended_due(self, due_on: date) -> date:
        """Return the last day after the one extension that the law allows."""
        entry = self.document["dispute_days"]
        if entry.get("extension_months"):
            return add_months(due_on, int(entry["extension_months"]))
        return due_on + timedelta(days=int(entry.get("extension") or 0))

    @property
    def forward_days(self) -> int | None:
        """Within how many working days a disputed record is sent to its source, where a law says so."""
        days = self.document.get("dispute_forward_to_source_days", {}).get("value")
        return int(days) if days else None

    @property
    def has_own_statement(self) -> bool:
        """Whether people may put a statement of their own beside a record."""
        return bool(self.document.get("own_statement_on_bad_record", {}).get("value"))

    @property
    def statement_words(self) -> int | None:
        """How many words such a statement may have, where the place counts words."""
        most = self.document.get("own_statement_on_bad_record", {}).get("max_words")
        return int(most) if most else None

    @property
    def statement_characters(self) -> int | None:
        """How many characters it may have, where the place counts these."""
        most = self.document.get("own_statement_on_bad_record", {}).get("max_characters")
        return int(most) if most else None

    @property
    def has_copy_law(self) -> bool:
        """Whether a law of the place fixes the time for a copy."""
        return "access_copy" in self.document

    def copy_due(self, now: datetime) -> date:
        """Return the last day for handing out a copy of the data, or for an answer about deleting it."""
        return self._due("access_copy", legal_day(now, self.zone))

    def _due(self, field: str, start: date) -> date:
        entry = self.document.get(field, {})
        days, kind = int(entry.get("value") or entry.get("days") or _WITHOUT_LAW), entry.get("day_kind")
        if kind == "business":
            return get_calendar(str(self.document["holiday_calendar"])).add_working_days(start, days)
        return add_months(start, 1) if kind == "calendar_month" else start + timedelta(days=days)


def get_data_terms(jurisdiction: str) -> DataTerms:
    """Return what the profile of a jurisdiction says about data."""
    document = get_catalogue("jurisdictions").document[jurisdiction]
    return DataTerms(jurisdiction, ZoneInfo(document["time_zone"]), document)


def today_of(applicant: Applicant, now: datetime) -> date:
    """Return the legal day where the applicant lives."""
    return legal_day(now, get_data_terms(applicant.jurisdiction).zone)


def add_months(day: date, count: int) -> date:
    """Return the same day so many months later, or the last day of a shorter month."""
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
