"""What a person tells about himself: address, work, and how complete the profile is."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from applicants.characteristics import UNKNOWN, get_dictionary
from applicants.facts import NewFact, get_sheet, record_facts
from applicants.models import Applicant
from applicants.sources import OWN_WORD
from applicants.terms import today_of
from core.errors import InputError

_HELD = ("name", "id_number", "phone", "bank_card")
_TOLD = {"address": "address_months", "employment": "employment_months", "industry": "industry"}


def save_profile(
    *,
    applicant: Applicant,
    address_since: date | None = None,
    employed_since: date | None = None,
    industry: str = "",
    by: Actor,
    now: datetime,
) -> None:
    """Record what the person stated as facts from the applicant, and how complete the profile now is."""
    today = today_of(applicant, now)
    _check(address_since, employed_since, industry, today)
    facts = []
    if address_since is not None:
        facts.append(_stated("address_months", months_between(address_since, today), today))
    if employed_since is not None:
        facts.append(_stated("employment_months", months_between(employed_since, today), today))
    if industry:
        facts.append(_stated("industry", industry, today))
    told = {**get_sheet(applicant).facts, **{fact.characteristic: {"value": fact.value} for fact in facts}}
    facts.append(completeness_fact(applicant=applicant, sheet=told, today=today))
    record_facts(applicant=applicant, facts=facts, by=by, now=now)


def completeness_fact(*, applicant: Applicant, sheet: Mapping[str, Any], today: date) -> NewFact:
    """Return the fact that says how complete the profile is, and what is missing from it."""
    missing = [item for item in _HELD if not getattr(applicant, item)]
    missing += [item for item, name in _TOLD.items() if sheet.get(name, {}).get("value", UNKNOWN) == UNKNOWN]
    items = len(_HELD) + len(_TOLD)
    detail = {"items": missing} if missing else {}
    pct = round(100 * (items - len(missing)) / items, 2)
    return NewFact("profile_complete_pct", pct, OWN_WORD, today, detail)


def months_between(start: date, end: date) -> int:
    """Return how many full months lie between two days."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def _stated(name: str, value: object, today: date) -> NewFact:
    return NewFact(name, value, OWN_WORD, today)


def _check(address_since: date | None, employed_since: date | None, industry: str, today: date) -> None:
    problems: dict[str, list[str | Promise]] = {}
    for field, day in (("address_since", address_since), ("employed_since", employed_since)):
        first = date(today.year - 90, 1, 1)
        if day is not None and day > today:
            problems[field] = [_("This day has not come yet. Enter a day up to today.")]
        elif day is not None and day < first:
            told = _("This is too long ago. Enter a day in %(year)s or later.")
            problems[field] = [told % {"year": first.year}]
    if industry and industry not in get_dictionary()["industry"].values:
        problems["industry"] = [_("Choose one of the lines of work offered.")]
    if problems:
        raise InputError(fields=problems)
