"""Five questions before applying: which rules the answers would meet today; nothing is kept anywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applicants.characteristics import UNKNOWN, Characteristic, get_dictionary
from applicants.showing import show_value
from assessment import Policy
from core.errors import InputError
from decisions.explanation_rules import bound_of
from decisions.policies import compiled, get_policy_in_force
from decisions.typed_amounts import read_amount
from decisions.words import Words, get_words

PRODUCT: Final = "consumer_loan"
LIKELY, NOT_YET, NEED_MORE = "likely", "not_yet", "need_more"
_STATUS: Final = {True: "passed", False: "failed", None: "unknown"}
_OVERDUE: Final = "current_overdue_days"
_ASKED: Final = frozenset({"age", "full_legal_capacity", _OVERDUE, "debt_service_pct", "active_lenders"})
_MOST_YEARS: Final = 120
_MOST_LENDERS: Final = 100
_MOST_CNY: Final = 100_000_000
_WORDS: Final[dict[str, Promise]] = {
    "age": _("Enter your age as a number from 0 to 120, or leave it empty."),
    "income_cny": _("Enter what you earn a month, from 0 to 100,000,000 yuan, or leave it empty."),
    "repayments_cny": _("Enter what you repay a month, from 0 to 100,000,000 yuan, or leave it empty."),
    "lenders": _("Enter the number of lenders, from 0 to 100, or leave it empty."),
}


@dataclass(frozen=True)
class CheckedRule:
    """One rule that the answers were held against."""

    id: str
    label: str
    status: str
    status_label: str
    value: str
    limit: str
    bound: str | None
    reason: str


@dataclass(frozen=True)
class PreCheck:
    """What the answers would come to: likely, not yet, or more is needed; and rule by rule why."""

    outcome: str
    rules: tuple[CheckedRule, ...]


def pre_check(
    *,
    age: object,
    income_cny: object,
    repayments_cny: object,
    lenders: object,
    overdue: str,
    language: str,
    now: datetime,
) -> PreCheck:
    """Hold five answers against the rules in force; an empty answer is not known. Nothing is written."""
    known = _read(
        age=age, income_cny=income_cny, repayments_cny=repayments_cny, lenders=lenders, overdue=overdue
    )
    policy = compiled(get_policy_in_force(now=now))
    rules = tuple(_check(rule, known, policy, language) for rule in _rules(policy))
    statuses = {rule.status for rule in rules}
    if "failed" in statuses:
        return PreCheck(NOT_YET, rules)
    return PreCheck(NEED_MORE if "unknown" in statuses else LIKELY, rules)


def _read(**answers: object) -> dict[str, Any]:
    """Return the inputs of the rules, or raise what is wrong with each answer."""
    problems: dict[str, list[Any]] = {}
    amounts = {
        name: _number(name, answers[name], problems)
        for name in ("age", "income_cny", "repayments_cny", "lenders")
    }
    if amounts["age"] is not None and amounts["age"] > _MOST_YEARS:
        problems["age"] = [_WORDS["age"]]
    lenders = amounts["lenders"]
    if lenders is not None and (lenders > _MOST_LENDERS or lenders % 1):
        problems["lenders"] = [_WORDS["lenders"]]
    if problems:
        raise InputError(fields=problems)
    return {
        "age": UNKNOWN if amounts["age"] is None else int(amounts["age"]),
        "full_legal_capacity": True,
        _OVERDUE: {"no": 0, "yes": 1}.get(str(answers["overdue"]), UNKNOWN),
        "active_lenders": UNKNOWN if lenders is None else int(lenders),
        "debt_service_pct": _share(amounts["repayments_cny"], amounts["income_cny"]),
    }


def _number(name: str, typed: object, problems: dict[str, list[Any]]) -> Decimal | None:
    if not str(typed or "").strip():
        return None
    amount = read_amount(typed)
    if amount is None or not 0 <= amount <= _MOST_CNY:
        problems[name] = [_WORDS[name]]
        return None
    return amount


def _share(repayments: Decimal | None, income: Decimal | None) -> float | str:
    if repayments == 0:
        return 0.0
    if repayments is None or not income:
        return UNKNOWN
    return round(float(100 * repayments / income), 2)


def _rules(policy: Policy) -> list[Any]:
    """The rules of the product that read only what was asked."""
    return [
        rule for rule in policy.rules if PRODUCT in rule.products and set(rule.expression.names) <= _ASKED
    ]


def _check(rule: Any, known: Mapping[str, Any], policy: Policy, language: str) -> CheckedRule:
    words, status = get_words(language), _STATUS[rule.expression.answer(known)]
    bounds = rule.expression.bounds
    name = bounds[0].name if bounds else rule.expression.names[0]
    characteristic = get_dictionary()[name]
    limit = bounds[0].limit if bounds else None
    return CheckedRule(
        id=rule.id,
        label=words.say("rules", rule.id),
        status=status,
        status_label=words.say("rule_status", status),
        value=_shown(characteristic, known[name], words),
        limit="" if limit is None else show_value(characteristic, limit, words.language),
        bound=bound_of(rule.expression),
        reason=rule.reason,
    )


def _shown(one: Characteristic, value: Any, words: Words) -> str:
    """An answer in words; who says that something is late is not asked since when, so no days are named."""
    if one.name == _OVERDUE and value == 1:
        return words.say("answers", "late")
    return show_value(one, value, words.language)
