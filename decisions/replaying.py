"""Replaying decisions: recompute each from what it froze and name every difference; there must be none."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assessment import AssessmentError, Policy
from decisions.engines import check_stored, is_scored_elsewhere
from decisions.freezing import assess_frozen
from decisions.freezing_reasons import freeze_reasons
from decisions.models import Decision, DecisionReason
from decisions.policies import PolicyDamagedError, compiled
from decisions.reason_catalogue import get_reasons
from decisions.setting_aside import SET_ASIDE

CHUNK = 500
_NOT_OF_THE_ENGINE = frozenset({"next", "line", SET_ASIDE})


@dataclass(frozen=True)
class Difference:
    """One place where the recomputed decision is not the stored one."""

    reference: str
    place: str
    stored: Any
    recomputed: Any

    def __str__(self) -> str:
        return f"{self.reference} {self.place}: stored {self.stored!r}, recomputed {self.recomputed!r}"


def replay(decision: Decision) -> list[Difference]:
    """Return every difference between a stored decision and its recomputation."""
    reference = decision.reference
    try:
        policy = compiled(decision.policy)
        if policy.hash != decision.policy_hash:
            return [Difference(reference, "policy", decision.policy_hash, policy.hash)]
        if is_scored_elsewhere(decision.result):
            return _check_elsewhere(decision, policy)
        assessment = assess_frozen(policy, decision.facts, decision.request)
    except (AssessmentError, PolicyDamagedError, KeyError) as error:
        return [Difference(reference, "assessment", "possible", f"{type(error).__name__}: {error}")]
    stored = {name: value for name, value in decision.result.items() if name not in _NOT_OF_THE_ENGINE}
    found = list(_differences(reference, "result", stored, _plain(assessment.to_dict())))
    if decision.score != assessment.score:
        found.append(Difference(reference, "score", decision.score, assessment.score))
    if not found and decision.result["reasons"] and _is_reasoned_by_engine(decision):
        found = _replay_reasons(decision)
    return found


def _check_elsewhere(decision: Decision, policy: Policy) -> list[Difference]:
    """What another engine scored cannot be recomputed; its points must still add up to its score."""
    base = policy.scorecards[policy.products[decision.product].applicant].base
    found = check_stored(decision.result, base=base, score=decision.score)
    return [Difference(decision.reference, *one) for one in found]


def _is_reasoned_by_engine(decision: Decision) -> bool:
    """Whether the stored reasons are those of the assessment, and not given for a line of its own."""
    codes = [reason.code for reason in decision.reasons.all()]
    return codes == [reason["code"] for reason in decision.result["reasons"]]


def _replay_reasons(decision: Decision) -> list[Difference]:
    policy = compiled(decision.policy)
    again = freeze_reasons(
        facts=decision.facts, request=decision.request, result=decision.result, policy=policy,
        entries=get_reasons(),
    )  # fmt: skip
    stored: list[DecisionReason] = list(decision.reasons.all())
    found: list[Difference] = []
    for row, new in zip(stored, again, strict=True):
        place = f"reasons[{row.position}]"
        kept = {"code": row.code, "parameters": row.parameters, "tag": row.tag}
        made = {"code": new.code, "parameters": _plain(new.parameters), "tag": new.tag}
        found += _differences(decision.reference, place, kept, made)
    return found


def replay_all(*, after: int = 0) -> Iterator[tuple[Decision, list[Difference]]]:
    """Yield every stored decision with its differences, oldest first, in chunks."""
    while True:
        chunk = list(
            Decision.objects.filter(pk__gt=after)
            .select_related("policy")
            .prefetch_related("reasons")
            .order_by("pk")[:CHUNK]
        )
        if not chunk:
            return
        for decision in chunk:
            yield decision, replay(decision)
        after = chunk[-1].pk


def _plain(document: Any) -> Any:
    return json.loads(json.dumps(document, default=str))


def _differences(reference: str, place: str, stored: Any, made: Any) -> Iterator[Difference]:
    if isinstance(stored, Mapping) and isinstance(made, Mapping):
        for name in [*stored, *(name for name in made if name not in stored)]:
            yield from _differences(reference, f"{place}.{name}", stored.get(name), made.get(name))
    elif isinstance(stored, list) and isinstance(made, list) and len(stored) == len(made):
        for at, (one, other) in enumerate(zip(stored, made, strict=True)):
            yield from _differences(reference, f"{place}[{at}]", one, other)
    elif stored != made:
        yield Difference(reference, place, stored, made)
