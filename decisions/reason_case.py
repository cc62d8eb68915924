"""The material that the parameters of reasons are filled from; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessment import Policy

UNKNOWN_STATES = frozenset({"unknown", "unverified", "not_linked"})


@dataclass(frozen=True)
class Case:
    """One reason within one frozen decision."""

    reason: Mapping[str, Any]
    facts: Mapping[str, Mapping[str, Any]]
    request: Mapping[str, Any]
    result: Mapping[str, Any]
    policy: Policy

    @property
    def rules(self) -> list[str]:
        """The failed rules behind the reason."""
        return list(self.reason["rules"])

    @property
    def cap(self) -> str | None:
        """The limit that bound, when the reason speaks of the limit."""
        return self.reason["cap"] if {"R16", "R16E", "R25"} & set(self.rules) else None

    @property
    def characteristics(self) -> list[str]:
        """The characteristics whose points fell short, in card order."""
        return self.in_order(self.reason["characteristics"])

    def in_order(self, names: Iterable[str]) -> list[str]:
        """The names in the order of the scorecard, then of the other inputs; stored JSON does not keep it."""
        return in_policy_order(self.policy, self.request["product"], names)

    @property
    def context(self) -> Mapping[str, Any]:
        """What surrounded the decision."""
        context: Mapping[str, Any] = self.request["context"]
        return context

    @property
    def decided_on(self) -> str:
        """The legal day of the decision."""
        return str(self.context["decided_on"])

    @property
    def asked(self) -> str:
        """The amount asked for in CNY."""
        return str(self.request["amount_cny"])

    @property
    def minimum(self) -> int:
        """The smallest amount of the product."""
        return self.policy.products[self.request["product"]].minimum

    def value(self, name: str) -> Any:
        """The value of a fact, or None when the decision did not read it."""
        return self.facts.get(name, {}).get("value")

    def number(self, name: str) -> float | None:
        """The value when it is a number."""
        value = self.value(name)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def detail(self, name: str, key: str) -> Any:
        """A structured detail of a fact, or None."""
        return (self.facts.get(name, {}).get("detail") or {}).get(key)

    def observed_on(self, name: str) -> str:
        """When the fact was observed; the day of the decision when nobody observed it."""
        return self.facts.get(name, {}).get("observed_on") or self.decided_on

    def rule(self, *ids: str) -> Mapping[str, Any] | None:
        """The first of these rules that stands behind the reason."""
        for rule in self.result["rules"]:
            if rule["id"] in ids and rule["id"] in self.rules:
                found: Mapping[str, Any] = rule
                return found
        return None

    def first_of(self, *names: str) -> str:
        """The first of the characteristics that the decision read."""
        return next((name for name in names if name in self.facts), names[0])

    def limit_high(self) -> int:
        """The largest amount that could be offered."""
        return int(self.result["limit"]["high"])

    def cap_amount(self) -> str:
        """The amount of the binding cap."""
        return str(self.result["limit"]["caps"][self.cap])


def in_policy_order(policy: Policy, product: str, names: Iterable[str]) -> list[str]:
    """Return the names in the order of the scorecard, then of the other inputs, then as they came."""
    card = policy.scorecards[policy.products[product].applicant]
    places = {name: at for at, name in enumerate([*card.by_name, *policy.inputs])}
    return sorted(dict.fromkeys(names), key=lambda name: places.get(name, len(places)))


def add_months(day: str, months: int) -> str:
    """Return the day so many months later, or the last day of that month."""
    start = date.fromisoformat(day)
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    for last in (start.day, 30, 29, 28):
        try:
            return date(year, month, min(start.day, last)).isoformat()
        except ValueError:
            continue
    raise ValueError(day)


def birthday(born: str, age: int) -> str:
    """Return the day on which somebody reaches an age; 29 February becomes 1 March."""
    day = date.fromisoformat(born)
    try:
        return day.replace(year=day.year + age).isoformat()
    except ValueError:
        return date(day.year + age, 3, 1).isoformat()
