"""What the law of the applicant's place says about appeals: time zone, window, time to decide."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from applicants.models import Applicant
from core.catalogues import get_catalogue

_CATALOGUE: Final = "jurisdictions"


@dataclass(frozen=True)
class Jurisdiction:
    """The fields of one jurisdiction profile that an appeal needs."""

    code: str
    zone: ZoneInfo
    calendar: str
    window_days: int
    decision_days: int
    law: str
    extended_days: int | None = None
    maximum_days: int | None = None
    law_zh: str = ""


def get_jurisdiction(applicant: Applicant) -> Jurisdiction:
    """The profile of the applicant's jurisdiction."""
    return read_jurisdiction(applicant.jurisdiction)


def read_jurisdiction(code: str) -> Jurisdiction:
    """The profile of a jurisdiction, from the newest catalogue."""
    return _read(get_catalogue(_CATALOGUE).content_hash, code)


@lru_cache(maxsize=64)
def _read(_content: str, code: str) -> Jurisdiction:
    """The profile under one content of the catalogue, taken apart once."""
    profile = get_catalogue(_CATALOGUE).document[code]
    days = profile["appeal_decision_days"]
    return Jurisdiction(
        code=code,
        zone=ZoneInfo(profile["time_zone"]),
        calendar=profile["holiday_calendar"],
        window_days=int(profile["appeal_window_days"]["value"]),
        decision_days=int(days.get("first", days.get("value"))),
        extended_days=days.get("extended"),
        maximum_days=days.get("maximum"),
        law=str(days.get("law", "")),
        law_zh=str(days.get("law_zh", "")),
    )
