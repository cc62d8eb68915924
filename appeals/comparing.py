"""Before and after of a rerun: a table by characteristic, three results side by side, a waterfall."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from appeals.models import Basis, Rerun
from appeals.outcomes import amount_of, better_result, line_amount
from applicants.characteristics import Characteristic, get_dictionary
from applicants.showing import language_key, show_money, show_number, show_value
from applicants.sources import Source, get_sources
from core.canonical import canonical_json
from decisions.models import Outcome
from decisions.words import get_words

_NOTHING: Final = "--"


@dataclass(frozen=True)
class ComparedRow:
    """One characteristic before and after."""

    characteristic: str
    label: str
    before: str
    after: str
    source_before: str
    source_after: str
    points_before: int | None
    points_after: int | None
    is_changed: bool


@dataclass(frozen=True)
class ComparedResult:
    """One of the three recomputations in words."""

    code: str
    label: str
    outcome: str
    outcome_label: str
    score: int
    limit: str
    offer: str
    rate: str
    failed_rules: list[str]
    is_proposed: bool


@dataclass(frozen=True)
class WaterfallStep:
    """One step from the old score to the new one; `running` is the score after it."""

    label: str
    delta: int
    running: int


@dataclass(frozen=True)
class Comparison:
    """Everything a before-and-after page shows."""

    rows: list[ComparedRow]
    results: list[ComparedResult]
    waterfall: list[WaterfallStep]
    is_same: bool


def comparison(rerun: Rerun, language: str = "zh-hans") -> Comparison:
    """The finished rerun in one language, against the better of its two corrected results."""
    basis, chosen = better_result(rerun)
    with translation.override(language):
        rows = _rows(rerun, chosen, language)
        return Comparison(
            rows=rows,
            results=_results(rerun, basis, language),
            waterfall=_waterfall(rerun.original, chosen, rows),
            is_same=canonical_json(rerun.original) == canonical_json(rerun.corrected),
        )


def _rows(rerun: Rerun, chosen: Mapping[str, Any], language: str) -> list[ComparedRow]:
    dictionary, sources = get_dictionary(), get_sources()
    before, after = rerun.appeal.decision.facts, rerun.facts
    scored = [name for name in chosen["points"] if name in dictionary]
    others = [name for name in after if name not in scored and after[name] != before.get(name)]
    return [
        _row(
            dictionary[name],
            before.get(name, {}),
            after.get(name, {}),
            sources,
            language,
            points=(_points(rerun.original, name), _points(chosen, name)),
        )
        for name in [*scored, *others]
        if name in dictionary
    ]


def _row(
    known: Characteristic,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    sources: Mapping[str, Source],
    language: str,
    *,
    points: tuple[int | None, int | None],
) -> ComparedRow:
    key = language_key(language)
    labels = [
        sources[fact["source"]].label[key] if fact.get("source") in sources else ""
        for fact in (before, after)
    ]
    return ComparedRow(
        characteristic=known.name,
        label=known.label[key],
        before=show_value(known, before.get("value"), language),
        after=show_value(known, after.get("value"), language),
        source_before=labels[0],
        source_after=labels[1],
        points_before=points[0],
        points_after=points[1],
        is_changed=before.get("value") != after.get("value") or points[0] != points[1],
    )


def _points(result: Mapping[str, Any], name: str) -> int | None:
    line = result["points"].get(name)
    return None if line is None else int(line["points"])


def _results(rerun: Rerun, basis: Basis, language: str) -> list[ComparedResult]:
    columns = [
        ("original", _("As decided"), rerun.original, False),
        ("corrected", _("Corrected, rules of that day"), rerun.corrected, basis == Basis.CORRECTED),
        ("today", _("Corrected, rules in force"), rerun.today, basis == Basis.TODAY),
    ]
    return [
        _result(code, label, result, language, is_proposed=is_proposed)
        for code, label, result, is_proposed in columns
    ]


def _result(
    code: str, label: str, result: Mapping[str, Any], language: str, *, is_proposed: bool
) -> ComparedResult:
    price = result["price"]
    amount, limit = amount_of(result), line_amount(result)
    return ComparedResult(
        code=code,
        label=label,
        outcome=result["outcome"],
        outcome_label=str(Outcome(result["outcome"]).label),
        score=int(result["score"]),
        limit=show_money(limit) if limit else _NOTHING,
        offer=show_money(amount) if amount else _NOTHING,
        rate=f"{show_number(price['annual_rate_pct'])}%" if price and amount else _NOTHING,
        failed_rules=[
            _rule(rule, language) for rule in result["rules"] if rule["status"] in ("failed", "unknown")
        ],
        is_proposed=is_proposed,
    )


def _rule(rule: Mapping[str, Any], language: str) -> str:
    """The name of the check, of which several may lead to one reason."""
    words = get_words(language)
    return words.say("rules", rule["id"]) if words.has("rules", rule["id"]) else str(rule["id"])


def _waterfall(
    old: Mapping[str, Any], new: Mapping[str, Any], rows: list[ComparedRow]
) -> list[WaterfallStep]:
    running = int(old["score"])
    steps = [WaterfallStep(_("Score before"), 0, running)]
    for row in rows:
        delta = (row.points_after or 0) - (row.points_before or 0)
        if delta:
            running += delta
            steps.append(WaterfallStep(row.label, delta, running))
    steps.append(WaterfallStep(_("Score after"), 0, int(new["score"])))
    return steps
