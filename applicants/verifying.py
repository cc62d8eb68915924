"""Verifying who somebody is: the answer is kept, and a clear one becomes a fact."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actors import SITE, Actor
from applicants.facts import NewFact, record_facts
from applicants.models import Applicant, ApplicantKind, CheckResult, IdentityCheck
from applicants.realname import Answer, get_provider
from applicants.terms import today_of
from audit.log import record
from audit.verbs import Verb

SOURCE = "identity_service"
_RETRY_FOR = timedelta(days=1)
_BATCH = 50


def verify_identity(*, applicant: Applicant, by: Actor, now: datetime) -> IdentityCheck:
    """Ask the real-name service and record its answer; when it is not available nothing is concluded."""
    provider = get_provider()
    answer = provider.check(
        name=applicant.name or "", id_number=applicant.id_number or "",
        phone=applicant.phone or "", bank_card=applicant.bank_card or "",
    )  # fmt: skip
    with transaction.atomic():
        check = IdentityCheck.objects.create(
            applicant=applicant, provider=provider.name, result=answer.result, checked_at=now
        )
        record(
            verb=Verb.IDENTITY_CHECKED, subject=applicant.reference, actor=by.code, now=now,
            codes={"result": str(answer.result), "provider": provider.name},
        )  # fmt: skip
        facts = _facts(applicant, answer, now)
        if facts:
            record_facts(applicant=applicant, facts=facts, by=by, now=now)
    return check


def _facts(applicant: Applicant, answer: Answer, now: datetime) -> list[NewFact]:
    if answer.result == CheckResult.UNAVAILABLE or applicant.kind != ApplicantKind.PERSON:
        return []
    today = today_of(applicant, now)
    if answer.result == CheckResult.MISMATCH:
        detail = {"items": list(answer.mismatched)} if answer.mismatched else {}
        return [NewFact("identity_level", "unverified", SOURCE, today, detail)]
    level = "full" if applicant.bank_card else "basic"
    return [
        NewFact("identity_level", level, SOURCE, today),
        NewFact("full_legal_capacity", value=True, source=SOURCE, observed_on=today),
    ]


def retry_unavailable(now: datetime) -> int:
    """Ask again for those whose newest answer of the last day was "not available"; returns how many."""
    newest: dict[int, IdentityCheck] = {}
    recent = IdentityCheck.objects.filter(checked_at__gte=now - _RETRY_FOR).order_by("id")
    for check in recent.select_related("applicant"):
        newest[check.applicant_id] = check
    waiting = [check for check in newest.values() if check.result == CheckResult.UNAVAILABLE][:_BATCH]
    for check in waiting:
        verify_identity(applicant=check.applicant, by=SITE, now=now)
    return len(waiting)
