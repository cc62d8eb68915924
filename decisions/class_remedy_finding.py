"""The dry run of a class remedy: which decisions used what proved wrong, and what each would come to."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from accounts.actors import SITE
from applicants.characteristics import get_dictionary
from applicants.consents import usable_sources
from applicants.usable import gap, usable_facts
from assessment import Assessment
from audit.verbs import Verb
from core.errors import DomainError
from core.killpoints import killpoint
from decisions.class_remedies import lock_remedy, note, tell_approvers
from decisions.freezing_reasons import GIVES_MONEY, granted_limit
from decisions.line_states import ENDED
from decisions.models import (
    ClassRemedy,
    ClassRemedyCase,
    ClassRemedyState,
    Correction,
    Decision,
    DecisionKind,
    Effect,
    ErrorKind,
    Outcome,
)
from decisions.rerunning import reassess

LOOKED_AT: Final = 500
_ZONE: Final = ZoneInfo("Asia/Shanghai")
_RANK: Final = {
    Outcome.APPROVE: 5, Outcome.COUNTER: 4, Outcome.HOLD: 3, Outcome.REFER: 2, Outcome.DECLINE: 1,
}  # fmt: skip
_USED: Final[Mapping[str, str]] = {
    ErrorKind.SOURCE: (
        "EXISTS (SELECT 1 FROM jsonb_each(d.facts) AS fact (name, entry)"
        " WHERE entry ->> 'source' = %(source)s AND %(name)s IN ('', name))"
    ),
    ErrorKind.VALUE: (
        "d.facts -> %(name)s -> 'value' = %(value)s::jsonb"
        " AND %(source)s IN ('', d.facts -> %(name)s ->> 'source')"
    ),
    ErrorKind.RULE: (
        "EXISTS (SELECT 1 FROM jsonb_array_elements(d.result -> 'rules') AS rule"
        " WHERE rule ->> 'id' = %(rule)s AND rule ->> 'status' <> 'passed')"
    ),
}
_FIND: Final = """
WITH part AS MATERIALIZED (
    SELECT id FROM decisions_decision WHERE id > %(after)s ORDER BY id LIMIT %(limit)s
)
SELECT (SELECT max(id) FROM part), (SELECT count(*) FROM part), array(
    SELECT d.id FROM decisions_decision d JOIN part ON part.id = d.id
    WHERE d.decided_at >= %(start)s AND d.decided_at < %(end)s AND {used}
        AND NOT EXISTS (SELECT 1 FROM decisions_decision n WHERE n.supersedes_id = d.id)
    ORDER BY d.id
)
"""


Worth: TypeAlias = tuple[int, Decimal, Decimal, int]
"""Outcome, amount, the rate below zero, and score: the more, the better for the person."""


@dataclass(frozen=True)
class Reassessed:
    """A decision assessed again with the error put right."""

    facts: Mapping[str, Any]
    assessment: Assessment
    effect: str
    before: dict[str, Any]
    after: dict[str, Any]


def find_some(*, remedy: ClassRemedy, now: datetime) -> bool:
    """Look at the next decisions and keep those touched; return whether there is more to look at."""
    last, looked_at, keys = _find(remedy)
    found = [_as_case(remedy, key, now) for key in keys]
    with transaction.atomic():
        locked = lock_remedy(remedy)
        if locked.state != ClassRemedyState.FINDING or locked.found_up_to != remedy.found_up_to:
            return locked.state == ClassRemedyState.FINDING
        ClassRemedyCase.objects.bulk_create(found, ignore_conflicts=True)
        if last is None:
            _propose(locked, now)
            return False
        locked.found_up_to, locked.looked_at = last, locked.looked_at + looked_at
        locked.save(update_fields=["found_up_to", "looked_at"])
        killpoint("class_remedy.found_before_commit")
    return True


def look_again(*, remedy: ClassRemedy, decision: Decision, now: datetime) -> Reassessed:
    """Assess a decision again with the error put right; nothing is written."""
    facts = _corrected_facts(remedy, decision, now)
    policy = remedy.policy if remedy.correction == Correction.POLICY else None
    assessment = reassess(decision=decision, facts=facts, policy_version=policy)
    result = assessment.to_dict()
    before, after = _standing(decision), _worth(decision, result)
    return Reassessed(
        facts=facts, assessment=assessment, effect=_compare(before, after),
        before={"outcome": decision.outcome, "score": decision.score, "amount_cny": str(before[1])},
        after={"outcome": result["outcome"], "score": result["score"], "amount_cny": str(after[1])},
    )  # fmt: skip


def _find(remedy: ClassRemedy) -> tuple[int | None, int, list[int]]:
    start = datetime.combine(remedy.first_day, time.min, _ZONE).astimezone(UTC)
    end = datetime.combine(remedy.last_day + timedelta(days=1), time.min, _ZONE).astimezone(UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            _FIND.format(used=_USED[remedy.kind]),
            {
                "after": remedy.found_up_to, "limit": LOOKED_AT, "start": start, "end": end,
                "name": remedy.characteristic, "source": remedy.source, "rule": remedy.rule,
                "value": json.dumps(remedy.value),
            },
        )  # fmt: skip
        last, looked_at, keys = cursor.fetchone()
    return last, looked_at, keys


def _as_case(remedy: ClassRemedy, key: int, now: datetime) -> ClassRemedyCase:
    decision = Decision.objects.select_related("applicant", "line", "policy").get(pk=key)
    try:
        seen = look_again(remedy=remedy, decision=decision, now=now)
    except DomainError:
        # The other engine may not answer; what it comes to is seen when the decision is corrected.
        stands = {"outcome": decision.outcome, "score": decision.score, "amount_cny": ""}
        return ClassRemedyCase(
            remedy=remedy, decision=decision, effect=Effect.SAME, before=stands, after={}
        )  # fmt: skip
    return ClassRemedyCase(
        remedy=remedy, decision=decision, effect=seen.effect, before=seen.before, after=seen.after
    )


def _propose(remedy: ClassRemedy, now: datetime) -> None:
    effects = Counter(remedy.cases.values_list("effect", flat=True))
    amount = sum(
        (
            Decimal(case.after["amount_cny"]) - Decimal(case.before["amount_cny"])
            for case in remedy.cases.filter(effect=Effect.BETTER)
        ),
        Decimal(0),
    )
    remedy.counts = {"found": sum(effects.values()), **effects, "amount_cny": str(amount)}
    is_needed = effects[Effect.BETTER] > 0
    remedy.state = ClassRemedyState.PROPOSED if is_needed else ClassRemedyState.DONE
    remedy.ended_at = None if is_needed else now
    remedy.save(update_fields=["state", "counts", "ended_at"])
    note(remedy, Verb.CLASS_REMEDY_PROPOSED, SITE, now, looked_at=remedy.looked_at, **remedy.counts)
    if is_needed:
        tell_approvers(remedy, now)


def _corrected_facts(remedy: ClassRemedy, decision: Decision, now: datetime) -> dict[str, Any]:
    facts = dict(decision.facts)
    held = usable_facts(decision.applicant, now) if remedy.correction == Correction.CURRENT else {}
    sources = usable_sources(decision.applicant)
    for name in _wrong_inputs(remedy, decision):
        if remedy.correction == Correction.VALUE:
            facts[name] = {**facts[name], "value": remedy.right_value, "corrected_by": remedy.reference}
        elif remedy.correction == Correction.CURRENT and name in held:
            facts[name] = held[name]
        else:
            # As of anybody of whom the source has told nothing.
            facts[name] = {**gap(get_dictionary()[name], sources), "left_out_by": remedy.reference}
    return facts


def _wrong_inputs(remedy: ClassRemedy, decision: Decision) -> list[str]:
    """The inputs of the decision that the error is about; none where a rule was wrong."""
    if remedy.kind == ErrorKind.RULE:
        return []
    return [
        name
        for name, entry in decision.facts.items()
        if remedy.characteristic in ("", name) and remedy.source in ("", entry["source"])
    ]


def _standing(decision: Decision) -> Worth:
    """What stands, in the order of its worth to the person: outcome, amount, rate, score."""
    price = decision.result.get("price")
    rate = -Decimal(price["annual_rate_pct"]) if price else Decimal(-1000)
    if decision.kind != DecisionKind.APPLICATION:
        rate = -decision.line.annual_rate_pct if decision.line else rate
        return (0, _line_now(decision), rate, decision.score)
    amount = decision.limit_cny if decision.outcome in GIVES_MONEY else Decimal(0)
    return (_RANK[Outcome(decision.outcome)], amount, rate, decision.score)


def _worth(decision: Decision, result: Mapping[str, Any]) -> Worth:
    gives = result["outcome"] in GIVES_MONEY
    rate = -Decimal(result["price"]["annual_rate_pct"]) if result["price"] else Decimal(-1000)
    if decision.kind != DecisionKind.APPLICATION:
        high = Decimal(str(result["limit"]["high"])) if gives and result["limit"] else Decimal(0)
        return (0, high, rate, result["score"])
    amount = granted_limit(result) if gives else Decimal(0)
    return (_RANK[Outcome(result["outcome"])], amount, rate, result["score"])


def _line_now(decision: Decision) -> Decimal:
    line = decision.line
    if line is None or line.state in ENDED:
        return Decimal(0)
    return line.total_cny - line.reduced_cny


def _compare(before: Worth, after: Worth) -> str:
    """Better only where outcome or amount rise, or the same money costs less; the score alone is nothing."""
    counted = 3 if before[1] or after[1] else 2
    if after[:counted] == before[:counted]:
        return Effect.SAME
    costs_more = before[1] > 0 and after[2] < before[2]
    return Effect.BETTER if after[:counted] > before[:counted] and not costs_more else Effect.WORSE
