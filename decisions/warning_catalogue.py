"""Early warnings as catalogue data: the test of each trigger, its words, and what each measure does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from applicants.showing import language_key
from assessment import ExpressionError
from assessment.expressions import Expression, Name, read_expression
from core.catalogues import get_catalogue, missing_keys
from decisions.catalogue_check import check_words
from decisions.words import fill

CATALOGUE: Final = "warnings"
LEVELS: Final = ("watch", "amber", "red")
EFFECTS: Final = ("tell", "remind", "plan", "cut", "secure", "pause", "close")
_NUMBERS: Final = (
    "score", "score_before", "score_drop", "gate", "days_late", "new_lenders_60d", "revolving_use_pct",
    "revolving_use_30d_ago", "linked_item_days", "tax_filings", "tax_filings_before", "court_records",
    "court_records_before", "related_score", "related_before", "related_drop",
)  # fmt: skip
_LICENCE: Final = frozenset({"unverified", "abnormal_list", "basic", "full", "unknown"})
NAMES: Final[Mapping[str, Name]] = {
    **dict.fromkeys(_NUMBERS, Name("number")),
    "licence": Name("text", states=_LICENCE),
    "licence_before": Name("text", states=_LICENCE),
    "representative_changed": Name("flag"),
    "holder_left": Name("flag"),
}
"""What a test may ask for; `None` and "unknown" are not known, and so is a test that needs them."""
COMPARED: Final = frozenset(
    {
        "score_before", "score_drop", "tax_filings_before", "court_records_before", "licence_before",
        "related_before", "related_drop", "representative_changed", "holder_left",
    }
)  # fmt: skip
"""The names that look back at the evaluation before."""
_TESTED: Final = {"test", "covered_by", "fits", "reasons", "title", "changed", "fix"}
_UNTESTED: Final = {"missing", "title"}
_MEASURE: Final = {"effect", "review_days", "title", "meaning"}


@dataclass(frozen=True)
class Trigger:
    """One trigger with its test; without one it is not known, and `missing` says what we do not hold."""

    code: str
    expression: Expression | None
    covered_by: tuple[str, ...]
    fits: tuple[str, ...]
    reasons: tuple[str, ...]
    words: Mapping[str, Mapping[str, str]]

    @property
    def looks_back(self) -> bool:
        """Whether the test compares with the evaluation before."""
        return self.expression is not None and not COMPARED.isdisjoint(self.expression.names)

    def say(self, part: str, language: str, values: Mapping[str, Any] | None = None) -> str:
        """One of its texts with the values filled in; a value that is not known is a dash."""
        known = dict.fromkeys(NAMES, "--") | {
            name: value for name, value in (values or {}).items() if value is not None
        }
        return fill(self.words[part][language_key(language)], known)


@dataclass(frozen=True)
class MeasureTerms:
    """What one measure does, when we look at it again, and its words."""

    code: str
    effect: str
    review_days: int
    share_pct: int
    words: Mapping[str, Mapping[str, str]]

    def say(self, part: str, language: str) -> str:
        """One of its texts."""
        return self.words[part][language_key(language)]


def get_triggers() -> Mapping[str, Trigger]:
    """The triggers of the newest catalogue by code."""
    return {code: _read(code, entry) for code, entry in get_catalogue(CATALOGUE).document["triggers"].items()}


def get_measure_terms() -> Mapping[str, MeasureTerms]:
    """What each measure does, by code."""
    return {
        code: MeasureTerms(
            code, entry["effect"], entry["review_days"], entry.get("share_pct", 0),
            {part: entry[part] for part in ("title", "meaning")},
        )
        for code, entry in get_catalogue(CATALOGUE).document["measures"].items()
    }  # fmt: skip


def _read(code: str, entry: Mapping[str, Any]) -> Trigger:
    parts = {name: entry[name] for name in ("title", "changed", "fix", "missing") if name in entry}
    return Trigger(
        code, read_expression(entry["test"], NAMES) if "test" in entry else None,
        tuple(entry.get("covered_by", ())), tuple(entry.get("fits", ())), tuple(entry.get("reasons", ())),
        parts,
    )  # fmt: skip


def validate_warnings(document: Any) -> list[str]:
    """Return what is wrong with a catalogue of warnings: the path, and what is expected there."""
    if not isinstance(document, Mapping) or set(document) != {"triggers", "measures"}:
        return ["warnings: triggers and measures are expected"]
    problems = []
    for code, entry in document["triggers"].items():
        problems += list(_check_trigger(f"triggers.{code}", entry, document))
    for code, entry in document["measures"].items():
        problems += list(_check_measure(f"measures.{code}", entry))
    return problems


def _check_trigger(place: str, entry: Any, document: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(entry, Mapping):
        yield f"{place}: a mapping is expected"
        return
    missing = missing_keys(entry, _TESTED if "test" in entry else _UNTESTED, optional=set(), where=place)
    yield from missing
    if missing:
        return
    for part in {"title", "changed", "fix", "missing"} & set(entry):
        yield from check_words(f"{place}.{part}", entry[part], known=NAMES)
    if "test" not in entry:
        return
    try:
        read_expression(entry["test"], NAMES)
    except ExpressionError as error:
        yield f"{place}.test: expected {error.expected}"
    for part, known in (("covered_by", document["triggers"]), ("fits", document["measures"])):
        yield from (f"{place}.{part}: {one} is not known here" for one in entry[part] if one not in known)


def _check_measure(place: str, entry: Any) -> Iterator[str]:
    if not isinstance(entry, Mapping):
        yield f"{place}: a mapping is expected"
        return
    missing = missing_keys(entry, _MEASURE, optional={"share_pct"}, where=place)
    yield from missing
    if missing:
        return
    for part in ("title", "meaning"):
        yield from check_words(f"{place}.{part}", entry[part], known=())
    if entry["effect"] not in EFFECTS:
        yield f"{place}.effect: one of {', '.join(EFFECTS)} is expected"
    if entry["effect"] == "cut" and not 0 < entry.get("share_pct", 0) <= 100:
        yield f"{place}.share_pct: 1 to 100 is expected"


def check_against_policy(
    document: Mapping[str, Any], policy: Mapping[str, Any], reasons: list[Mapping[str, Any]]
) -> list[str]:
    """Return every trigger, measure or reason that one of the files names and another does not have."""
    early = policy["early_warning"]
    problems = []
    for part in ("triggers", "measures"):
        known = {entry["id"] for entry in early[part]}
        problems += [f"warnings.{part}: {code} is missing" for code in sorted(known - set(document[part]))]
        problems += [
            f"warnings.{part}.{code}: the policy has none" for code in sorted(set(document[part]) - known)
        ]
    codes = {entry["code"] for entry in reasons}
    return problems + [
        f"warnings.triggers.{code}.reasons: {one} is no reason"
        for code, entry in document["triggers"].items()
        for one in entry.get("reasons", ())
        if one not in codes
    ]
