"""What each paper could change, before anybody sends it: computed by the engine, promised by nobody.

For each contested input every value that it may have is tried under the rules of that day, everything else
as it was. So "yes", "maybe" and "no" speak of what the rules would do with the best value, not of what a
paper will show.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from appeals.appealability import evidence_kinds, get_reason, permitted_inputs
from appeals.models import Appeal
from appeals.outcomes import RANK
from applicants.characteristics import get_dictionary
from decisions.models import Decision
from decisions.possible_values import list_possible
from decisions.rerunning import EngineUnavailableError, reassess
from evidence.catalogue import list_kinds

_INCOME: Final = "verified_income_month"
_REPAYMENTS: Final = "existing_repayments_cny"
_SHARE: Final = "debt_service_pct"
Facts = Mapping[str, Mapping[str, Any]]
Standing = tuple[int, Decimal]


class Chance(StrEnum):
    """Whether a paper about one input could change the outcome."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


@dataclass(frozen=True)
class Advice:
    """One contested input: the papers that count for it and what they could change at most.

    `most_points` is None where another engine scored the decision and cannot be asked.
    """

    characteristic: str
    is_named: bool
    kinds: tuple[str, ...]
    chance: Chance
    most_points: int | None


@dataclass(frozen=True)
class _Best:
    value: Any
    standing: Standing
    points: int


def advise(appeal: Appeal) -> dict[str, list[Advice]]:
    """For each ground what its papers could change, the reason's own inputs first, then the most points."""
    codes = [ground.code for ground in appeal.grounds.all()]
    reach = {code: _inputs(appeal.decision, code) for code in codes}
    try:
        found = _compute(appeal.decision, sorted({name for names in reach.values() for name in names}))
    except EngineUnavailableError:
        found = None
    return {code: _arrange(code, names, found) for code, names in reach.items()}


def _inputs(decision: Decision, code: str) -> dict[str, tuple[str, ...]]:
    """The inputs of a reason that the decision read and a paper can prove, each with these papers."""
    allowed, kinds = permitted_inputs(code), evidence_kinds(code)
    papers = [kind for kind in list_kinds() if kind.code in kinds]
    is_person = decision.applicant.kind == "PERSON"
    dictionary = get_dictionary()
    found = {}
    for name in decision.facts:
        known = dictionary.get(name)
        if known is None or name not in allowed or known.derived or not known.applies_to(is_person=is_person):
            continue
        proving = tuple(kind.code for kind in papers if name in kind.inputs)
        if proving:
            found[name] = proving
    return found


def _compute(decision: Decision, names: list[str]) -> tuple[dict[str, _Best], Standing, Standing]:
    """Each input at its best alone, how things stand now, and how they would with all of them at once."""
    facts: Facts = decision.facts
    now = reassess(decision=decision, facts=facts)
    before, score = _standing(now), int(now.score)
    best = {name: _best(decision, name, before, score) for name in names}
    together = dict(facts)
    for name, one in best.items():
        together = _with(together, name, one.value)
    return best, before, _standing(reassess(decision=decision, facts=together))


def _best(decision: Decision, name: str, before: Standing, score: int) -> _Best:
    """The value that serves the applicant best; the most points may come from another one."""
    best, points = _Best(decision.facts[name]["value"], before, 0), 0
    for value in list_possible(decision, name):
        result = reassess(decision=decision, facts=_with(decision.facts, name, value))
        gained = int(result.score) - score
        points = max(points, gained)
        standing = _standing(result)
        if (standing, gained) > (best.standing, best.points):
            best = _Best(value, standing, gained)
    return _Best(best.value, best.standing, points)


def _with(facts: Facts, name: str, value: Any) -> dict[str, Mapping[str, Any]]:
    """The facts with one value changed; the share that repayments take of the income follows."""
    changed = {**facts, name: {**facts[name], "value": value}}
    income, owed = (_number(changed.get(one, {}).get("value")) for one in (_INCOME, _REPAYMENTS))
    if name in (_INCOME, _REPAYMENTS) and _SHARE in changed and income is not None and owed is not None:
        share = round(100 * owed / income, 2) if income else 1000.0
        changed[_SHARE] = {**changed[_SHARE], "value": share}
    return changed


def _standing(result: Any) -> Standing:
    return RANK[result.outcome], Decimal(result.offer or 0)


def _arrange(
    code: str,
    names: Mapping[str, tuple[str, ...]],
    found: tuple[dict[str, _Best], Standing, Standing] | None,
) -> list[Advice]:
    from_reason = _named(code)
    rows = [
        Advice(
            characteristic=name,
            is_named=name in from_reason,
            kinds=kinds,
            chance=_chance(name, found),
            most_points=found[0][name].points if found is not None else None,
        )
        for name, kinds in names.items()
    ]
    order = list(Chance)
    return sorted(rows, key=lambda row: (not row.is_named, order.index(row.chance), -(row.most_points or 0)))


def _chance(name: str, found: tuple[dict[str, _Best], Standing, Standing] | None) -> Chance:
    if found is None:
        return Chance.MAYBE
    best, before, together = found
    one = best[name]
    if one.standing > before:
        return Chance.YES
    return Chance.MAYBE if one.points and together > before else Chance.NO


def _named(code: str) -> Iterable[str]:
    return frozenset(get_reason(code)["inputs"])


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
