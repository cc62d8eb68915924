"""Checking a dictionary of characteristics when it is loaded; pure."""

from collections.abc import Collection, Mapping
from typing import Any

from applicants.characteristics import APPLIES, NUMERIC, TYPES
from core.catalogues import missing_keys

_REQUIRED = {"applies", "type", "unit", "label"}
_OPTIONAL = {
    "min", "max", "missing", "sources", "detail", "companions", "values", "derived", "virtual", "vocabulary",
}  # fmt: skip
_DETAILS = frozenset({"text", "date", "month", "money", "number", "integer"})
PROHIBITED = frozenset(
    {
        "sex",
        "gender",
        "ethnicity",
        "nationality",
        "race",
        "religion",
        "health",
        "illness",
        "illness_history",
        "genes",
        "blood_type",
        "fingerprints",
        "region",
        "school",
        "phone_model",
        "friends_score",
        "early_repayment",
        "appeals",
        "complaints",
        "data_requests",
        "marital_status",
    }
)


def validate_characteristics(
    document: Any, *, sources: Collection[str], vocabularies: Collection[str]
) -> list[str]:
    """Return what is wrong with a dictionary, naming the place; prohibited inputs are refused."""
    if not isinstance(document, Mapping) or not document:
        return ["characteristics: a mapping of names is expected"]
    problems: list[str] = []
    for name, entry in document.items():
        if not isinstance(entry, Mapping):
            problems.append(f"{name}: a mapping is expected")
            continue
        if name in PROHIBITED:
            problems.append(f"{name}: may never be an input")
        problems += missing_keys(entry, _REQUIRED, optional=_OPTIONAL, where=name)
        problems += _check_entry(name, entry, document, sources, vocabularies)
    return problems


def _check_entry(
    name: str,
    entry: Mapping[str, Any],
    document: Mapping[str, Any],
    sources: Collection[str],
    vocabularies: Collection[str],
) -> list[str]:
    problems = []
    if entry.get("type") not in TYPES:
        problems.append(f"{name}.type: one of {', '.join(sorted(TYPES))} is expected")
    if entry.get("applies") not in APPLIES:
        problems.append(f"{name}.applies: one of {', '.join(sorted(APPLIES))} is expected")
    problems += [
        f"{name}.label.{language} is missing" for language in ("zh", "en") if not _word(entry, language)
    ]
    problems += [
        f"{name}.sources: {code} is no source" for code in entry.get("sources", ()) if code not in sources
    ]
    problems += [
        f"{name}.companions: {other} is no characteristic"
        for other in entry.get("companions", ())
        if other not in document
    ]
    problems += _check_values(name, entry, vocabularies)
    return problems + _check_presence(name, entry)


def _word(entry: Mapping[str, Any], language: str) -> Any:
    label = entry.get("label")
    return label.get(language) if isinstance(label, Mapping) else None


def _check_values(name: str, entry: Mapping[str, Any], vocabularies: Collection[str]) -> list[str]:
    problems = []
    vocabulary = entry.get("vocabulary")
    if vocabulary is not None and vocabulary not in vocabularies:
        problems.append(f"{name}.vocabulary: {vocabulary} is no vocabulary")
    for code, words in entry.get("values", {}).items():
        if not isinstance(words, Mapping) or not words.get("zh") or not words.get("en"):
            problems.append(f"{name}.values.{code}: zh and en are expected")
    for key, kind in entry.get("detail", {}).items():
        known, _, listed = str(kind).partition(":")
        if kind not in _DETAILS and not (known in ("code", "codes") and listed in vocabularies):
            problems.append(f"{name}.detail.{key}: {kind} is no kind of detail")
    return problems


def _check_presence(name: str, entry: Mapping[str, Any]) -> list[str]:
    if "virtual" in entry:
        return [f"{name}: a virtual input has no missing value"] if "missing" in entry else []
    problems = []
    if "missing" not in entry:
        problems.append(f"{name}.missing is missing")
    if not entry.get("sources"):
        problems.append(f"{name}.sources is missing")
    if entry.get("type") in NUMERIC and ("min" not in entry or "max" not in entry):
        problems.append(f"{name}: min and max are missing")
    missing = entry.get("missing")
    if isinstance(missing, str) and missing != "unknown" and missing not in entry.get("values", {}):
        problems.append(f"{name}.missing: {missing} is no state")
    return problems
