"""A person's room for action: what time brings, what papers could show, what is ruled out."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from assessment import Policy
from assessment.actions import STATED_BEST, Circumstances
from decisions.models import RouteWishes

INQUIRIES, LATE, AGE = "hard_inquiries_3m", ("worst_dpd_24m", "ent_worst_dpd_24m"), "age"
MONTHS_ON_RECORD: Final = 24
MONTHS_OF_INQUIRIES: Final = 3
Facts = Mapping[str, Mapping[str, Any]]


def circumstances_of(
    *, policy: Policy, facts: Facts, wishes: RouteWishes, adult_age: int, today: date
) -> Circumstances:
    """Return one person's room for action as of a day."""
    later = {**_late_payments(facts, today), **_inquiries(facts, today), **_age(facts, adult_age, today)}
    return Circumstances(
        stated=stated_values(policy, facts, wishes.stated), later=later, cannot=frozenset(wishes.cannot)
    )


def stated_values(policy: Policy, facts: Facts, stated: Mapping[str, Any]) -> dict[str, Any]:
    """What papers would show: as the person says, else the best there is, which is told as "at least"."""
    values: dict[str, Any] = {}
    for name in statable(policy, facts):
        values[name] = stated[name] if name in stated else STATED_BEST[name]
    return values


def statable(policy: Policy, facts: Facts) -> list[str]:
    """Inputs that are not known yet and that a paper of the person's own would show."""
    names = [group.moves[0] for group in policy.recourse.groups if group.to == "stated_value"]
    return [name for name in names if name in facts and isinstance(facts[name]["value"], str)]


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def months_until(day: date, today: date) -> int:
    """Return after how many whole months from today a day has come."""
    months = max((day.year - today.year) * 12 + day.month - today.month, 0)
    return months if add_months(today, months) >= day else months + 1


def _late_payments(facts: Facts, today: date) -> dict[str, list[tuple[int, Any]]]:
    """A late payment no longer counts two years after its month."""
    later = {}
    for name in LATE:
        month = facts.get(name, {}).get("detail", {}).get("month")
        if month and _is_number(facts[name]["value"]):
            event = date(int(month[:4]), int(month[5:7]), 1)
            later[name] = [(months_until(add_months(event, MONTHS_ON_RECORD + 1), today), 0)]
    return later


def _inquiries(facts: Facts, today: date) -> dict[str, list[tuple[int, Any]]]:
    """Enquiries drop out three months after their date: the oldest first, all when no new one follows."""
    entry = facts.get(INQUIRIES, {})
    count, seen, oldest = (
        entry.get("value"),
        entry.get("observed_on"),
        entry.get("detail", {}).get("oldest_on"),
    )
    if not _is_number(count) or not count or not seen:
        return {}
    all_gone = months_until(add_months(date.fromisoformat(seen), MONTHS_OF_INQUIRIES), today)
    steps = [(all_gone, 0)]
    if oldest and count > 1:
        first = months_until(add_months(date.fromisoformat(oldest), MONTHS_OF_INQUIRIES), today)
        steps = [(min(first, all_gone), count - 1), *steps]
    return {INQUIRIES: steps}


def _age(facts: Facts, adult_age: int, today: date) -> dict[str, list[tuple[int, Any]]]:
    entry = facts.get(AGE, {})
    born = entry.get("detail", {}).get("birth_date")
    if not born or not _is_number(entry["value"]) or entry["value"] >= adult_age:
        return {}
    birth = date.fromisoformat(born)
    birthday = add_months(birth, adult_age * 12)
    return {AGE: [(months_until(birthday, today), adult_age)]}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
