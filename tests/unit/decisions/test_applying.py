"""Submitting an application."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from accounts.actors import SITE, Actor
from applicants.models import Applicant
from core.errors import InputError
from decisions.applying import HasLineError, KeyUsedError, StillOpenError, TooEarlyError
from decisions.line_changes import accept_line
from decisions.models import Application
from decisions.samples import apply_for
from outbox.models import Outbox
from tests.factories.decisions import NOW, SAMPLES, application_of, sample_applicant, sample_decision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


@pytest.fixture
def li_na() -> Applicant:
    return sample_applicant("li_na")


def test_is_stored_and_queued_without_personal_data(li_na: Applicant) -> None:
    application = application_of(li_na)
    work = Outbox.objects.get(kind="DECIDE_APPLICATION")
    assert work.subject == application.reference
    assert (application.method, application.term_days) == ("equal_instalment", None)


def test_the_same_key_is_the_same_application(li_na: Applicant) -> None:
    first = application_of(li_na)
    assert application_of(li_na) == first
    assert (Application.objects.count(), Outbox.objects.filter(kind="DECIDE_APPLICATION").count()) == (1, 1)


def test_the_same_key_with_another_body_is_a_conflict(li_na: Applicant) -> None:
    application_of(li_na)
    with pytest.raises(KeyUsedError):
        application_of(li_na, amount_cny=6000)


def test_keys_of_different_actors_do_not_meet(li_na: Applicant) -> None:
    application_of(li_na)
    other = application_of(li_na, by=Actor.for_client("lender", []))
    assert other.submission_key.startswith("client:lender|")
    assert Application.objects.count() == 2


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"product": "mortgage"}, "product"),
        ({"product": "sme_working_capital"}, "product"),
        ({"amount_cny": 499}, "amount_cny"),
        ({"amount_cny": "a lot"}, "amount_cny"),
        ({"amount_cny": ""}, "amount_cny"),
        ({"amount_cny": "NaN"}, "amount_cny"),
        ({"amount_cny": "1e30"}, "amount_cny"),
        ({"amount_cny": "8,000.555"}, "amount_cny"),
        ({"term_months": 7}, "term_months"),
        ({"term_months": None}, "term_months"),
        ({"purpose": "piracy"}, "purpose"),
        ({"method": "barter"}, "method"),
    ],
)
def test_each_wrong_field_is_named(li_na: Applicant, terms: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as caught:
        application_of(li_na, **terms)
    assert list(caught.value.fields) == [field]
    assert Application.objects.count() == 0


def test_every_problem_is_told_at_once(li_na: Applicant) -> None:
    with pytest.raises(InputError) as caught:
        application_of(li_na, amount_cny="x", term_months=5, purpose="")
    assert set(caught.value.fields) == {"amount_cny", "term_months", "purpose"}


@pytest.mark.parametrize(
    "amount", ["20,000", "\uff12\uff10\uff0c\uff10\uff10\uff10", " \u00a520000.00 ", "\u200f20,000\u202c"]
)
def test_amounts_are_read_forgivingly(li_na: Applicant, amount: str) -> None:
    assert application_of(li_na, amount_cny=amount).amount_cny == 20000


def test_after_a_decline_there_is_a_wait_of_thirty_days() -> None:
    decision = sample_decision("li_na")
    with pytest.raises(TooEarlyError) as caught:
        application_of(decision.applicant, submission_key="two", now=NOW + timedelta(days=29))
    with translation.override("en"):
        assert str(caught.value).startswith("You can apply for this product again from 20 Dec 2026.")
    later = application_of(decision.applicant, submission_key="two", now=NOW + timedelta(days=30))
    assert later.pk is not None


@pytest.mark.parametrize(("key", "again"), [("zhang_wei", "zhang_wei_after"), ("ruian", "ruian_confirmed")])
def test_what_waits_is_not_applied_for_again(key: str, again: str) -> None:
    decision = sample_decision(key)
    with pytest.raises(StillOpenError) as caught:
        apply_for(applicant=decision.applicant, sample=SAMPLES[again], by=SITE, now=NOW)
    assert caught.value.code == "application-open"
    assert decision.reference in str(caught.value)


def test_who_holds_an_open_line_does_not_apply_again() -> None:
    decision = sample_decision("ordinary")
    assert decision.line is not None
    accept_line(line=decision.line, by=SITE, now=NOW)
    with pytest.raises(HasLineError):
        application_of(decision.applicant, submission_key="two")


def test_a_purpose_that_is_not_allowed_may_be_stated_and_is_answered() -> None:
    assert SAMPLES["ordinary"].request["purpose"] != "property"
    application = application_of(sample_applicant("ordinary"), purpose="property")
    assert application.purpose == "property"
