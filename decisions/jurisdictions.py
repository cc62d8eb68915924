"""Jurisdiction profiles: what the law of a place, or our own terms there, say; nothing legal is code."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.catalogues import get_catalogue
from core.errors import NotFoundError

_REQUIRED = (
    "time_zone", "time_zone_name", "holiday_calendar", "name", "appeal_window_days", "connections_dimension",
    "minors",
)  # fmt: skip


class UnknownJurisdictionError(NotFoundError):
    """No profile has this code."""

    code = "unknown-jurisdiction"


@dataclass(frozen=True)
class Profile:
    """One place: its zone, its terms, and its switches."""

    code: str
    document: Mapping[str, Any]

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which its legal days end."""
        return ZoneInfo(self.document["time_zone"])

    @property
    def calendar(self) -> str:
        """Name of its calendar of working days."""
        return str(self.document["holiday_calendar"])

    @property
    def connections_dimension(self) -> bool:
        """Whether connections are an input; if not, everybody has the full points."""
        return bool(self.document["connections_dimension"])

    @property
    def uses_us_reasons(self) -> bool:
        """Whether "score too low" is no reason of its own."""
        return self.code == "US"

    @property
    def adult_age(self) -> int:
        """From which age a person can borrow."""
        return int(self.document["minors"]["adult_age"])

    @property
    def appeal_window_days(self) -> int:
        """For how many calendar days after a decision an appeal is open."""
        return self.number("appeal_window_days") or 0

    @property
    def decision_notice_days(self) -> int:
        """Within how many calendar days a decision is told."""
        return int(self.document["decision_notice_days"]["value"])

    @property
    def notice_is_on_working_day(self) -> bool:
        """Whether a decision that would be told on a day off is told on the next working day."""
        return bool(self.document["decision_notice_days"].get("to_working_day"))

    @property
    def promise_yields_to(self) -> frozenset[str]:
        """Codes of the reasons of law that a promise cannot set aside."""
        return frozenset(self.document.get("promise_yields_to", {}).get("list", ()))

    def number(self, field: str) -> int | None:
        """The number of a field, or None where the place has no such rule."""
        return number_in(self.document.get(field))

    def regulatory_cap(self, product: str) -> tuple[int, str] | None:
        """The amount that a regulation caps the product at, and the code of the regulation."""
        entry = self.document.get("consumer_online_loan_cap")
        if product != "consumer_loan" or not isinstance(entry, Mapping):
            return None
        return int(entry["amount"]), "consumer_online_loan_cap"


def number_in(entry: Any) -> int | None:
    """The number that a field holds, bare or as its value; None where there is none."""
    value = entry.get("value") if isinstance(entry, Mapping) else entry
    return value if isinstance(value, int) and not isinstance(value, bool) else None


_profiles: dict[str, dict[str, Profile]] = {}


def get_profile(code: str) -> Profile:
    """Return the profile of a jurisdiction from the newest catalogue."""
    catalogue = get_catalogue("jurisdictions")
    if catalogue.content_hash not in _profiles:
        _profiles[catalogue.content_hash] = {
            name: Profile(name, document) for name, document in catalogue.document.items()
        }
    try:
        return _profiles[catalogue.content_hash][code]
    except KeyError:
        raise UnknownJurisdictionError from None


def list_profiles() -> list[Profile]:
    """Return every profile of the newest catalogue."""
    return [get_profile(code) for code in get_catalogue("jurisdictions").document]


def validate_jurisdictions(document: Any) -> list[str]:
    """Return what is wrong with a catalogue of jurisdictions."""
    if not isinstance(document, Mapping) or not document:
        return ["jurisdictions: a mapping of codes is expected"]
    problems = []
    for code, profile in document.items():
        if not isinstance(profile, Mapping):
            problems.append(f"{code}: a mapping is expected")
            continue
        problems += [f"{code}.{field} is missing" for field in _REQUIRED if field not in profile]
        if not (number_in(profile.get("decision_notice_days")) or 0) > 0:
            problems.append(f"{code}.decision_notice_days: a number of days is missing")
        try:
            ZoneInfo(str(profile.get("time_zone", "")))
        except (ZoneInfoNotFoundError, ValueError):
            problems.append(f"{code}.time_zone: {profile.get('time_zone')} is no time zone")
    return problems
