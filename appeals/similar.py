"""Decided appeals like this one, so that the same matter gets the same answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import F, Sum

from appeals.models import Appeal, Finding, Ground, Pause
from appeals.states import Clock

_LOOKED_AT: Final = 200


@dataclass(frozen=True)
class Similar:
    """One decided appeal: what it shares with this one and how it ended; no person is named."""

    reference: str
    outcome: str
    outcome_label: str
    decided_on: date
    days: int
    shared: tuple[str, ...]
    """The reasons with the same claim."""
    directions: tuple[tuple[str, str], ...]
    """Inputs that were found to differ the same way: name, and up, down or changed."""


def similar_decided(*, appeal: Appeal, limit: int = 5) -> list[Similar]:
    """The nearest decided appeals: most shared reasons and claims, inputs that moved alike, then newest.

    Looks at the newest two hundred for each reason, in five queries however many appeals there are.
    """
    grounds = {(ground.code, ground.claim) for ground in appeal.grounds.all()}
    shared = _shared(appeal, grounds)
    found = Appeal.objects.filter(pk__in=shared).exclude(outcome="").exclude(decided_at=None)
    rows = {row.pk: row for row in found.select_related("decision").defer("decision__result")}
    moves = _moves([appeal.pk, *rows], {appeal.pk: appeal, **rows})
    mine = moves.get(appeal.pk, {})
    ranked = sorted(
        rows.values(),
        key=lambda row: (-len(shared[row.pk]), -len(_same(mine, moves.get(row.pk, {}))), -row.pk),
    )
    nearest = ranked[:limit]
    rested = _rested(nearest)
    return [
        _similar(row, shared[row.pk], _same(mine, moves.get(row.pk, {})), rested.get(row.pk, timedelta()))
        for row in nearest
    ]


def direction(before: Any, after: Any) -> str:
    """Which way an input moved: up, down, changed, or nothing when it stayed."""
    if before == after:
        return ""
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (before, after))
    if not numbers:
        return "changed"
    return "up" if after > before else "down"


def _shared(appeal: Appeal, grounds: set[tuple[str, str]]) -> dict[int, list[str]]:
    shared: dict[int, list[str]] = {}
    for code, claim in sorted(grounds):
        like = Ground.objects.filter(code=code, claim=claim).exclude(appeal=appeal)
        newest = like.order_by("-appeal_id").values_list("appeal_id", flat=True)[:_LOOKED_AT]
        for key in newest:
            shared.setdefault(key, []).append(code)
    return shared


def _moves(keys: list[int], appeals: Mapping[int, Appeal]) -> dict[int, dict[str, str]]:
    moves: dict[int, dict[str, str]] = {}
    for finding in Finding.objects.filter(appeal__in=keys, is_current=True).defer("note"):
        facts = appeals[finding.appeal_id].decision.facts
        way = direction(facts.get(finding.characteristic, {}).get("value"), finding.value)
        if way:
            moves.setdefault(finding.appeal_id, {})[finding.characteristic] = way
    return moves


def _same(mine: Mapping[str, str], theirs: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, way) for name, way in sorted(mine.items()) if theirs.get(name) == way)


def _rested(rows: list[Appeal]) -> dict[int, timedelta]:
    """How long each stood still for the law: withdrawn, and taken up again later."""
    stood = Pause.objects.filter(appeal__in=rows, clock=Clock.STATUTORY.value, until__isnull=False)
    return dict(stood.values_list("appeal").annotate(rested=Sum(F("until") - F("since"))))


def _similar(row: Appeal, shared: list[str], same: tuple[tuple[str, str], ...], rested: timedelta) -> Similar:
    sent, decided = row.submitted_at, row.decided_at
    assert decided is not None
    return Similar(
        reference=row.reference, outcome=row.outcome, outcome_label=str(row.get_outcome_display()),
        decided_on=decided.date(), days=(decided - sent - rested).days if sent else 0, shared=tuple(shared),
        directions=same,
    )  # fmt: skip
