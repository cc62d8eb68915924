"""Who refused a machine alone is decided by a person, and the record replays."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from applicants.automation import NoSuchRightError, accept_automation, refuse_automation
from applicants.models import Applicant
from core.errors import InputError
from decisions.explaining import explain
from decisions.models import Decision, Outcome
from decisions.referral import decide_referral
from decisions.replaying import replay
from outbox.draining import drain
from tests.factories.decisions import NOW, application_of, sample_applicant
from tests.people import acting


@pytest.fixture
def referred(catalogues: None, ada: User) -> Decision:
    applicant = sample_applicant("wang_fang", user=ada)
    refuse_automation(applicant=applicant, by=acting(ada), now=NOW)
    application_of(applicant, by=acting(ada))
    drain(clock=lambda: NOW)
    return Decision.objects.select_related("applicant", "application", "policy", "line").get()


def test_a_person_decides_what_a_machine_would(referred: Decision) -> None:
    assert (referred.outcome, referred.limit_cny) == (Outcome.REFER.value, Decimal(0))
    assert [row.code for row in referred.reasons.all()] == ["P04"]
    document: Any = explain(decision=referred, language="en", now=NOW)
    assert document["reasons"][0]["title"] == "As you asked, a person decides"
    assert document["reasons"][0]["tag_label"] == "a person looks"
    assert replay(referred) == []


def test_the_person_decides_it_and_cannot_say_no_without_a_reason(referred: Decision, cleo: User) -> None:
    with pytest.raises(InputError):
        decide_referral(decision=referred, outcome="decline", reason="I feel so", by=acting(cleo), now=NOW)
    made = decide_referral(decision=referred, outcome="approve", reason="Clear.", by=acting(cleo), now=NOW)
    assert isinstance(made, Decision)
    assert (made.outcome, made.is_automatic) == (Outcome.APPROVE, False)
    assert replay(made) == []


def test_it_can_be_allowed_again_and_is_no_right_everywhere(referred: Decision, ada: User) -> None:
    accept_automation(applicant=referred.applicant, by=acting(ada), now=NOW)
    assert Applicant.objects.get().person_decides_since is None
    referred.applicant.jurisdiction = "UK"
    with pytest.raises(NoSuchRightError):
        refuse_automation(applicant=referred.applicant, by=acting(ada), now=NOW)
