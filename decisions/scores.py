"""A person's score over time: what it was, why it moved, and where most points are still to be had."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from accounts.actors import Actor
from applicants.characteristics import get_dictionary
from applicants.showing import language_key, show_value
from applicants.terms import today_of
from decisions.models import Decision
from decisions.policies import compiled
from decisions.queries import visible_decisions
from decisions.words import get_words

_MOST: Final = 12
_NAMED_CAUSES: Final = 3
_GAINS: Final = 3


@dataclass(frozen=True)
class Cause:
    """One input that moved the score: from which value to which, and by how many points."""

    label: str
    before: str
    after: str
    delta: int


@dataclass(frozen=True)
class ScorePoint:
    """The score on one day, with what moved it since the time before."""

    reference: str
    decided_at: datetime
    score: int
    band: str
    change: int | None
    causes: tuple[Cause, ...]
    rules_changed: bool


@dataclass(frozen=True)
class Gain:
    """One input with points still to be had."""

    code: str
    label: str
    value: str
    points: int
    most: int
    tag: str
    tag_label: str

    @property
    def left(self) -> int:
        """How many points are still to be had."""
        return self.most - self.points


def newest_scored(*, by: Actor) -> Decision | None:
    """Return the newest decision of the person who asks, whose score counts today; None before the first."""
    if by.user_id is None:
        return None
    rows = visible_decisions(by).filter(applicant__user_id=by.user_id)
    return rows.select_related("applicant", "policy", "application", "line").order_by("-id").first()


def score_history(*, decision: Decision, language: str) -> list[ScorePoint]:
    """Return the scores up to this decision, newest first, each with the inputs that moved it most."""
    rows = list(
        Decision.objects.filter(applicant=decision.applicant_id, pk__lte=decision.pk)
        .only("reference", "decided_at", "score", "result", "facts", "policy_hash", "applicant_id")
        .order_by("-id")[: _MOST + 1]
    )
    bands = {band.code: band.labels[language_key(language)] for band in compiled(decision.policy).bands}
    earlier: Sequence[Decision | None] = [*rows[1:], None]
    points = [
        _describe(row, before, bands, language)
        for row, before in zip(rows, earlier, strict=True)
    ]  # fmt: skip
    return points[:_MOST]


def biggest_gains(document: Mapping[str, Any], decision: Decision, language: str) -> list[Gain]:
    """Return the three inputs with most points still to be had that can change at all."""
    policy, words = compiled(decision.policy), get_words(language)
    gains = [
        Gain(
            code=row["code"], label=row["label"], value=row["value"], points=row["points"], most=row["max"],
            tag=policy.tag(row["code"]), tag_label=words.say("tags", policy.tag(row["code"])),
        )
        for row in document["characteristics"]
        if row["used"] and row["points"] < row["max"] and policy.tag(row["code"]) != "fixed"
    ]  # fmt: skip
    # What one can do comes before what only time does; then the points decide.
    gains.sort(key=lambda gain: (gain.tag != "changeable", -gain.left))
    return gains[:_GAINS]


def stale_since(decision: Decision, *, now: datetime) -> date | None:
    """Return since when a score is too old to count, or None while it does."""
    days = compiled(decision.policy).document["score"]["validity_days"]
    ends = today_of(decision.applicant, decision.decided_at) + timedelta(days=days)
    return ends if today_of(decision.applicant, now) > ends else None


def _describe(row: Decision, before: Decision | None, bands: Mapping[str, str], language: str) -> ScorePoint:
    return ScorePoint(
        reference=row.reference, decided_at=row.decided_at, score=row.score,
        band=bands.get(row.result["band"], ""),
        change=row.score - before.score if before else None,
        causes=_causes(row, before, language) if before else (),
        rules_changed=before is not None and before.policy_hash != row.policy_hash,
    )  # fmt: skip


def _causes(row: Decision, before: Decision, language: str) -> tuple[Cause, ...]:
    """The inputs that moved most points, largest first."""
    earlier = before.result["points"]
    moved = {
        name: line["points"] - earlier[name]["points"]
        for name, line in row.result["points"].items()
        if name in earlier and line["points"] != earlier[name]["points"]
    }
    largest = sorted(moved, key=lambda name: (-abs(moved[name]), name))[:_NAMED_CAUSES]
    return tuple(
        Cause(
            _label(name, language), _value(before, name, language), _value(row, name, language), moved[name]
        )
        for name in largest
    )


def _label(name: str, language: str) -> str:
    return get_dictionary()[name].label[language_key(language)]


def _value(row: Decision, name: str, language: str) -> str:
    entry = row.facts.get(name)
    return show_value(get_dictionary()[name], entry["value"], language) if entry else "--"
