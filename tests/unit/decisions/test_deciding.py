"""Deciding writes everything together, once, and never against somebody without a reason."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.actors import SITE
from applicants.consents import withdraw_consent
from applicants.facts import record_fact
from applicants.models import Applicant
from audit.queries import list_events
from decisions.deciding import NoReasonError, decide, prepare, write_corrected_decision, write_decision
from decisions.freezing import freeze_request
from decisions.models import Decision, DecisionReason
from decisions.rerunning import reassess
from notifications.models import Message
from outbox.models import Outbox
from outbox.registry import Work, get_registration
from tests.factories.decisions import NOW, application_of, sample_applicant, sample_decision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


def work(kind: str) -> None:
    """Do the queued work of a kind as the worker would."""
    for row in Outbox.objects.filter(kind=kind):
        get_registration(kind).handler(Work(kind, row.subject, row.key, 1, NOW))


def test_from_submission_to_the_message() -> None:
    application = application_of(sample_applicant("ordinary"), amount_cny=20000)
    work("DECIDE_APPLICATION")
    work("DECISION_READY")
    decision = Decision.objects.get(application=application)
    application.refresh_from_db()
    assert (decision.outcome, application.state) == ("approve", "DECIDED")
    assert Message.objects.get().about == decision.reference


def test_deciding_twice_is_deciding_once() -> None:
    application = application_of(sample_applicant("li_na"))
    first = decide(application=application, by=SITE, now=NOW)
    assert decide(application=application, by=SITE, now=NOW) == first
    assert Decision.objects.count() == 1
    assert [event.verb for event in list_events(first.reference)] == ["decision:made"]


def test_the_audit_holds_codes_only() -> None:
    decision = sample_decision("li_na")
    event = list_events(decision.reference)[0]
    assert event.codes["reasons"] == ["U02", "U01", "S07"]
    assert "7200" not in str(event.codes)


def test_an_approval_opens_an_offered_line() -> None:
    decision = sample_decision("ordinary")
    line = decision.line
    assert line is not None
    assert (line.state, line.total_cny) == ("offered", Decimal(21300))
    assert line.annual_rate_pct == Decimal("9.125")
    assert decision.limit_cny == 21300


def test_a_decision_without_a_reason_cannot_be_written() -> None:
    applicant = sample_applicant("li_na")
    application = application_of(applicant)
    prepared = prepare(applicant=applicant, request=freeze_request(application), now=NOW)
    bare = replace(prepared, frozen=replace(prepared.frozen, reasons=()))
    with pytest.raises(NoReasonError):
        write_decision(prepared=bare, application=application, by=SITE, now=NOW)


def _store_bare(**columns: Any) -> None:
    Decision.objects.create(**columns, reference="DE-0000-0000")
    connection.check_constraints()


def test_the_database_refuses_it_too() -> None:
    decision = sample_decision("li_na")
    columns: dict[str, Any] = {
        field.attname: getattr(decision, field.attname)
        for field in Decision._meta.concrete_fields
        if field.attname not in ("id", "reference", "application_id", "supersedes_id")
    }
    copied = application_of(sample_applicant("zhao_ming"), submission_key="other")
    with pytest.raises(IntegrityError, match="has no reason"), transaction.atomic():
        _store_bare(**columns, application=copied)


def test_a_decision_is_never_edited() -> None:
    decision = sample_decision("li_na")
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(outcome="approve")
    with pytest.raises(DatabaseError), transaction.atomic():
        DecisionReason.objects.filter(decision=decision).delete()


def test_an_application_has_one_first_decision() -> None:
    decision = sample_decision("ordinary")
    decision.pk, decision.reference = None, "DE-0000-0000"
    with pytest.raises(IntegrityError), transaction.atomic():
        decision.save(force_insert=True)


def test_withdrawn_consent_makes_the_decision_a_persons() -> None:
    applicant = sample_applicant("ordinary")
    withdraw_consent(applicant=applicant, source="credit_report", by=SITE, now=NOW)
    decision = decide(application=application_of(applicant), by=SITE, now=NOW)
    assert decision.facts["worst_dpd_24m"]["value"] == "unknown"
    assert decision.outcome in ("refer", "decline")
    assert decision.score < 750


def test_later_facts_do_not_change_what_was_decided() -> None:
    decision = sample_decision("li_na")
    record_fact(
        applicant=decision.applicant, characteristic="active_lenders", value=1, source="credit_report",
        observed_on=NOW.date(), by=SITE, now=NOW,
    )  # fmt: skip
    decision.refresh_from_db()
    assert decision.facts["active_lenders"]["value"] == 5


@pytest.fixture
def zhao_ming() -> Decision:
    return sample_decision("zhao_ming")


def corrected(old: Decision, **values: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "source": "verified_document",
        "observed_on": "2026-11-20",
        "detail": {},
        "fact": None,
    }
    return {**old.facts, **{name: {**entry, "value": value} for name, value in values.items()}}


def test_without_a_finding_the_result_is_exactly_the_old_one(zhao_ming: Decision) -> None:
    again = reassess(decision=zhao_ming, facts=zhao_ming.facts).to_dict()
    assert again == {name: value for name, value in zhao_ming.result.items() if name != "next"}


def test_a_corrected_decision_supersedes_and_opens_the_line(zhao_ming: Decision) -> None:
    facts = corrected(
        zhao_ming, worst_dpd_24m=0, hard_inquiries_3m=1, active_lenders=2, debt_service_pct=24,
        existing_repayments_cny=2040, other_unsecured_cny=9000,
    )  # fmt: skip
    assessment = reassess(decision=zhao_ming, facts=facts)
    new = write_corrected_decision(
        old=zhao_ming, facts=facts, assessment=assessment, policy_version=zhao_ming.policy, by=SITE, now=NOW,
        note="police report",
    )  # fmt: skip
    assert (new.score, new.outcome, new.limit_cny, new.supersedes) == (
        723, "approve", Decimal(25000), zhao_ming,
    )  # fmt: skip
    assert new.line is not None
    assert not new.is_automatic
    assert list_events(zhao_ming.reference)[-1].codes == {"by": new.reference}


def test_a_verified_purpose_takes_the_place_of_the_stated_one() -> None:
    applicant = sample_applicant("ordinary")
    old = decide(application=application_of(applicant, purpose="property"), by=SITE, now=NOW)
    assert [row.code for row in old.reasons.all()] == ["U08"]
    assert reassess(decision=old, facts=corrected(old, purpose="home_repair")).outcome == "approve"


def test_applicants_are_not_mixed_up() -> None:
    li_na, zhao_ming = sample_decision("li_na"), sample_decision("zhao_ming")
    assert Applicant.objects.count() == 2
    assert li_na.applicant != zhao_ming.applicant
