"""The periods and limits of an appeal: what the law says in its place, and what we set ourselves, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from appeals.jurisdictions import get_jurisdiction
from appeals.models import Appeal, Dimension
from applicants.models import Applicant
from core.catalogues import get_catalogue, missing_keys

CATALOGUE: Final = "appeals"
_SECTIONS: Final[dict[str, frozenset[str]]] = {
    "targets": frozenset(
        {"working_days", "urgent_working_days", "screening_working_days", "remedy_working_days"}
    ),
    "drafts": frozenset({"idle_days", "remind_days"}),
    "claims": frozenset({"idle_working_days"}),
    "withdrawn": frozenset({"reinstate_days"}),
    "information": frozenset(
        {"rounds", "paused_working_days", "usual_working_days", "reserve_working_days", "chase_days_before"}
    ),
    "third_party": frozenset({"usual_working_days"}),
    "reminders": frozenset({"percent"}),
    "estimate": frozenset({"days", "least_cases"}),
    "stay": frozenset({"except_reasons"}),
    "not_accepted": frozenset({"review_days", "reasons"}),
    "learning": frozenset({"months", "least_cases", "rest_days", "sample_per_week", "overturn_pct"}),
    "extensions": frozenset(),
}
_CODED: Final = frozenset({"code", "zh", "en"})


@dataclass(frozen=True)
class Terms:
    """The periods that hold for one appeal, as they were when it was sent."""

    place: str
    zone: str
    calendar: str
    decision_days: int
    extended_days: int | None
    maximum_days: int | None
    law: str
    target_days: int
    urgent_days: int
    law_zh: str = ""

    @property
    def timezone(self) -> ZoneInfo:
        """The zone in which the days of this appeal end."""
        return ZoneInfo(self.zone)

    def law_in(self, language: str) -> str:
        """What the time to decide rests on, in a language, where it rests on a law."""
        return self.law_zh if self.law_zh and language.startswith("zh") else self.law

    def next_step(self, days: int) -> int | None:
        """The longer period that an extension may lead to, or None when there is none."""
        return next((step for step in (self.extended_days, self.maximum_days) if step and step > days), None)


@dataclass(frozen=True)
class CodedReason:
    """A reason that we choose from a list, in both languages."""

    code: str
    words: Mapping[str, str]

    def text(self, language: str) -> str:
        """The reason in one language."""
        return self.words["zh" if language.startswith("zh") else "en"]


def terms_now(applicant: Applicant) -> Terms:
    """The periods that an appeal sent by this applicant today would have."""
    place = get_jurisdiction(applicant)
    targets = number_section("targets")
    return Terms(
        place=place.code, zone=place.zone.key, calendar=place.calendar, decision_days=place.decision_days,
        extended_days=place.extended_days, maximum_days=place.maximum_days, law=place.law,
        target_days=targets["working_days"], urgent_days=targets["urgent_working_days"], law_zh=place.law_zh,
    )  # fmt: skip


def terms_of(appeal: Appeal) -> Terms:
    """The periods of this appeal: those kept when it was sent, else today's."""
    return Terms(**appeal.terms) if appeal.terms else terms_now(appeal.applicant)


def section(name: str) -> Mapping[str, Any]:
    """One section of the catalogue of appeals."""
    entry: Mapping[str, Any] = get_catalogue(CATALOGUE).document[name]
    return entry


def number_section(name: str) -> Mapping[str, int]:
    """One section whose entries are numbers."""
    return section(name)


def list_refusal_reasons() -> list[CodedReason]:
    """Why an appeal may be not accepted."""
    return _coded(section("not_accepted")["reasons"])


def list_extension_reasons() -> list[CodedReason]:
    """Why more time than usual may be needed."""
    return _coded(get_catalogue(CATALOGUE).document["extensions"])


def validate_appeals(document: Any) -> list[str]:
    """What is wrong with a catalogue of appeals; empty when it can be loaded."""
    if not isinstance(document, Mapping):
        return ["appeals: a mapping of sections is expected"]
    problems = missing_keys(document, set(_SECTIONS), optional=set(), where="appeals")
    if problems:
        return problems
    for name, keys in _SECTIONS.items():
        if keys:
            problems += missing_keys(document[name], set(keys), optional=set(), where=name)
    return problems or _check_values(document)


def _check_values(document: Mapping[str, Any]) -> list[str]:
    problems = [
        f"{name}.{key} must be a whole number above zero"
        for name, keys in _SECTIONS.items()
        for key in sorted(keys - {"remind_days", "percent", "except_reasons", "reasons", "overturn_pct"})
        if type(document[name][key]) is not int or document[name][key] < 1
    ]
    percents = document["reminders"]["percent"]
    if sorted(percents) != percents or not all(type(p) is int and 0 < p <= 100 for p in percents):
        problems.append("reminders.percent must rise from above 0 to 100")
    for name, percent in document["learning"]["overturn_pct"].items():
        if name not in Dimension.values or type(percent) is not int or not 0 < percent <= 100:
            problems.append(f"learning.overturn_pct.{name} must be a percentage of a known dimension")
    for entry in [*document["not_accepted"]["reasons"], *document["extensions"]]:
        problems += missing_keys(entry, set(_CODED), optional=set(), where=str(entry.get("code", "reason")))
    return problems


def _coded(entries: list[Mapping[str, str]]) -> list[CodedReason]:
    return [CodedReason(entry["code"], {"zh": entry["zh"], "en": entry["en"]}) for entry in entries]
