"""Decisions that one wrong input spoiled, and class remedies at each step of their way."""

from datetime import date, datetime, timedelta
from typing import Any

from accounts.actors import SITE
from accounts.models import User
from applicants.characteristics import get_dictionary
from applicants.consents import give_consent
from applicants.facts import record_facts
from applicants.sources import get_sources
from core.identity import today_in_china
from decisions.applying import submit_application
from decisions.class_remedies import ProvedError, approve_remedy, propose_remedy
from decisions.class_remedy_work import work_on_remedy
from decisions.deciding import decide
from decisions.models import ClassRemedy, Decision
from decisions.samples import OBSERVED_ON, Sample, facts_of
from tests.factories.decisions import NOW, SAMPLES
from tests.factories.evidence import applicant_of
from tests.people import acting

LATER = NOW + timedelta(hours=2)
TODAY = date(2026, 11, 20)


def decision_with(key: str, *, user: User | None = None, now: datetime = NOW, **facts: Any) -> Decision:
    """What was decided about somebody like a sample person, with some facts otherwise."""
    document = SAMPLES[key].document
    sample = Sample(key, {**document, "facts": {**document["facts"], **facts}})
    applicant = applicant_of(user, birth_date=document["identity"]["birth_date"], name="Ada Lovelace")
    for source in get_sources().values():
        if source.needs_consent:
            give_consent(applicant=applicant, source=source.code, by=SITE, now=now)
    known = facts_of(sample, dictionary=get_dictionary(), observed_on=OBSERVED_ON)
    record_facts(applicant=applicant, facts=known, by=SITE, now=now)
    application = submit_application(
        applicant=applicant, **sample.request, submission_key=applicant.reference, by=SITE, now=now
    )
    made = decide(application=application, by=SITE, now=now)
    return Decision.objects.select_related("applicant", "application", "line", "policy").get(pk=made.pk)


def proved(decision: Decision, **changes: Any) -> ProvedError:
    """The source of the share of income that payments take proved wrong: it should have been 20 %."""
    today = today_in_china(decision.decided_at)
    given: dict[str, Any] = {
        "kind": "SOURCE", "source": "credit_report", "characteristic": "debt_service_pct",
        "correction": "VALUE", "right_value": 20, "first_day": today, "last_day": today,
    }  # fmt: skip
    return ProvedError(**{**given, **changes})


def proposed(decision: Decision, by: User, *, now: datetime = LATER, **changes: Any) -> ClassRemedy:
    """A class remedy whose dry run is finished."""
    remedy = propose_remedy(
        error=proved(decision, **changes), proof=decision.reference, reason="the source counted twice",
        by=acting(by), now=now,
    )  # fmt: skip
    return worked(remedy, now=now)


def worked(remedy: ClassRemedy, *, now: datetime = LATER) -> ClassRemedy:
    """The same after the worker has done what there is to do."""
    work_on_remedy(reference=remedy.reference, clock=lambda: now, budget_seconds=60)
    remedy.refresh_from_db()
    return remedy


def approved(remedy: ClassRemedy, *people: User, now: datetime = LATER) -> ClassRemedy:
    """The same after these people approved and the worker did its part."""
    for user in people:
        approve_remedy(remedy=remedy, reason="agreed", by=acting(user), now=now)
    return worked(remedy, now=now)
