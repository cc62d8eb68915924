"""Working on class remedies: parts under a lease, each decision in a transaction of its own, done once."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import F

from accounts.actors import SITE
from applicants.facts import record_fact
from applicants.models import Applicant, Sheet
from audit.verbs import Verb
from core.errors import DomainError
from core.identity import today_in_china
from core.killpoints import killpoint
from decisions.asking import FactsMovedError, answers_at_hand
from decisions.class_remedies import WORK_ON_REMEDY, call_worker, lock_remedy, note
from decisions.class_remedy_finding import Reassessed, find_some, look_again
from decisions.class_remedy_states import WORKING
from decisions.deciding import write_corrected_decision
from decisions.keeping import kept_decisions
from decisions.models import (
    ClassRemedy,
    ClassRemedyCase,
    ClassRemedyState,
    Correction,
    Decision,
    DecisionKind,
    Effect,
    LeftReason,
)
from decisions.notices import send_notice
from decisions.remote import get_engine
from notifications.kinds import Kind
from notifications.queueing import queue_message
from outbox.queries import has_open_work

MOST_ATTEMPTS: Final = 3
PAUSE: Final = timedelta(seconds=1)
_log = structlog.get_logger(__name__)


def work_on_remedy(*, reference: str, clock: Callable[[], datetime], budget_seconds: float) -> bool:
    """Find decisions, or correct them, until nothing is left or the time is used; whether more is left."""
    deadline = time.monotonic() + budget_seconds
    while time.monotonic() < deadline:
        remedy = ClassRemedy.objects.select_related("policy", "started_by").get(reference=reference)
        if remedy.state == ClassRemedyState.FINDING:
            find_some(remedy=remedy, now=clock())
        elif remedy.state == ClassRemedyState.APPLYING:
            if not correct_one(remedy=remedy, now=clock()) and not _end(remedy, clock()):
                return True
        else:
            return False
    return True


def correct_one(*, remedy: ClassRemedy, now: datetime) -> bool:
    """Correct the next decision that nobody else is at; return whether there was one."""
    case = None
    try:
        with answers_at_hand() as answers:
            _ask_ahead(remedy, now)
            answers.close()
            with transaction.atomic():
                case = _next_case(remedy)
                if case is None:
                    return False
                _correct(remedy, case, now)
                killpoint("class_remedy.corrected_before_commit")
    except FactsMovedError:
        # Somebody else took the case that was asked about, or its facts moved: the next turn asks anew.
        return True
    except Exception as error:
        if case is None:
            raise
        _note_failure(remedy, case, type(error).__name__, now)
    return True


def call_again(*, reference: str, now: datetime) -> None:
    """Ask for one more turn, a moment later, in the caller's transaction."""
    call_worker(ClassRemedy.objects.get(reference=reference), now=now, due_at=now + PAUSE)


def keep_remedies_going(*, now: datetime) -> None:
    """Call a worker to every open class remedy that has none queued or at work."""
    for remedy in ClassRemedy.objects.filter(state__in=WORKING):
        with transaction.atomic():
            if not has_open_work(kind=WORK_ON_REMEDY, subject=remedy.reference):
                call_worker(remedy, now=now)


def _ask_ahead(remedy: ClassRemedy, now: datetime) -> None:
    """Where another engine scores, ask about the next case before it is locked; silence is met there."""
    if get_engine() is None:
        return
    rows = Decision.objects.select_related("applicant", "application", "line", "policy")
    cases = remedy.cases.filter(done_at=None).order_by("attempts", "id")
    decision = rows.filter(pk__in=cases.values("decision")[:1]).first()
    if decision is not None:
        with suppress(DomainError):
            look_again(remedy=remedy, decision=decision, now=now)


def _next_case(remedy: ClassRemedy) -> ClassRemedyCase | None:
    rows = ClassRemedyCase.objects.select_for_update(skip_locked=True, of=("self",))
    return rows.filter(remedy=remedy, done_at=None).order_by("attempts", "id").first()


