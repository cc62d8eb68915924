"""The explanation document: outcome first, then reasons, checks, score, limit and what comes next."""

from collections.abc import Mapping
from typing import Any

from applicants.showing import show_money, show_number
from decisions.decision_days import answer_by, offer_until
from decisions.explanation_material import Material
from decisions.explanation_money import describe_cost, describe_limit, describe_line, describe_price
from decisions.explanation_reasons import describe_reasons
from decisions.explanation_rules import describe_rules
from decisions.explanation_score import (
    describe_characteristics,
    describe_dimensions,
    describe_score,
    describe_waterfall,
)
from decisions.models import Decision, DecisionKind, LineState, Outcome

Document = dict[str, Any]
UNPROVEN = ("score", "routes", "certificate", "what_if", "replay")


def build_explanation(decision: Decision, material: Material) -> Document:
    """Return the whole document in the material's language, from what the decision froze."""
    result: Mapping[str, Any] = decision.result
    return {
        "reference": decision.reference,
        "kind": decision.kind,
        "language": material.language,
        "product": {"code": decision.product, "label": material.product(decision.product)},
        "asked": describe_asked(decision, material),
        "decided_on": material.date(decision.request["context"]["decided_on"]),
        "outcome": describe_outcome(decision, material),
        "score": describe_score(decision.product, result, material),
        "dimensions": describe_dimensions(result, material),
        "characteristics": describe_characteristics(result, decision.facts, material),
        "waterfall": describe_waterfall(result, material),
        "reasons": describe_reasons(decision, material),
        "rules": describe_rules(result, material),
        "coverage": describe_coverage(result),
        "limit": describe_limit(result, material),
        "price": describe_price(result),
        "cost": describe_cost(result, material),
        "line": describe_line(decision, material),
        "comparison": describe_comparison(decision, material),
        "stamps": describe_stamps(decision),
        "engine": describe_engine(result, material),
        "next": describe_next(decision, material),
        "not_solely": not decision.is_automatic,
    }


def describe_asked(decision: Decision, material: Material) -> Document:
    """What was asked for; for a line, the line as it was."""
    request: Mapping[str, Any] = decision.request
    before = decision.result.get("line", {}).get("before")
    amount = before["total_cny"] if before else request["amount_cny"]
    unit = "days" if request["term_days"] else "months"
    term = request["term_days"] or request["term_months"]
    return {
        "amount_cny": amount,
        "amount": show_money(amount),
        "term": material.words.say("terms", unit, n=term),
        "purpose": material.word("purposes", request["purpose"]),
        "method": material.method(request["method"]),
    }


def describe_outcome(decision: Decision, material: Material) -> Document:
    """The outcome in the first line, what it means and what it does not mean."""
    values = {
        "amount": show_money(decision.request["amount_cny"]),
        "product": material.product(decision.product),
        "limit": _limit_words(decision),
        "total": _total_words(decision),
    }
    values["day"] = material.date(decision.result.get("line", {}).get("effective_on"))
    if decision.outcome == Outcome.REFER:
        values["answer_by"] = material.date(answer_by(decision).isoformat())
    place = ("outcomes", _kind_of_words(decision), decision.outcome)
    if not material.words.has(*place):
        place = ("outcomes", DecisionKind.APPLICATION.value, decision.outcome)
    summary = material.words.say(*place, "summary", **values)
    if not decision.is_automatic:
        separator = "" if material.key == "zh" else " "
        summary = f"{summary}{separator}{material.words.say(_person_words(decision))}"
    return {
        "code": decision.outcome,
        "title": material.words.say(*place, "title", **values),
        "summary": summary,
        "not_meaning": material.words.say(*place, "not_meaning", **values),
    }


def _person_words(decision: Decision) -> str:
    """What a person took of a line only a person gives back, so it says how to ask for that."""
    is_taken = decision.outcome in (Outcome.CLOSE, Outcome.CUT)
    return "by_person_about_line" if is_taken else "by_person"


def _kind_of_words(decision: Decision) -> str:
    """The words of a change of a line: announced for a day, a pause, or what its kind says."""
    change = decision.result.get("line", {})
    if decision.outcome in (Outcome.CLOSE, Outcome.CUT) and "effective_on" in change:
        return f"{decision.kind}_ANNOUNCED"
    if change.get("withdrawn"):
        return "LINE_LAPSED" if change.get("lapsed") else "LINE_WITHDRAWN"
    if change.get("given_back"):
        return "LINE_GIVEN_BACK"
    is_pause = decision.outcome == Outcome.CUT and change.get("after", {}).get("state") == LineState.SUSPENDED
    return "LINE_PAUSED" if is_pause else str(decision.kind)


def _limit_words(decision: Decision) -> str:
    after = decision.result.get("line", {}).get("after")
    if after is not None:
        return show_money(float(after["total_cny"]) - float(after["reduced_cny"]))
    return show_money(decision.limit_cny)


def _total_words(decision: Decision) -> str:
    before = decision.result.get("line", {}).get("before")
    return show_money(before["total_cny"]) if before else show_money(decision.request["amount_cny"])


def describe_next(decision: Decision, material: Material) -> Document:
    """The days that come: applying again, the next evaluation, the last to appeal, the last of an offer."""
    days = {name: material.date(day) for name, day in decision.result["next"].items()}
    until = offer_until(decision)
    return {**days, "offer_until": material.date(until.isoformat() if until else None)}


def describe_coverage(result: Mapping[str, Any]) -> Document:
    """How many checks rest on verified information, and which share of the points they are."""
    used = [line for line in result["points"].values() if line["used"]]
    return {
        "known": sum(line["known"] for line in used),
        "total": len(used),
        "pct": show_number(100 * result["coverage"]["share"]),
    }


def describe_comparison(decision: Decision, material: Material) -> Document | None:
    """The result under kinder rules, where P01 was given; None elsewhere."""
    alternatives = decision.result["alternatives"]
    if not alternatives:
        return None
    older = alternatives.get("predecessor")
    words = material.words
    rows = [
        {
            "code": "present",
            "sentence": words.say(
                "comparison", "present", version=decision.result["policy_version"],
                outcome=words.say("comparison", "outcomes", decision.result["outcome"]),
            ),
        },
        *(
            {
                "code": name,
                "sentence": words.say(
                    "comparison", name, version=other["policy_version"],
                    outcome=words.say("comparison", "outcomes", other["outcome"]),
                ),
            }
            for name, other in alternatives.items()
        ),
    ]  # fmt: skip
    return {
        "predecessor_version": older["policy_version"] if older else "",
        "predecessor_outcome": words.say("comparison", "outcomes", older["outcome"]) if older else "",
        "rows": rows,
    }


def describe_engine(result: Mapping[str, Any], material: Material) -> Document | None:
    """Which other engine scored, and what we cannot prove for that; None where our own did."""
    stamp = result.get("engine")
    if stamp is None:
        return None
    words, state = material.words, stamp["state"]
    return {
        "name": stamp["name"], "version": stamp["version"], "state": state,
        "title": words.say("engine", state, "title"), "sentence": words.say("engine", state, "sentence"),
        "unproven": [words.say("engine", "unproven", part) for part in UNPROVEN],
    }  # fmt: skip


def describe_stamps(decision: Decision) -> Document:
    """The versions that the decision was made with."""
    return {
        "policy_version": decision.result["policy_version"],
        "policy_hash": decision.policy_hash,
        "market": decision.market,
        "engine_version": decision.engine_version,
        "jurisdiction": decision.request["context"]["jurisdiction"],
    }
