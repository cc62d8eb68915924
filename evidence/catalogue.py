"""The kinds of evidence: which inputs each can prove, for whom, how old it may be, how it is checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.catalogues import get_catalogue, missing_keys
from core.errors import InputError

CATALOGUE: Final = "evidence"
_KEYS: Final = {"code", "zh", "en", "who", "inputs", "valid_days", "verify", "verify_zh"}
_WHO: Final = {"personal", "enterprise", "both"}


class UnknownKindError(InputError):
    """There is no such kind of evidence."""

    code = "unknown-evidence-kind"
    default_message = _("Choose what kind of paper this is.")


@dataclass(frozen=True)
class EvidenceKind:
    """One kind of evidence; `valid_days` None means that age does not matter."""

    code: str
    labels: Mapping[str, str]
    inputs: tuple[str, ...]
    valid_days: int | None
    checks: Mapping[str, tuple[str, ...]]
    who: str

    @property
    def label(self) -> str:
        """The name in the active language."""
        return self.labels[_active()]

    @property
    def verify(self) -> tuple[str, ...]:
        """The reviewer's checklist in the active language."""
        return self.checks[_active()]


def list_kinds(*, who: str = "both") -> list[EvidenceKind]:
    """Every kind, or those for a `personal` or an `enterprise` applicant, in catalogue order."""
    return [kind for kind in _kinds().values() if "both" in (who, kind.who) or kind.who == who]


def get_kind(code: str) -> EvidenceKind:
    """The kind with this code, or UnknownKindError."""
    try:
        return _kinds()[code]
    except KeyError:
        raise UnknownKindError(fields={"kind": [UnknownKindError.default_message]}) from None


def validate_evidence(document: Any) -> list[str]:
    """What is wrong with a catalogue of evidence kinds; empty when it can be loaded."""
    if not isinstance(document, list):
        return ["the file must be a list of evidence kinds"]
    problems = [problem for number, entry in enumerate(document, 1) for problem in _check(entry, number)]
    codes = [entry.get("code") for entry in document if isinstance(entry, dict)]
    return problems + [
        f"{code} stands twice" for code in sorted({str(c) for c in codes if codes.count(c) > 1})
    ]


def _check(entry: Any, number: int) -> list[str]:
    if not isinstance(entry, dict):
        return [f"entry {number} must be a mapping"]
    where = str(entry.get("code", f"entry {number}"))
    problems = missing_keys(entry, _KEYS, optional=set(), where=where)
    if problems:
        return problems
    checks = {
        f"{where}: who must be one of {sorted(_WHO)}": entry["who"] in _WHO,
        f"{where}: inputs must be a list of names": isinstance(entry["inputs"], list)
        and all(isinstance(name, str) for name in entry["inputs"]),
        f"{where}: valid_days must be a positive number or null": entry["valid_days"] is None
        or (type(entry["valid_days"]) is int and entry["valid_days"] > 0),
        f"{where}: zh, en, verify and verify_zh must be text": all(
            isinstance(entry[name], str) and entry[name].strip()
            for name in ("zh", "en", "verify", "verify_zh")
        ),
    }
    return [problem for problem, holds in checks.items() if not holds]


def _active() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def _steps(text: str, separator: str) -> tuple[str, ...]:
    return tuple(step.strip() for step in text.split(separator))


def _kinds() -> Mapping[str, EvidenceKind]:
    return _read(get_catalogue(CATALOGUE).content_hash)


@lru_cache(maxsize=8)
def _read(content_hash: str) -> Mapping[str, EvidenceKind]:
    catalogue = get_catalogue(CATALOGUE)
    kinds = (
        EvidenceKind(
            code=entry["code"],
            labels={"zh": entry["zh"], "en": entry["en"]},
            inputs=tuple(entry["inputs"]),
            valid_days=entry["valid_days"],
            checks={"en": _steps(entry["verify"], ";"), "zh": _steps(entry["verify_zh"], "\uff1b")},
            who=entry["who"],
        )
        for entry in catalogue.document
    )
    return {kind.code: kind for kind in kinds}
