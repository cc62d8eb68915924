"""The reasons of a decision in words, each with the data it speaks of and the papers that can move it."""

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from decisions.explanation_material import Material
from decisions.models import Decision, DecisionReason, Outcome
from decisions.reason_case import UNKNOWN_STATES, in_policy_order
from decisions.reason_catalogue import PARTS, UNKNOWN_FORM, ReasonEntry
from decisions.words import fill

Document = dict[str, Any]
COVERAGE_RULE = "R15"
BY_PERSON = "with_person"
"""What every reason of a referral is tagged: neither time nor a change settles it, a person looks."""
WAITS = "waits"
"""What every reason of what only waits is tagged: it goes on by itself once this is settled."""
NOT_KNOWN = "not_known"
"""What a reason is tagged whose fact nobody knows yet: of what may change it nothing can be said."""
_POSITION = attrgetter("position")


def describe_reasons(decision: Decision, material: Material) -> list[Document]:
    """Return the principal reasons in order."""
    causes = {reason["code"]: reason for reason in decision.result["reasons"]}
    rows = sorted(decision.reasons.all(), key=_POSITION)
    return [_describe(row, decision, causes.get(row.code, {}), material) for row in rows]


def _describe(
    row: DecisionReason, decision: Decision, cause: Mapping[str, Any], material: Material
) -> Document:
    entry = material.reasons[row.code]
    tag = _tag(row, decision)
    return {
        "position": row.position,
        "code": row.code,
        "layer": entry.layer,
        "layer_label": material.words.say("layers", entry.layer),
        **word_reason(entry, row.parameters, material),
        "contest": entry.contest,
        "tag": tag,
        "tag_label": material.words.say("tags", tag),
        "facts": describe_facts(entry, cause, decision, material),
        "evidence": list(entry.evidence),
    }


def _tag(row: DecisionReason, decision: Decision) -> str:
    """What can change the reason: a person, what is still missing, the wait, or as the policy says."""
    if decision.outcome == Outcome.REFER:
        return BY_PERSON
    if row.parameters.get("form") == UNKNOWN_FORM:
        return NOT_KNOWN
    return WAITS if decision.outcome == Outcome.HOLD else row.tag


def word_reason(entry: ReasonEntry, parameters: Mapping[str, Any], material: Material) -> dict[str, str]:
    """Return the four parts of a reason with every brace filled."""
    entry.check_filled(parameters)
    kinds = entry.parameters
    values = {
        name: material.parameter(kinds[name], value) for name, value in parameters.items() if name in kinds
    }
    texts = entry.texts(parameters.get("form", ""))
    worded = {part: fill(texts[part][material.key], values) for part in PARTS}
    for part, line in entry.profile_lines.items():
        number = material.profile.number(line["field"])
        if number is not None:
            separator = "" if material.key == "zh" else " "
            worded[part] = f"{worded[part]}{separator}{fill(line[material.key], {'value': number})}"
    return worded


def describe_facts(
    entry: ReasonEntry, cause: Mapping[str, Any], decision: Decision, material: Material
) -> list[Document]:
    """Return the facts that a reason rests on: those of its rules and points, else of the catalogue."""
    named = [*_of_rules(cause, decision), *cause.get("characteristics", {})] or list(entry.inputs)
    facts: Mapping[str, Any] = decision.facts
    if COVERAGE_RULE in cause.get("rules", ()):
        named = [*_unverified(decision), *(name for name in named if _is_missing(name, facts))]
    return [
        {
            "characteristic": name,
            "label": material.label(name),
            "value": material.value(name, facts[name]["value"]),
            "source_label": material.source(facts[name]["source"]),
            "observed_on": material.date(facts[name]["observed_on"]),
        }
        for name in in_policy_order(material.policy, decision.product, named)
        if name in facts
    ]


def _unverified(decision: Decision) -> list[str]:
    return [name for name, line in decision.result["points"].items() if line["used"] and not line["known"]]


def _is_missing(name: str, facts: Mapping[str, Any]) -> bool:
    return name in facts and facts[name]["value"] in UNKNOWN_STATES


def _of_rules(cause: Mapping[str, Any], decision: Decision) -> list[str]:
    behind = set(cause.get("rules", ()))
    return [name for rule in decision.result["rules"] if rule["id"] in behind for name in rule["values"]]
