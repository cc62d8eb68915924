"""What if: the full result for other values of what a person can change; exact, and nothing is stored.

Only on one's own decision, only inputs that somebody can change, only within a bounded range, and only so
many times a day: so nobody learns the whole scorecard by asking.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.limits import Limit, count_hit
from applicants.characteristics import Characteristic, get_dictionary
from assessment import Assessment, Policy
from assessment.actions import INCOME, LENDERS, OTHER, REPAYMENTS, REQUESTED, SERVICE
from core.errors import ConflictError, DomainError, InputError
from decisions.engines import is_scored_elsewhere
from decisions.freezing import assess_frozen, try_frozen
from decisions.models import Decision
from decisions.policies import compiled
from decisions.route_wishes import check_own

A_DAY: Final = Limit("what-if", times=300, seconds=86_400)
_SPAN: Final = 2


class WhatIfUnavailableError(ConflictError):
    """Another engine scored the decision, so we cannot say what a change would do."""

    code = "what-if-unavailable"
    default_message = _("Another engine scored this decision, so we cannot work out what a change would do.")


class TooManyTriesError(DomainError):
    """The number of tries of a day is used up."""

    code = "too-many-tries"
    status = 429
    default_message = _("You have tried as often as one day allows. Please come back tomorrow.")

    def __init__(self, wait_seconds: int) -> None:
        super().__init__()
        self.wait_seconds = wait_seconds


@dataclass(frozen=True)
class Changeable:
    """One input that can be tried: its value today and what it may be set to."""

    name: str
    kind: str
    value: Any
    low: int = 0
    high: int = 0
    step: int = 1
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True)
class WhatIf:
    """The result as it is, the result as it would be, and the values that were tried."""

    before: Assessment
    after: Assessment
    changes: Mapping[str, Any]


def changeable_inputs(decision: Decision) -> list[Changeable]:
    """Return what this person could change, each within its range; the amount asked for comes first."""
    policy = compiled(decision.policy)
    product = policy.products[decision.request["product"]]
    asked = math.ceil(Decimal(decision.request["amount_cny"]))
    high = max(asked, min(asked * _SPAN, product.cap))
    amount = Changeable(REQUESTED, "number", asked, product.minimum, high, 100)
    return [amount, *filter(None, (_changeable(policy, decision, name) for name in _moved(policy, decision)))]


def _moved(policy: Policy, decision: Decision) -> list[str]:
    """The inputs that the policy's actions move, in its order, as far as this decision read them."""
    names = dict.fromkeys(name for group in policy.recourse.groups for name in group.moves)
    if LENDERS in names:
        names[OTHER] = None  # repaying a lender lowers it
    return [name for name in names if name in decision.facts and name not in policy.recourse.never]


def _changeable(policy: Policy, decision: Decision, name: str) -> Changeable | None:
    one, value = get_dictionary()[name], decision.facts[name]["value"]
    card = policy.scorecards[policy.products[decision.request["product"]].applicant]
    scored = card.by_name.get(name)
    if one.value_type in ("event", "flag"):
        known = (value, None) if value is not None else (None,)
        return Changeable(name, "event", value, choices=known) if len(known) > 1 else None
    if scored is not None and not scored.positions:
        return Changeable(name, "choice", value, choices=tuple(scored.states))
    if scored is not None:
        return _number(one, value, math.ceil(scored.edges[-1]))
    return _number(one, value, int(value) - 1) if isinstance(value, int | float) and value else None


def _number(one: Characteristic, value: Any, last_edge: int) -> Changeable:
    """From nothing up to what earns no other points, or twice today's value where that is more."""
    today = math.ceil(value) if isinstance(value, int | float) else 0
    most = max(last_edge + 1, today)
    if one.maximum is not None:
        most = min(most, int(one.maximum))
    step = 100 if one.unit.startswith("cny") else 1
    return Changeable(one.name, "number", value, int(one.minimum or 0), -(-most // step) * step, step)


def what_if(*, decision: Decision, changes: Mapping[str, Any], by: Actor, now: datetime) -> WhatIf:
    """Return the full result with some values changed; counted against the day's number of tries."""
    check_own(decision, by)
    if is_scored_elsewhere(decision.result):
        raise WhatIfUnavailableError
    wanted = check_changes(decision, changes)
    count = count_hit(limit=A_DAY, who=decision.applicant.reference, now=now)
    if not count.is_allowed:
        raise TooManyTriesError(count.wait_seconds)
    return try_changes(decision, wanted)


def try_changes(decision: Decision, wanted: Mapping[str, Any]) -> WhatIf:
    """Assess a decision's own facts and the changed ones under its own policy; pure engine time."""
    return WhatIf(as_decided(decision), assess_changed(decision, wanted), wanted)


def as_decided(decision: Decision) -> Assessment:
    """Assess a decision's own facts under its own policy."""
    return assess_frozen(compiled(decision.policy), decision.facts, decision.request)


def assess_changed(decision: Decision, wanted: Mapping[str, Any]) -> Assessment:
    """What the facts with these values in their place come to; reasons are not asked for."""
    request = dict(decision.request)
    if REQUESTED in wanted:
        request["amount_cny"] = str(wanted[REQUESTED])
    facts = {**decision.facts, **{name: {"value": to} for name, to in wanted.items() if name != REQUESTED}}
    _follow(facts, wanted)
    return try_frozen(compiled(decision.policy), facts, request)


def _follow(facts: dict[str, Any], wanted: Mapping[str, Any]) -> None:
    """Repayments and their share of income move together, whichever of them was set."""
    income, owed, share = (facts.get(name, {}).get("value") for name in (INCOME, REPAYMENTS, SERVICE))
    if not isinstance(income, int | float) or not income:
        return
    if SERVICE in wanted and isinstance(share, int | float) and isinstance(owed, int | float):
        facts[REPAYMENTS] = {"value": round(income * share / 100, 2)}
    elif INCOME in wanted and isinstance(owed, int | float):
        facts[SERVICE] = {"value": round(100 * owed / income, 2)}


def check_changes(decision: Decision, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that differ from today's, or raise what is wrong, field by field."""
    return read_changes({one.name: one for one in changeable_inputs(decision)}, changes)


def read_changes(known: Mapping[str, Changeable], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The same where it is known what can be changed."""
    problems: dict[str, list[str | Lazy]] = {}
    wanted = {}
    for name, given in changes.items():
        one = known.get(name)
        if one is None:
            problems[name] = [_("This cannot be tried here.")]
            continue
        value = _read(one, given)
        if value is _WRONG:
            problems[name] = [_expected(one)]
        elif value != one.value:
            wanted[name] = value
    if problems:
        raise InputError(fields=problems)
    return wanted


_WRONG: Final = object()


def _read(one: Changeable, given: Any) -> Any:
    if one.kind != "number":
        return given if given in one.choices and not isinstance(given, bool) else _WRONG
    if isinstance(given, str) and given == one.value:
        return given
    try:
        number = Decimal(str(given))
    except InvalidOperation:
        return _WRONG
    if isinstance(given, bool) or not number.is_finite() or not one.low <= number <= one.high:
        return _WRONG
    return int(number) if number == number.to_integral_value() else round(float(number), 2)


def _expected(one: Changeable) -> str | Lazy:
    if one.kind == "number":
        return str(
            _("Enter a number from %(low)s to %(high)s.") % {"low": f"{one.low:,}", "high": f"{one.high:,}"}
        )
    return _("Choose one of the values offered.")
