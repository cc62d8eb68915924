"""Ending the verification: findings become facts, and the decision is recomputed from them."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from appeals.correcting import check_corrections_counted
from appeals.locking import lock_case
from appeals.looking import has_first_look, write_first_look
from appeals.models import Appeal, Finding, Leaning, Rerun, RerunState
from appeals.transitions import swap
from appeals.verification import check_reviewing, list_unassessed
from applicants.facts import record_fact
from applicants.models import Fact
from applicants.sources import VERIFIED_DOCUMENT
from audit.log import record
from audit.verbs import Verb
from core.errors import ConflictError, StaleError
from core.killpoints import killpoint
from outbox.queueing import queue_work

RERUN_APPEAL: Final = "RERUN_APPEAL"


class NotVerifiedError(ConflictError):
    """Something that must be looked at was not looked at."""

    code = "not-verified"
    default_message = _("Read the statement and assess every paper before you conclude.")


def conclude_verification(
    *,
    appeal: Appeal,
    view: str = "",
    leaning: str = Leaning.UNCLEAR,
    expected_version: int,
    by: Actor,
    now: datetime,
) -> Rerun:
    """Record the findings as facts and queue the rerun; concluding without a finding is allowed.

    The reviewer's own view of the papers comes first: recorded before, or given here.
    """
    check_reviewing(appeal=appeal, by=by)
    with transaction.atomic():
        lock_case(appeal)
        known = find_rerun(appeal)
        if appeal.verified_at is not None and known is not None and known.state != RerunState.FAILED:
            return known
        if expected_version != appeal.version:
            raise StaleError
        check_reviewing(appeal=appeal, by=by)
        check_verified(appeal)
        if view or not has_first_look(appeal=appeal, by=by):
            write_first_look(appeal=appeal, view=view, leaning=leaning, by=by, now=now)
        facts = _record_facts(appeal=appeal, by=by, now=now)
        swap(appeal=appeal, expected_version=expected_version, verified_at=now, saved_at=now)
        record(
            verb=Verb.VERIFICATION_CONCLUDED, subject=appeal.reference, actor=by.code, now=now,
            codes={"facts": facts, "input_version": appeal.findings_version, "version": appeal.version},
        )  # fmt: skip
        killpoint("appeals.concluded_before_rerun")
        return queue_rerun(appeal=appeal, now=now)


def check_verified(appeal: Appeal) -> None:
    """Refuse while something is unread, a paper without a word, or a correction without a finding."""
    problems = []
    if appeal.statement_read_at is None:
        problems.append(_("The statement has not been read."))
    if list_unassessed(appeal):
        problems.append(_("A paper has neither been accepted nor refused."))
    if problems:
        raise NotVerifiedError(" ".join(str(problem) for problem in problems))
    check_corrections_counted(appeal)


def find_rerun(appeal: Appeal) -> Rerun | None:
    """The rerun of the appeal's present findings, if there is one."""
    return appeal.reruns.filter(input_version=appeal.findings_version).first()


def queue_rerun(*, appeal: Appeal, now: datetime) -> Rerun:
    """A rerun of the present findings, waiting for a worker, in the caller's transaction."""
    fresh: dict[str, Any] = {"state": RerunState.QUEUED, "attempts": 0, "queued_at": now, "problem": ""}
    rerun, _created = Rerun.objects.update_or_create(
        appeal=appeal, input_version=appeal.findings_version, defaults=fresh
    )
    queue_attempt(rerun=rerun, now=now)
    return rerun


def queue_attempt(*, rerun: Rerun, now: datetime) -> None:
    """One piece of work for the worker; asked for again with the time in its key, it is another one."""
    reference = rerun.appeal.reference
    key = f"{RERUN_APPEAL}:{reference}:{rerun.input_version}:{int(rerun.queued_at.timestamp())}"
    queue_work(kind=RERUN_APPEAL, subject=reference, key=key, now=now)


def _record_facts(*, appeal: Appeal, by: Actor, now: datetime) -> int:
    findings = list(appeal.findings.select_related("document", "fact__supersedes"))
    current = {finding.characteristic for finding in findings if finding.is_current}
    newest = {finding.characteristic: finding for finding in findings if finding.fact_id is not None}
    recorded = 0
    for finding in findings:
        if finding.is_current and finding.fact_id is None:
            finding.fact = _record(finding, by, now)
            finding.save(update_fields=["fact"])
            recorded += 1
    for name in sorted(set(newest) - current):
        recorded += _take_back(newest[name], by, now)
    return recorded


def _record(finding: Finding, by: Actor, now: datetime) -> Fact:
    return record_fact(
        applicant=finding.appeal.applicant, characteristic=finding.characteristic, value=finding.value,
        detail=finding.detail, source=VERIFIED_DOCUMENT, observed_on=finding.observed_on,
        evidence_reference=finding.document.reference if finding.document else finding.appeal.reference,
        by=by, now=now,
    )  # fmt: skip


def _take_back(finding: Finding, by: Actor, now: datetime) -> bool:
    """Record again what stood before a withdrawn finding became a fact; without anything before it stays."""
    fact = finding.fact
    if fact is None or fact.supersedes is None or fact.superseded_by.exists():
        return False
    before = fact.supersedes
    record_fact(
        applicant=finding.appeal.applicant, characteristic=before.characteristic, value=before.value,
        detail=before.detail, source=before.source, observed_on=before.observed_on,
        evidence_reference=before.evidence_reference, by=by, now=now, is_synthetic=before.is_synthetic,
    )  # fmt: skip
    return True
