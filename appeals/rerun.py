"""Recomputing an appealed decision three ways, outside any transaction, for exactly one set of findings."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from accounts.actors import SITE
from appeals.concluding import find_rerun, queue_attempt, queue_rerun
from appeals.locking import lock_appeal
from appeals.models import Appeal, Finding, Rerun, RerunState
from appeals.weighing import counted_facts
from applicants.sources import VERIFIED_DOCUMENT
from audit.log import record
from audit.verbs import Verb
from core.killpoints import killpoint
from decisions.models import PolicyVersion
from decisions.policies import get_policy_in_force
from decisions.rerunning import reassess

MAX_ATTEMPTS: Final = 5
STUCK_AFTER: Final = timedelta(minutes=5)
_WAITING: Final = (RerunState.QUEUED, RerunState.RUNNING)
Results = dict[str, Any]


def rerun(*, reference: str, now: datetime) -> Callable[[], None] | None:
    """Score the appeal's waiting rerun; what comes back writes the result if the findings still hold."""
    attempt = _claim_attempt(reference=reference, now=now)
    if attempt is None:
        return None
    killpoint("appeals.rerun_claimed")
    policy = get_policy_in_force(now=now)
    try:
        results = _score(attempt, policy)
    except Exception as error:  # noqa: BLE001 - a scorer that raises is a case for a person, never a "no"
        return partial(_fail, attempt, type(error).__name__, now)
    killpoint("appeals.rerun_scored")
    return partial(_conclude, attempt, results, now)


def corrected_facts(appeal: Appeal) -> dict[str, Any]:
    """The facts so far with the present findings in their place; nothing else is newer."""
    facts = _facts_so_far(appeal)
    for finding in appeal.findings.filter(is_current=True):
        facts[finding.characteristic] = _as_used(finding)
    return facts


def _facts_so_far(appeal: Appeal) -> dict[str, Any]:
    """The decision's own facts; a second look begins with what the first one found and counted."""
    first = appeal.parent
    is_same = first is not None and first.decision_id == appeal.decision_id
    found = find_rerun(first) if first is not None and is_same else None
    if first is None or found is None or found.state != RerunState.DONE:
        return dict(appeal.decision.facts)
    return counted_facts(found, first.outcome)


def requeue_stuck(now: datetime) -> int:
    """Queue again what a crash left behind; after too many attempts a person must look. How many moved."""
    late = Rerun.objects.filter(state__in=_WAITING).select_related("appeal")
    return sum(_requeue(row, now) for row in late if (row.started_at or row.queued_at) < now - STUCK_AFTER)


def _claim_attempt(*, reference: str, now: datetime) -> Rerun | None:
    waiting = Rerun.objects.filter(appeal__reference=reference, state__in=_WAITING)
    row = waiting.select_related("appeal__decision__policy", "appeal__applicant").last()
    if row is None:
        return None
    claimed = Rerun.objects.filter(pk=row.pk, attempts=row.attempts, state=row.state).update(
        state=RerunState.RUNNING, attempts=F("attempts") + 1, started_at=now
    )
    if not claimed:
        return None
    row.attempts += 1
    return row


def _score(attempt: Rerun, policy: PolicyVersion) -> Results:
    decision = attempt.appeal.decision
    facts = corrected_facts(attempt.appeal)
    return {
        "original": reassess(decision=decision, facts=decision.facts).to_dict(),
        "corrected": reassess(decision=decision, facts=facts).to_dict(),
        "today": reassess(decision=decision, facts=facts, policy_version=policy).to_dict(),
        "facts": facts,
    }


def _conclude(attempt: Rerun, results: Mapping[str, Any], now: datetime) -> None:
    appeal = Appeal(pk=attempt.appeal_id)
    lock_appeal(appeal)
    holds = appeal.findings_version == attempt.input_version and appeal.verified_at is not None
    state = RerunState.DONE if holds else RerunState.SUPERSEDED
    written = _running(attempt).update(state=state, finished_at=now, **results)
    if not written:
        return
    verb = Verb.RERUN_CONCLUDED if holds else Verb.RERUN_SUPERSEDED
    codes = {"input_version": attempt.input_version, "attempt": attempt.attempts}
    record(verb=verb, subject=appeal.reference, actor=SITE.code, now=now, codes=codes)
    if not holds and appeal.verified_at is not None and find_rerun(appeal) is None:
        queue_rerun(appeal=appeal, now=now)


def _fail(attempt: Rerun, problem: str, now: datetime) -> None:
    if _running(attempt).update(state=RerunState.FAILED, finished_at=now, problem=problem[:60]):
        record(
            verb=Verb.RERUN_FAILED, subject=attempt.appeal.reference, actor=SITE.code, now=now,
            codes={"input_version": attempt.input_version, "problem": problem[:60]},
        )  # fmt: skip


def _running(attempt: Rerun) -> Any:
    return Rerun.objects.filter(pk=attempt.pk, state=RerunState.RUNNING, attempts=attempt.attempts)


def _requeue(row: Rerun, now: datetime) -> bool:
    with transaction.atomic():
        if row.attempts >= MAX_ATTEMPTS:
            Rerun.objects.filter(pk=row.pk, state=row.state, attempts=row.attempts).update(
                state=RerunState.RUNNING
            )
            _fail(row, "TooManyAttempts", now)
            return True
        moved = Rerun.objects.filter(pk=row.pk, state=row.state, attempts=row.attempts).update(
            state=RerunState.QUEUED, queued_at=now, started_at=None
        )
        if moved:
            row.queued_at = now
            queue_attempt(rerun=row, now=now)
    return bool(moved)


def _as_used(finding: Finding) -> dict[str, Any]:
    return {
        "value": finding.value,
        "source": VERIFIED_DOCUMENT,
        "observed_on": finding.observed_on.isoformat(),
        "detail": finding.detail,
        "fact": finding.fact_id,
    }
