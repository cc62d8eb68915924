"""Holds: they wake by themselves when what they waited for has ended, and not before."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.actors import SITE
from accounts.models import User
from applicants.facts import record_fact
from applicants.models import Applicant
from core.errors import ForbiddenError, InputError
from decisions.deciding import decide
from decisions.explaining import explain
from decisions.models import Decision
from decisions.platform import announce_maintenance, get_exposure, state_exposure
from decisions.replaying import replay
from decisions.waking import wake_holds
from tests.factories.decisions import NOW, application_of, sample_applicant, sample_decision
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
LATER = NOW + timedelta(hours=5)


@pytest.fixture
def ordinary() -> Applicant:
    return sample_applicant("ordinary")


def newest() -> Decision:
    return Decision.objects.latest("pk")


def test_the_buyers_answer_wakes_the_hold() -> None:
    hold = sample_decision("ruian")
    assert hold.outcome == "hold"
    assert wake_holds(now=LATER) == 0
    record_fact(
        applicant=hold.applicant, characteristic="receivable_confirmed", value=True, source="buyer",
        observed_on=NOW.date(), by=SITE, now=LATER,
    )  # fmt: skip
    assert wake_holds(now=LATER) == 1
    assert (newest().outcome, newest().supersedes, newest().limit_cny) == (
        "approve", hold, Decimal(640000),
    )  # fmt: skip
    assert wake_holds(now=LATER) == 0


def test_who_refused_a_machine_is_woken_into_the_hands_of_a_person() -> None:
    hold = sample_decision("ruian")
    Applicant.objects.filter(pk=hold.applicant_id).update(person_decides_since=NOW)
    record_fact(
        applicant=hold.applicant, characteristic="receivable_confirmed", value=True, source="buyer",
        observed_on=NOW.date(), by=SITE, now=LATER,
    )  # fmt: skip
    assert wake_holds(now=LATER) == 1
    assert (newest().outcome, newest().supersedes) == ("refer", hold)
    assert [reason.code for reason in newest().reasons.all()] == ["P04"]


def test_a_fact_that_changes_nothing_writes_no_new_decision() -> None:
    hold = sample_decision("ruian")
    record_fact(
        applicant=hold.applicant, characteristic="current_ratio", value=1.31, source="financial_statements",
        observed_on=NOW.date(), by=SITE, now=LATER,
    )  # fmt: skip
    assert wake_holds(now=LATER) == 0
    assert Decision.objects.count() == 1


def test_maintenance_holds_everybody_and_ends_by_itself(ordinary: Applicant) -> None:
    announce_maintenance(starts_at=NOW, ends_at=NOW + timedelta(hours=4), reason="upgrade", by=SITE, now=NOW)
    hold = decide(application=application_of(ordinary, amount_cny=20000), by=SITE, now=NOW)
    assert [row.code for row in hold.reasons.all()] == ["P04"]
    meaning = explain(decision=hold, language="en", now=NOW)["reasons"][0]["meaning"]
    assert meaning.startswith("Maintenance runs from 20 Nov 2026 10:00 to 20 Nov 2026 14:00.")
    assert wake_holds(now=LATER) == 1
    assert newest().outcome == "approve"


def test_a_full_product_holds_and_says_when_it_reopens(ordinary: Applicant) -> None:
    state_exposure(
        product="consumer_loan", exposure_pct=Decimal(100), reopens_at=NOW + timedelta(days=10),
        reason="cap reached", by=SITE, now=NOW,
    )  # fmt: skip
    hold = decide(application=application_of(ordinary, amount_cny=20000), by=SITE, now=NOW)
    assert (hold.outcome, hold.reasons.get().parameters) == ("hold", {"pct": 100.0, "date": "2026-11-30"})
    assert replay(hold) == []
    state_exposure(product="consumer_loan", exposure_pct=Decimal(98), reason="room", by=SITE, now=LATER)
    assert wake_holds(now=LATER) == 1


def test_a_statement_about_one_product_is_not_about_another() -> None:
    state_exposure(product="consumer_loan", exposure_pct=Decimal(100), reason="full", by=SITE, now=NOW)
    assert get_exposure(product="sme_working_capital", now=NOW) is None


def test_statements_are_checked(cleo: User) -> None:
    with pytest.raises(InputError):
        state_exposure(product="", exposure_pct=Decimal(-1), reason="x", by=SITE, now=NOW)
    with pytest.raises(InputError):
        announce_maintenance(starts_at=LATER, ends_at=NOW, reason="x", by=SITE, now=NOW)
    with pytest.raises(ForbiddenError):
        state_exposure(product="", exposure_pct=Decimal(1), reason="x", by=acting(cleo), now=NOW)
