"""A referral is told as what it is: a person looks, by a day, and nothing has to be done."""

from datetime import date

import pytest

from accounts.actors import SITE
from accounts.models import User
from appeals.gauging import measure
from appeals.models import Gauge
from applicants.automation import refuse_automation
from applicants.models import Applicant
from decisions.deciding import decide
from decisions.decision_days import answer_by
from decisions.explaining import explain
from decisions.late_referrals import list_late, tell_late_referrals
from decisions.models import Decision
from decisions.notices import send_notice
from decisions.referral import decide_referral, list_referrals
from notifications.letters import read_letter
from notifications.models import Message
from outbox.draining import drain
from tests.factories.decisions import NOW, application_of, sample_applicant, sample_decision
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
AUTOMATIC = "automatically, by fixed rules"


@pytest.fixture
def referred(ada: User) -> Decision:
    decision = sample_decision("zhang_wei", user=ada)
    assert decision.outcome == "refer"
    return decision


@pytest.mark.parametrize(("place", "day"), [("CN", 23), ("US", 19), ("EU", 23), ("UK", 23)])
def test_the_term_is_that_of_the_place(place: str, day: int) -> None:
    applicant = sample_applicant("zhang_wei")
    Applicant.objects.filter(pk=applicant.pk).update(jurisdiction=place)
    decision = decide(application=application_of(applicant), by=SITE, now=NOW)
    assert answer_by(decision) == date(2026, 12 if place == "US" else 11, day)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("A person looks at your application and tells you by 23 Nov 2026", "nothing that you have")),
        ("zh-hans", ("2026-11-23", "\u60a8\u4e0d\u9700\u8981\u505a\u4ec0\u4e48")),
    ],
)
def test_the_message_says_who_looks_until_when_and_that_nothing_has_to_be_done(
    referred: Decision, ada: User, language: str, said: tuple[str, ...]
) -> None:
    User.objects.filter(pk=ada.pk).update(language=language)
    drain(clock=lambda: NOW)
    [message] = Message.objects.filter(about=referred.reference)
    assert message.kind == "DECISION_REFERRED"
    text = f"{message.subject_text} {message.body_text}"
    assert all(words in text for words in said)
    assert "result" not in text


def test_page_letter_and_reason_say_that_a_person_decides(referred: Decision, ada: User) -> None:
    page = words(signed_in(ada).get(address("decision", referred.reference)))
    assert "A person. The reason above says what asked for one." in page
    assert "tells you by 23 Nov 2026" in page
    assert AUTOMATIC not in page
    assert {one["tag"] for one in explain(decision=referred, language="en", now=NOW)["reasons"]} == {
        "with_person"
    }
    body = str(read_letter(send_notice(decision=referred, by=SITE, now=NOW), "en"))
    assert "The rules did not decide." in body
    assert "automatically, by fixed rules" not in body
    assert "A person made the decision" not in body


def test_a_day_off_means_the_next_working_day() -> None:
    decision = decide(application=application_of(sample_applicant("zhang_wei")), by=SITE, now=NOW)
    decision.request["context"]["decided_on"] = "2026-09-30"
    assert answer_by(decision) == date(2026, 10, 8)


def test_a_late_referral_is_told_once_and_counted(referred: Decision, ada: User, cleo: User) -> None:
    in_time, late = NOW.replace(day=23), NOW.replace(day=24)
    assert (tell_late_referrals(now=in_time), list_late(in_time)) == (0, [])
    assert list_late(late) == [referred]
    assert [tell_late_referrals(now=late) for _again in range(2)] == [1, 0]
    drain(clock=lambda: late)
    theirs = Message.objects.get(kind="DECISION_OVERDUE")
    assert (theirs.applicant_id, theirs.about) == (referred.applicant_id, referred.reference)
    assert "by 23 Nov 2026" in theirs.body_text
    assert Message.objects.filter(kind="REFERRAL_LATE", user=cleo, about=referred.reference).count() == 1
    assert not Message.objects.filter(kind="REFERRAL_LATE", user=ada).exists()
    measure(now=late)
    assert Gauge.objects.get(board="FAILURES", name="late_referrals").value == 1


def test_who_has_an_answer_hears_nothing_of_late(referred: Decision, cleo: User) -> None:
    decide_referral(decision=referred, outcome="approve", reason="All is in order.", by=acting(cleo), now=NOW)
    late = NOW.replace(day=30)
    assert (list_late(late), tell_late_referrals(now=late)) == ([], 0)


def test_what_rules_decided_still_says_so(ada: User) -> None:
    decision = sample_decision("li_na", user=ada)
    assert AUTOMATIC in words(signed_in(ada).get(address("decision", decision.reference)))


def test_a_referral_is_none_of_the_decisions_made_without_a_person(referred: Decision, ada: User) -> None:
    assert referred.reference not in words(signed_in(ada).get(address("who_decides")))


def test_who_waits_for_a_person_is_led_there_instead_of_applying_again(referred: Decision, ada: User) -> None:
    client = signed_in(ada)
    page = client.get(f"{address('apply')}?product=consumer_loan")
    assert f"goes on: {referred.reference}" in words(page)
    assert address("decision", referred.reference) in page.content.decode()
    assert address("apply") not in client.get(address("home")).content.decode().split("<main")[1]


def test_colleagues_see_the_day(referred: Decision, cleo: User) -> None:
    [row] = list_referrals(by=acting(cleo))
    assert row.answer_by == date(2026, 11, 23)


def test_who_refused_a_machine_reads_before_sending_that_a_person_decides(ada: User) -> None:
    applicant = sample_applicant("li_na", user=ada)
    client, terms = signed_in(ada), {
        "amount_cny": "5000", "term": "12", "purpose": "daily_spending", "method": "equal_instalment",
        "step": "check", "submission_key": "k",
    }  # fmt: skip
    place = f"{address('apply')}?product=consumer_loan"
    assert "Fixed rules decide, or a person where the rules ask for one." in words(client.post(place, terms))
    refuse_automation(applicant=applicant, by=acting(ada), now=NOW)
    page = words(client.post(place, terms))
    assert "A person decides about your application, as you asked." in page
    assert "Fixed rules decide" not in page
