"""The scoring engine as decisions see it: ours, or another that is asked and whose answer is checked.

Another engine gives the score, the points and the order of its reasons. Rules, limit and price stay ours. It
is told the characteristics of the scorecard and nothing that names a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from assessment import Assessment, Policy, Reason
from assessment.encoding import Characteristic
from assessment.reasons import MOST, score_reasons
from assessment.scoring import Scorecard
from decisions.freezing import assess_frozen

MOST_POINTS: Final = 600
LONGEST_VERSION: Final = 40
FAILED_CODE: Final = "P04"
SCORED: Final = "scored"
FAILED: Final = "failed"

Facts = Mapping[str, Mapping[str, Any]]


class ScoringError(Exception):
    """Another engine gave no score that can be used; `why` is a stable code."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True)
class Question:
    """What another engine is asked: the values of the scorecard's characteristics, under a key of its own."""

    key: str
    scorecard: str
    policy_version: str
    values: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The question as JSON; the key travels beside it."""
        return {
            "scorecard": self.scorecard,
            "policy_version": self.policy_version,
            "characteristics": dict(self.values),
        }


@dataclass(frozen=True)
class Answer:
    """What another engine found: points by characteristic, reason codes in order, and its version."""

    score: int
    points: Mapping[str, int]
    reasons: tuple[str, ...]
    version: str


class Engine(Protocol):
    """An engine somewhere else."""

    @property
    def name(self) -> str:
        """What it is called in decisions."""

    def ask(self, question: Question) -> Mapping[str, Any]:
        """The engine's answer as JSON; raises ScoringError when there is none."""


@dataclass(frozen=True)
class Scored:
    """One answer, or why there is none, with the facts that were asked about."""

    engine: str
    key: str
    facts: Facts
    answer: Answer | None
    why: str = ""

    @property
    def stamp(self) -> dict[str, Any]:
        """What a decision keeps of it."""
        version = self.answer.version if self.answer else ""
        return {
            "name": self.engine, "version": version, "state": SCORED if self.answer else FAILED,
            "why": self.why, "key": self.key, "reasons": list(self.answer.reasons) if self.answer else [],
        }  # fmt: skip


class ScoredElsewhere(Assessment):
    """An assessment on the points of another engine; without them it goes to a person, whatever they were."""

    @property
    def outcome(self) -> str:
        """A person decides where the engine gave nothing."""
        return "refer" if self._stamp["state"] == FAILED else self.run.outcome

    def to_dict(self) -> dict[str, Any]:
        """The assessment, and which engine it rests on."""
        return {**super().to_dict(), "engine": dict(self._stamp)}

    @property
    def _stamp(self) -> Mapping[str, Any]:
        assert self.engine is not None, "another engine scored"
        return self.engine


def ask_engine(
    engine: Engine, *, policy: Policy, facts: Facts, request: Mapping[str, Any], key: str
) -> Scored:
    """Ask and check; a failure is an answer too, so that it can be kept with the decision."""
    card = card_for(policy, request)
    values = {name: facts[name]["value"] for name in card.used_names if name in facts}
    question = Question(key, card.applicant, policy.version, values)
    try:
        answer = read_answer(engine.ask(question), card)
    except ScoringError as error:
        return Scored(engine.name, key, facts, None, error.why)
    return Scored(engine.name, key, facts, answer)


def card_for(policy: Policy, request: Mapping[str, Any]) -> Scorecard:
    """The scorecard that a request is scored with."""
    card = policy.scorecards[policy.products[request["product"]].applicant]
    return card if request["context"]["connections_dimension"] else card.without_connections


