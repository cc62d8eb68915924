"""Limit, price, cost and line in an explanation; the annual rate always comes first."""

from collections.abc import Mapping
from typing import Any

from applicants.showing import show_money, show_number
from decisions.explanation_material import Material
from decisions.models import Decision

Document = dict[str, Any]


def describe_limit(result: Mapping[str, Any], material: Material) -> Document | None:
    """The range, and every cap with the binding one named; None where no limit exists."""
    limit = result["limit"]
    if limit is None:
        return None
    words = material.words
    return {
        "low": show_money(limit["low"]),
        "high": show_money(limit["high"]),
        "low_cny": limit["low"],
        "high_cny": limit["high"],
        "binding": {"code": limit["binding"], "label": words.say("caps", limit["binding"])},
        "caps": [
            {
                "code": name,
                "label": words.say("caps", name),
                "amount": show_money(amount),
                "amount_cny": amount,
                "binding": name == limit["binding"],
            }
            for name, amount in limit["caps"].items()
        ],
    }


def describe_price(result: Mapping[str, Any]) -> Document | None:
    """The annual rate, and beside it the rate a day and the effective rate."""
    price = result["price"]
    return {name: rate(text) for name, text in price.items()} if price else None


def rate(text: str) -> str:
    """Return a rate in per cent as it is quoted: no rounding, no needless zeros beyond three decimals."""
    whole, _, decimals = text.partition(".")
    kept = decimals.rstrip("0")
    return f"{whole}.{kept.ljust(2, '0')}" if kept else whole


def describe_cost(result: Mapping[str, Any], material: Material) -> Document | None:
    """What the loan costs in all: instalment, interest and total, with the table of instalments."""
    cost = result["cost"]
    if cost is None:
        return None
    return {
        "amount": show_money(cost["amount"]),
        "method": material.method(cost["method"]),
        "term": material.words.say("terms", cost["term_unit"], n=cost["term"]),
        "instalment": f"¥{float(cost['instalment']):,.2f}",
        "total_interest": f"¥{float(cost['total_interest']):,.2f}",
        "total": f"¥{float(cost['total']):,.2f}",
        "annual_rate_pct": rate(cost["annual_rate_pct"]),
        "effective_pct": show_number(cost["effective_pct"]),
        "instalments": [
            {name: f"¥{float(row[name]):,.2f}" for name in ("payment", "interest", "principal", "remaining")}
            | {"number": row["number"]}
            for row in cost["instalments"]
        ],
    }


def describe_line(decision: Decision, material: Material) -> Document | None:
    """The line as it stood after the decision, where the decision was about a line; None elsewhere."""
    frozen = decision.result.get("line")
    if frozen is None:
        return None
    document: Document = {
        name: _parts(frozen[name], material) for name in ("before", "after") if frozen.get(name)
    }
    if "effective_on" in frozen:
        document["effective_on"] = material.date(frozen["effective_on"])
    return {**document, "reference": decision.line.reference if decision.line else ""}


def _parts(parts: Mapping[str, Any], material: Material) -> Document:
    shown: Document = {
        name.removesuffix("_cny"): show_money(amount)
        for name, amount in parts.items()
        if name.endswith("_cny")
    }
    state = parts["state"]
    return {**shown, "state": state, "state_label": material.words.say("line_states", state)}
