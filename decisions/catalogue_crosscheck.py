"""Checking the catalogues against each other: every name that one uses, another must have; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessment import Policy
from assessment.encoding import Characteristic
from decisions.reason_catalogue import UNKNOWN_FORM

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Catalogues:
    """The documents that name each other, and the compiled policy."""

    reasons: list[Entry]
    evidence: list[Entry]
    characteristics: Mapping[str, Entry]
    vocabularies: Mapping[str, Entry]
    jurisdictions: Mapping[str, Entry]
    words: Mapping[str, Any]
    products: Mapping[str, Any]
    policy: Policy


def cross_check(all_of_them: Catalogues) -> list[str]:
    """Return every name that one catalogue uses and another does not have, with its place."""
    checks = (_check_evidence, _check_reasons, _check_scorecards, _check_rules, _check_codes)
    return [problem for check in checks for problem in check(all_of_them)]


def _check_evidence(known: Catalogues) -> list[str]:
    return [
        f"evidence {entry['code']}: {name} is no characteristic"
        for entry in known.evidence
        for name in entry["inputs"]
        if name not in known.characteristics
    ]


def _check_reasons(known: Catalogues) -> list[str]:
    problems = []
    for entry in known.reasons:
        problems += (
            _check_names(entry, known)
            + _check_parameters(entry, known)
            + _check_movable(entry, known)
            + _check_unknown(entry)
        )
    return problems


def _check_unknown(entry: Entry) -> list[str]:
    """What is not known is not claimed: that form of a reason has a title and a meaning of its own."""
    form = entry.get("forms", {}).get(UNKNOWN_FORM)
    if form is None:
        return []
    return [
        f"reason {entry['code']}.forms.{UNKNOWN_FORM}: has no {part} of its own"
        for part in ("title", "meaning")
        if part not in form
    ]


def _check_names(entry: Entry, known: Catalogues) -> list[str]:
    code = entry["code"]
    kinds = {one["code"] for one in known.evidence}
    problems = [
        f"reason {code}: {name} is no characteristic"
        for name in entry["inputs"]
        if name not in known.characteristics
    ]
    problems += [
        f"reason {code}: {name} is no kind of evidence" for name in entry["evidence"] if name not in kinds
    ]
    for part, line in entry.get("profile_lines", {}).items():
        if not any(line.get("field") in profile for profile in known.jurisdictions.values()):
            problems.append(f"reason {code}.profile_lines.{part}: no jurisdiction has {line.get('field')}")
    return problems


def _check_parameters(entry: Entry, known: Catalogues) -> list[str]:
    problems = []
    for name, kind in entry.get("parameters", {}).items():
        _, colon, vocabulary = str(kind).partition(":")
        if colon and vocabulary != "characteristics" and vocabulary not in known.vocabularies:
            problems.append(f"reason {entry['code']}.parameters.{name}: {vocabulary} is no vocabulary")
    return problems


def _check_movable(entry: Entry, known: Catalogues) -> list[str]:
    """A reason whose facts can be disputed needs a paper that can move one of them."""
    if entry["contest"] != "facts":
        return []
    real = {name for name in entry["inputs"] if "virtual" not in known.characteristics.get(name, {})}
    moved = {name for one in known.evidence if one["code"] in entry["evidence"] for name in one["inputs"]}
    if real and not real & moved:
        return [f"reason {entry['code']}: no evidence can change {', '.join(sorted(real))}"]
    return []


def _check_scorecards(known: Catalogues) -> list[str]:
    reasons = {entry["code"]: entry for entry in known.reasons}
    return [
        problem
        for card in known.policy.scorecards.values()
        for one in card.characteristics
        for problem in _check_line(one, reasons, known.characteristics)
    ]


def _check_line(
    one: Characteristic, reasons: Mapping[str, Entry], characteristics: Mapping[str, Entry]
) -> list[str]:
    """Each line of a scorecard is a characteristic that accepts its states, and its reason speaks of it."""
    place = f"policy scorecard {one.name}"
    entry = characteristics.get(one.name)
    if entry is None:
        return [f"{place}: is no characteristic"]
    states = {*entry.get("values", {}), "unknown"}
    problems = [f"{place}: {state} is no state" for state in one.states if state not in states]
    missing = entry.get("missing")
    if isinstance(missing, str) and missing not in one.states:
        problems.append(f"{place}: has no bin for {missing}")
    if one.reason not in reasons:
        problems.append(f"{place}: {one.reason} is no reason")
    elif one.name not in reasons[one.reason]["inputs"]:
        problems.append(f"reason {one.reason}: its inputs lack {one.name}")
    return problems


def _check_rules(known: Catalogues) -> list[str]:
    codes = {entry["code"] for entry in known.reasons} | {"LIMIT"}
    labels = known.words.get("rules", {})
    problems = [
        f"policy rule {rule.id}: {rule.reason} is no reason"
        for rule in known.policy.rules
        if rule.reason not in codes
    ]
    problems += [f"words.rules: {rule.id} is missing" for rule in known.policy.rules if rule.id not in labels]
    return problems + [
        f"policy input {name}: is no characteristic"
        for name in known.policy.inputs
        if name not in known.characteristics
    ]


def _check_codes(known: Catalogues) -> list[str]:
    policy = known.policy
    older = policy.document.get("predecessor", {})
    codes = {
        "purposes": [name for allowed in policy.allowed_purposes.values() for name in allowed],
        "industries": list(policy.high_risk_industries),
        "rule_changes": [code for code in older.get("changes", {}) if code not in older.get("words", {})],
    }
    problems = [
        f"vocabularies.{vocabulary}: {code} is missing"
        for vocabulary, listed in codes.items()
        for code in sorted(set(listed))
        if code not in known.vocabularies.get(vocabulary, {})
    ]
    names = known.products.get("products", {})
    return problems + [f"products: {code} is missing" for code in policy.products if code not in names]