def read_answer(document: Mapping[str, Any], card: Scorecard) -> Answer:
    """What another engine answered; raises ScoringError unless its points are whole and give its score."""
    points, reasons = document.get("points"), document.get("reasons")
    score, version = document.get("score"), document.get("engine_version")
    if not isinstance(points, Mapping) or not isinstance(reasons, list) or not isinstance(version, str):
        raise ScoringError("UNREADABLE")
    if not _is_whole(score) or not all(_is_whole(one) and 0 <= one <= MOST_POINTS for one in points.values()):
        raise ScoringError("NO_NUMBER")
    if set(points) != set(card.used_names):
        raise ScoringError("OTHER_CHARACTERISTICS")
    if score != card.base + card.given_points + sum(points.values()) or score > card.base + card.total:
        raise ScoringError("SUM_DIFFERS")
    known = [one.reason for one in card.used]
    if not all(code in known for code in reasons):
        raise ScoringError("OTHER_REASONS")
    return Answer(int(score), dict(points), tuple(dict.fromkeys(reasons)), version[:LONGEST_VERSION])


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def assess_scored(
    policy: Policy, facts: Facts, request: Mapping[str, Any], scored: Scored
) -> ScoredElsewhere:
    """The assessment on another engine's points; on ours, and left to a person, where it gave none."""
    answer = scored.answer
    if answer is None:
        own = assess_frozen(policy, facts, request)
        return _as_elsewhere(own, scored, (Reason(FAILED_CODE, "with_time"),))
    card = _with_points(card_for(policy, request), facts, answer.points)
    asked = replace(policy, scorecards={**policy.scorecards, card.applicant: card})
    assessment = assess_frozen(asked, facts, request)
    return _as_elsewhere(assessment, scored, _in_its_order(assessment, answer))


def _as_elsewhere(one: Assessment, scored: Scored, reasons: tuple[Reason, ...]) -> ScoredElsewhere:
    version = scored.answer.version if scored.answer else one.engine_version
    called = f"{scored.engine} {version}" if scored.answer else version
    return ScoredElsewhere(one.run, one.request, one.context, reasons, one.alternatives, called, scored.stamp)


def _with_points(card: Scorecard, facts: Facts, points: Mapping[str, int]) -> Scorecard:
    """The card whose bin of this person gives the points that the other engine gave."""
    return replace(
        card,
        characteristics=tuple(
            _given(one, facts, points[one.name]) if one.name in points else one
            for one in card.characteristics
        ),
    )


def _given(one: Characteristic, facts: Facts, points: int) -> Characteristic:
    at = one.encode(facts[one.name]["value"])
    bins = tuple(
        replace(each, points=points) if each_at == at else each for each_at, each in enumerate(one.bins)
    )
    return replace(one, bins=bins)


def _in_its_order(assessment: Assessment, answer: Answer) -> tuple[Reason, ...]:
    """The reasons of our rules, then those of the score in the order that the other engine gave."""
    by_score = [one for one in assessment.reasons if one.characteristics and not one.rules]
    if not by_score or not answer.reasons:
        return assessment.reasons
    run = assessment.run
    gaps = {
        one.code: one for one in score_reasons(run.card, run.policy.baselines[run.card.applicant], run.score)
    }
    kept = [one for one in assessment.reasons if one not in by_score]
    taken = {one.code for one in kept}
    wanted = [gaps[code] for code in answer.reasons if code in gaps and code not in taken]
    return tuple([*kept, *(wanted or by_score)][: max(MOST, len(kept))])


def is_scored_elsewhere(result: Mapping[str, Any]) -> bool:
    """Whether a stored result rests on another engine, so that we cannot recompute or prove it."""
    return "engine" in result


def stored_answer(result: Mapping[str, Any], facts: Facts) -> Scored:
    """What another engine answered, as a decision keeps it."""
    stamp = result["engine"]
    if stamp["state"] == FAILED:
        return Scored(stamp["name"], stamp["key"], facts, None, stamp["why"])
    points = {name: line["points"] for name, line in result["points"].items() if line["used"]}
    answer = Answer(result["score"], points, tuple(stamp["reasons"]), stamp["version"])
    return Scored(stamp["name"], stamp["key"], facts, answer)


def check_stored(result: Mapping[str, Any], *, base: int, score: int) -> list[tuple[str, Any, Any]]:
    """Where a stored answer contradicts itself: (place, stored, what it adds up to)."""
    total = base + sum(line["points"] for line in result["points"].values())
    found = [
        (place, stored, total) for place, stored in (("score", score), ("result.score", result["score"]))
    ]
    return [one for one in found if one[1] != one[2]]