def _correct(remedy: ClassRemedy, case: ClassRemedyCase, now: datetime) -> None:
    rows = Decision.objects.select_related("applicant__user", "application", "line", "policy")
    decision = rows.get(pk=case.decision_id)
    Applicant.objects.select_for_update().only("pk").get(pk=decision.applicant_id)
    left = _left_alone(decision)
    seen = None if left else look_again(remedy=remedy, decision=decision, now=now)
    if seen is not None and seen.effect != Effect.BETTER:
        left = LeftReason.SAME if seen.effect == Effect.SAME else LeftReason.WORSE
    corrected = None if left or seen is None else _write(remedy, decision, seen, now)
    ClassRemedyCase.objects.filter(pk=case.pk).update(done_at=now, left=left, corrected=corrected)


def _left_alone(decision: Decision) -> str:
    """Why nothing is done: an appeal is being heard, or something newer stands for the same product."""
    newer = Decision.objects.filter(applicant=decision.applicant_id, pk__gt=decision.pk)
    if newer.filter(product=decision.product).exists():
        return LeftReason.NEWER
    return LeftReason.APPEAL if kept_decisions([decision.pk]) else ""


def _write(remedy: ClassRemedy, decision: Decision, seen: Reassessed, now: datetime) -> Decision:
    """A new decision in place of the old one with its line, the fact put right, and the person told."""
    _correct_fact(remedy, decision, now)
    corrected = write_corrected_decision(
        old=decision, facts=seen.facts, assessment=seen.assessment,
        policy_version=(remedy.policy if remedy.correction == Correction.POLICY else None) or decision.policy,
        by=SITE, now=now, note=f"class remedy {remedy.reference}",
    )  # fmt: skip
    killpoint("class_remedy.written_before_notice")
    send_notice(decision=corrected, by=SITE, now=now)
    queue_message(
        kind=Kind.CORRECTION_MADE, applicant=decision.applicant, about=corrected.reference, now=now
    )  # fmt: skip
    return corrected


def _correct_fact(remedy: ClassRemedy, decision: Decision, now: datetime) -> None:
    """Where the sheet still holds the wrong value, hold the right one, so that it is not used again."""
    name = remedy.characteristic
    if remedy.correction != Correction.VALUE:
        return
    sheet = Sheet.objects.filter(applicant=decision.applicant_id).first()
    held = (sheet.facts if sheet else {}).get(name, {})
    used = decision.facts[name]
    if held.get("value") == used["value"] and held.get("source") == used["source"]:
        record_fact(
            applicant=decision.applicant, characteristic=name, value=remedy.right_value,
            source=used["source"], observed_on=today_in_china(now), by=SITE, now=now,
        )  # fmt: skip


def _note_failure(remedy: ClassRemedy, case: ClassRemedyCase, problem: str, now: datetime) -> None:
    """Try again later; after the last attempt the case is left for people, by name of what went wrong."""
    _log.warning("class_remedy_case_failed", remedy=remedy.reference, case=case.pk, error=problem)
    mine = ClassRemedyCase.objects.filter(pk=case.pk, done_at=None)
    mine.update(attempts=F("attempts") + 1)
    mine.filter(attempts__gte=MOST_ATTEMPTS).update(done_at=now, left=LeftReason.FAILED)


def _end(remedy: ClassRemedy, now: datetime) -> bool:
    """Finish when nothing is open; return whether it is finished."""
    with transaction.atomic():
        remedy = lock_remedy(remedy)
        if remedy.state != ClassRemedyState.APPLYING:
            return True
        if remedy.cases.filter(done_at=None).exists():
            return False
        left = Counter(remedy.cases.exclude(left="").values_list("left", flat=True))
        done = remedy.cases.filter(corrected__isnull=False)
        remedy.counts = {
            **remedy.counts, "corrected": done.count(), "left": dict(left),
            "lines": done.exclude(decision__kind=DecisionKind.APPLICATION).count(),
        }  # fmt: skip
        remedy.state, remedy.ended_at = ClassRemedyState.DONE, now
        remedy.save(update_fields=["state", "counts", "ended_at"])
        note(remedy, Verb.CLASS_REMEDY_ENDED, SITE, now, **remedy.counts)
        killpoint("class_remedy.ended_before_commit")
    return True
