"""Applications that a person decides."""

import io

import pytest

from accounts.models import User
from appeals.papers import Paper
from appeals.waiting_papers import kinds_that_help, send_papers
from applicants.models import Applicant
from decisions.models import Decision
from decisions.referral import decide_referral
from tests.factories.decisions import NOW
from tests.factories.files import pdf
from tests.people import acting
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = pytest.mark.django_db


def where(decision: Decision, act: str = "") -> str:
    return f"/staff/referrals/{decision.reference}/{act}"


def test_the_list_says_what_waits_and_who_must_sign(
    referral: Decision, cleo: User, sit_down: SitDown
) -> None:
    page = text_of(sit_down(cleo).get("/staff/referrals/"))
    assert referral.reference in page
    assert "approving needs two people" in page


def test_an_empty_list_says_so(catalogues: None, cleo: User, sit_down: SitDown) -> None:
    assert "No application waits for a person." in text_of(sit_down(cleo).get("/staff/referrals/"))


def test_the_page_shows_reasons_checks_and_data(referral: Decision, cleo: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(cleo).get(where(referral)))
    for text in ("U10", "loan brokerage", "Verified monthly income", "\u00a511,700", "Do not approve"):
        assert text in page


def test_what_the_person_sent_meanwhile_stands_there(
    referral: Decision, ada: User, cleo: User, sit_down: SitDown
) -> None:
    client, listed = sit_down(cleo), "papers were sent"
    assert listed not in text_of(client.get("/staff/referrals/"))
    Applicant.objects.filter(pk=referral.applicant_id).update(user=ada)
    referral.applicant.refresh_from_db()
    paper = Paper(io.BytesIO(pdf()), "licence.pdf", "application/pdf")
    kind = kinds_that_help(referral)[0].code
    send_papers(decision=referral, words="My licence.", kind=kind, papers=[paper], by=acting(ada), now=NOW)
    page = text_of(client.get(where(referral)))
    for text in ("What the person sent since", "My licence.", "licence.pdf"):
        assert text in page
    assert listed in text_of(client.get("/staff/referrals/"))


def test_not_approving_needs_one_person_and_a_reason(
    referral: Decision, cleo: User, sit_down: SitDown
) -> None:
    client = sit_down(cleo)
    refused = client.post(where(referral), {"outcome": "decline", "reason": ""})
    assert refused.status_code == 400
    assert client.post(where(referral), {"outcome": "decline", "reason": "No licence."}).status_code == 302
    assert "No licence." in text_of(client.get(where(referral)))
    assert Decision.objects.get(supersedes=referral).outcome == "decline"


def test_approving_under_the_gate_waits_for_a_second_signature(
    referral: Decision, cleo: User, dev: User, sit_down: SitDown
) -> None:
    sit_down(cleo).post(where(referral), {"outcome": "approve", "reason": "Long record."})
    assert not Decision.objects.filter(supersedes=referral).exists()
    client = sit_down(dev)
    assert "Long record." in text_of(client.get(where(referral)))
    assert client.post(where(referral, "sign/")).status_code == 302
    assert Decision.objects.get(supersedes=referral).outcome == "approve"


def test_nobody_signs_his_own_proposal(referral: Decision, dev: User, sit_down: SitDown) -> None:
    client = sit_down(dev)
    client.post(where(referral), {"outcome": "approve", "reason": "Long record."})
    assert client.post(where(referral, "sign/")).status_code == 403


def test_a_proposal_goes_back_with_a_reason(
    referral: Decision, cleo: User, dev: User, sit_down: SitDown
) -> None:
    decide_referral(decision=referral, outcome="approve", reason="Long record.", by=acting(cleo), now=NOW)
    client = sit_down(dev)
    assert client.post(where(referral, "return/"), {"reason": " "}).status_code == 400
    client.post(where(referral, "return/"), {"reason": "Show the licence."})
    assert "Show the licence." in text_of(sit_down(cleo).get(where(referral)))


def test_somebody_quicker_is_told_and_nothing_typed_is_lost(
    referral: Decision, cleo: User, dev: User, sit_down: SitDown
) -> None:
    decide_referral(decision=referral, outcome="decline", reason="No licence.", by=acting(dev), now=NOW)
    answer = sit_down(cleo).post(where(referral), {"outcome": "approve", "reason": "Long record."})
    assert answer.status_code == 409
    assert "does not wait for a person any more" in text_of(answer)
    assert "Long record." in text_of(answer)


def test_a_decision_that_was_never_referred_is_not_found(
    decision: Decision, cleo: User, sit_down: SitDown
) -> None:
    assert sit_down(cleo).get(where(decision)).status_code == 404


def test_an_outcome_that_is_not_offered_is_refused(referral: Decision, cleo: User, sit_down: SitDown) -> None:
    answer = sit_down(cleo).post(where(referral), {"outcome": "counter", "reason": "Half of it."})
    assert answer.status_code == 400
    assert "Half of it." in text_of(answer)
