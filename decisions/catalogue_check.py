"""Checking reasons and words when they are loaded, alone and against everything they name; pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from assessment import Policy
from core.catalogues import missing_keys
from decisions.reason_catalogue import PARTS
from decisions.words import list_braces

LAYERS = ("system", "user", "platform")
CONTESTS = ("facts", "judgement", "none")
KINDS = frozenset({"integer", "number", "amount", "money", "date", "datetime", "month", "text"})
AVOIDED = {
    "zh": ("拒绝", "风控", "综合评分", "资质", "黑名单", "触发", "命中"),
    "en": ("reject", "adverse", "derogatory", "delinquent", "creditworthiness"),
}
_REQUIRED = {"code", "layer", "inputs", "evidence", "contest", *PARTS}
_OPTIONAL = {"parameters", "forms", "profile_lines"}
_ASCII = frozenset(",;:?!()")


def validate_reasons(document: Any) -> list[str]:
    """Return what is wrong with a catalogue of reasons in itself, naming the reason and the place."""
    if not isinstance(document, list) or not document:
        return ["reasons: a list is expected"]
    problems: list[str] = []
    seen: set[str] = set()
    for entry in document:
        code = str(entry.get("code", "?")) if isinstance(entry, Mapping) else "?"
        if not isinstance(entry, Mapping):
            problems.append("reasons: each entry is a mapping")
            continue
        if code in seen:
            problems.append(f"{code}: stands twice")
        seen.add(code)
        missing = missing_keys(entry, _REQUIRED, optional=_OPTIONAL, where=code)
        problems += missing or _check_entry(code, entry)
    return problems


def _check_entry(code: str, entry: Mapping[str, Any]) -> list[str]:
    problems = []
    if entry["layer"] not in LAYERS:
        problems.append(f"{code}.layer: one of {', '.join(LAYERS)} is expected")
    if entry["contest"] not in CONTESTS:
        problems.append(f"{code}.contest: one of {', '.join(CONTESTS)} is expected")
    parameters = entry.get("parameters", {})
    for name, kind in parameters.items():
        if kind not in KINDS and not str(kind).startswith(("code:", "codes:")):
            problems.append(f"{code}.parameters.{name}: {kind} is no kind")
    for place, words in list_texts(entry):
        problems += check_words(f"{code}.{place}", words, known={*parameters, "value"})
    return problems


def list_texts(entry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every text of a reason with its place."""
    for part in PARTS:
        yield part, entry[part]
    for form, texts in entry.get("forms", {}).items():
        for part, words in texts.items():
            yield f"forms.{form}.{part}", words
    for part, line in entry.get("profile_lines", {}).items():
        yield f"profile_lines.{part}", {key: line.get(key) for key in ("zh", "en")}


def check_words(place: str, words: Any, *, known: Collection[str] | None = None) -> list[str]:
    """Return what is wrong with one text in two languages: missing, other braces, avoided words, punctuation."""
    if not isinstance(words, Mapping) or not words.get("zh") or not words.get("en"):
        return [f"{place}: zh and en are expected"]
    zh, en = list_braces(words["zh"]), list_braces(words["en"])
    problems = []
    if zh != en:
        problems.append(f"{place}: the braces differ: {', '.join(sorted(zh ^ en))}")
    if known is not None:
        problems += [f"{place}: {{{name}}} is not among the parameters" for name in sorted((zh | en) - set(known))]
    for key, avoided in AVOIDED.items():
        problems += [f"{place}: avoid {word!r}" for word in avoided if word in words[key].lower()]
    if has_narrow_punctuation(words["zh"]):
        problems.append(f"{place}: the Chinese text has ASCII punctuation beside Chinese")
    return problems


def has_narrow_punctuation(text: str) -> bool:
    """Whether ASCII punctuation stands next to a Chinese character."""
    pairs = zip(text, text[1:], strict=False)
    return any(
        (one in _ASCII and _is_chinese(other)) or (other in _ASCII and _is_chinese(one)) for one, other in pairs
    )


