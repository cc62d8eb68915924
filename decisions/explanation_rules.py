"""Every check of a decision, passed or not, in words; the failed ones first."""

from collections.abc import Collection, Mapping
from typing import Any

from applicants.showing import show_money, show_number
from assessment.expressions import Expression
from decisions.explanation_material import Material
from decisions.setting_aside import SET_ASIDE

Document = dict[str, Any]
_PASSED = {"passed": True, "failed": False}
_ORDER = {"failed": 0, "set_aside": 1, "unknown": 2, "passed": 3, "not_run": 4}
_MONEY = frozenset({"requested", "limit", "product_min", "regulatory_cap"})
_SHARES = frozenset({"data_coverage"})
_BOUNDS = {"<=": "most", "<": "under", ">=": "least", ">": "over", "==": "exactly"}
_HIDDEN = frozenset({"gate", "product_min", "allowed_purposes", "high_risk_industries", "maintenance"})


def describe_rules(result: Mapping[str, Any], material: Material) -> list[Document]:
    """Return the checks with the person's value and the limit as strings ready to show."""
    labels = ("line_rules", "rules") if "line" in result else ("rules",)
    aside = result.get(SET_ASIDE, ())
    rows = [_describe(_as_decided(rule, aside), material, labels) for rule in result["rules"]]
    return sorted(rows, key=lambda row: _ORDER[row["status"]])


def _as_decided(rule: Mapping[str, Any], aside: Collection[str]) -> Mapping[str, Any]:
    """A check that a person set aside neither stands in the way any more, nor is it passed."""
    return {**rule, "status": SET_ASIDE, "outcome": None} if rule["id"] in aside else rule


def _describe(rule: Mapping[str, Any], material: Material, labels: tuple[str, ...]) -> Document:
    status = rule["status"]
    words = material.words
    named = (words.say(place, rule["id"]) for place in labels if words.has(place, rule["id"]))
    return {
        "id": rule["id"],
        "label": next(named, rule["id"]),
        "passed": _PASSED.get(status),
        "status": status,
        "status_label": words.say("rule_status", status),
        "value": _value(rule, material),
        "limit": _limit(rule, material),
        "bound": bound_of(_expression(rule, material)),
        "outcome": words.say("rule_outcomes", rule["outcome"]) if rule["outcome"] else None,
        "reason": rule["reason"],
    }


def bound_of(expression: Expression) -> str | None:
    """Say how a rule holds a number against its one limit: most, under, least, over, exactly."""
    return _BOUNDS.get(expression.bounds[0].symbol) if len(expression.bounds) == 1 else None


def _value(rule: Mapping[str, Any], material: Material) -> str | None:
    bounded = _bounded(rule, material)
    names = [bounded] if bounded else [name for name in _names(rule, material) if name not in _HIDDEN]
    shown = [_show(name, rule["values"][name], material) for name in names]
    return material.words.say("list_separator").join(text for text in shown if text) or None


def _limit(rule: Mapping[str, Any], material: Material) -> str | None:
    bounded = _bounded(rule, material)
    if bounded is None or rule["limit"] is None:
        return None
    return _show(bounded, rule["limit"], material)


def _names(rule: Mapping[str, Any], material: Material) -> tuple[str, ...]:
    """The names that the rule reads, in the order of its own sentence."""
    return _expression(rule, material).names


def _bounded(rule: Mapping[str, Any], material: Material) -> str | None:
    """The name that the rule compares with a limit, where it does nothing else."""
    expression = _expression(rule, material)
    if len(expression.bounds) != 1:
        return None
    bound = expression.bounds[0]
    return bound.name if set(expression.names) <= {bound.name, bound.limit} else None


def _expression(rule: Mapping[str, Any], material: Material) -> Expression:
    return next(one.expression for one in material.policy.rules if one.id == rule["id"])


def _show(name: str, value: Any, material: Material) -> str:
    if value is None and name != "linked_product_event":
        return ""
    if name in _MONEY:
        return show_money(value)
    if name in _SHARES:
        return f"{show_number(100 * value)}%"
    if name == "score":
        return show_number(value)
    return material.value(name, value)
