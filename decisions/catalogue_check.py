"""Checking reasons and words when they are loaded; pure."""

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any

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
    """Return what is wrong with one text: a language missing, other braces, avoided words, punctuation."""
    if not isinstance(words, Mapping) or not words.get("zh") or not words.get("en"):
        return [f"{place}: zh and en are expected"]
    zh, en = list_braces(words["zh"]), list_braces(words["en"])
    problems = []
    if zh != en:
        problems.append(f"{place}: the braces differ: {', '.join(sorted(zh ^ en))}")
    if known is not None:
        problems += [
            f"{place}: {{{name}}} is not among the parameters" for name in sorted((zh | en) - set(known))
        ]
    for key, avoided in AVOIDED.items():
        problems += [f"{place}: avoid {word!r}" for word in avoided if word in words[key].lower()]
    if has_narrow_punctuation(words["zh"]):
        problems.append(f"{place}: the Chinese text has ASCII punctuation beside Chinese")
    return problems


def has_narrow_punctuation(text: str) -> bool:
    """Whether ASCII punctuation stands next to a Chinese character."""
    return any(
        (one in _ASCII and _is_chinese(other)) or (other in _ASCII and _is_chinese(one))
        for one, other in pairwise(text)
    )


def _is_chinese(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def validate_words(document: Any, place: str = "words") -> list[str]:
    """Return what is wrong with a catalogue whose leaves are texts in two languages."""
    if not isinstance(document, Mapping) or not document:
        return [f"{place}: a mapping is expected"]
    if set(document) <= {"zh", "en", "exact"}:
        return check_words(place, document)
    return [problem for name, item in document.items() for problem in validate_words(item, f"{place}.{name}")]