def _is_chinese(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def validate_words(document: Any, place: str = "words") -> list[str]:
    """Return what is wrong with a catalogue whose leaves are texts in two languages."""
    if not isinstance(document, Mapping) or not document:
        return [f"{place}: a mapping is expected"]
    if set(document) <= {"zh", "en"}:
        return check_words(place, document)
    return [problem for name, item in document.items() for problem in validate_words(item, f"{place}.{name}")]


def cross_check(
    *,
    reasons: list[Mapping[str, Any]],
    evidence: list[Mapping[str, Any]],
    characteristics: Mapping[str, Mapping[str, Any]],
    vocabularies: Mapping[str, Any],
    jurisdictions: Mapping[str, Mapping[str, Any]],
    words: Mapping[str, Any],
    products: Mapping[str, Any],
    policy: Policy,
) -> list[str]:
    """Return every name that one catalogue uses and another does not have, with its place."""
    kinds = {entry["code"] for entry in evidence}
    problems = [
        f"evidence {entry['code']}: {name} is no characteristic"
        for entry in evidence
        for name in entry["inputs"]
        if name not in characteristics
    ]
    for entry in reasons:
        problems += _check_names(entry, kinds, characteristics, vocabularies, jurisdictions)
        problems += _check_movable(entry, evidence, characteristics)
    by_code = {entry["code"]: entry for entry in reasons}
    return problems + _check_policy(policy, by_code, characteristics, vocabularies, words, products)


def _check_names(
    entry: Mapping[str, Any],
    kinds: Collection[str],
    characteristics: Collection[str],
    vocabularies: Collection[str],
    jurisdictions: Mapping[str, Mapping[str, Any]],
) -> list[str]:
    code = entry["code"]
    problems = [f"reason {code}: {name} is no characteristic" for name in entry["inputs"] if name not in characteristics]
    problems += [f"reason {code}: {name} is no kind of evidence" for name in entry["evidence"] if name not in kinds]
    for name, kind in entry.get("parameters", {}).items():
        _, colon, vocabulary = str(kind).partition(":")
        if colon and vocabulary != "characteristics" and vocabulary not in vocabularies:
            problems.append(f"reason {code}.parameters.{name}: {vocabulary} is no vocabulary")
    for part, line in entry.get("profile_lines", {}).items():
        if not any(line.get("field") in profile for profile in jurisdictions.values()):
            problems.append(f"reason {code}.profile_lines.{part}: no jurisdiction has {line.get('field')}")
    return problems


def _check_movable(
    entry: Mapping[str, Any], evidence: list[Mapping[str, Any]], characteristics: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """A reason whose facts can be disputed needs a paper that can move one of them."""
    if entry["contest"] != "facts":
        return []
    real = {name for name in entry["inputs"] if "virtual" not in characteristics.get(name, {})}
    moved = {name for one in evidence if one["code"] in entry["evidence"] for name in one["inputs"]}
    if real and not real & moved:
        return [f"reason {entry['code']}: no evidence can change {', '.join(sorted(real))}"]
    return []


def _check_policy(
    policy: Policy,
    reasons: Mapping[str, Mapping[str, Any]],
    characteristics: Mapping[str, Mapping[str, Any]],
    vocabularies: Mapping[str, Any],
    words: Mapping[str, Any],
    products: Mapping[str, Any],
) -> list[str]:
    problems = []
    for card in policy.scorecards.values():
        for one in card.characteristics:
            problems += _check_line(one, reasons, characteristics)
    problems += [f"policy input {name}: no characteristic" for name in policy.inputs if name not in characteristics]
    for rule in policy.rules:
        if rule.reason != "LIMIT" and rule.reason not in reasons:
            problems.append(f"policy rule {rule.id}: {rule.reason} is no reason")
        if rule.id not in words.get("rules", {}):
            problems.append(f"words.rules: {rule.id} is missing")
    codes = {
        "purposes": [name for allowed in policy.allowed_purposes.values() for name in allowed],
        "industries": list(policy.high_risk_industries),
        "rule_changes": list(policy.document.get("predecessor", {}).get("changes", {})),
    }
    problems += [
        f"vocabularies.{vocabulary}: {code} is missing"
        for vocabulary, listed in codes.items()
        for code in sorted(set(listed))
        if code not in vocabularies.get(vocabulary, {})
    ]
    return problems + [f"products: {code} is missing" for code in policy.products if code not in products["products"]]


def _check_line(
    one: Any, reasons: Mapping[str, Mapping[str, Any]], characteristics: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """Each line of a scorecard is a characteristic that accepts its states, and its reason speaks of it."""
    entry = characteristics.get(one.name)
    if entry is None:
        return [f"policy scorecard: {one.name} is no characteristic"]
    problems = []
    states = {*entry.get("values", {}), "unknown"}
    problems += [f"policy scorecard {one.name}: {state} is no state" for state in one.states if state not in states]
    missing = entry.get("missing")
    if isinstance(missing, str) and missing not in one.states:
        problems.append(f"policy scorecard {one.name}: has no bin for {missing}")
    if one.reason not in reasons:
        problems.append(f"policy scorecard {one.name}: {one.reason} is no reason")
    elif one.name not in reasons[one.reason]["inputs"]:
        problems.append(f"reason {one.reason}: its inputs lack {one.name}")
    return problems
