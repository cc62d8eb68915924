"""Warnings and measures: everything that changed or waits stands there, and nothing else does."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from appeals.answering_measures import settle_answer
from appeals.models import MeasureAnswer
from appeals.opening import open_appeal
from applicants.disputing import open_dispute
from core.clock import now
from decisions.measure_deciding import approve_measure, decline_measure
from decisions.measure_plans import key_of, list_plans
from decisions.measures import end
from decisions.models import Decision, Line, Measure
from decisions.samples import play
from decisions.warnings import look_at
from evidence.models import Document
from tests.factories.decisions import SAMPLES, sample_applicant, sample_decision
from tests.factories.files import pdf
from tests.factories.warnings import DAY, holder, learn, shock
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = pytest.mark.django_db
QUIET = "There are no warnings"


def page_of(user: User) -> str:
    """What the page says."""
    return words(signed_in(user).get(address("warnings")))


def test_nothing_is_said_to_be_nothing(declined: Decision, ada: User) -> None:
    page = page_of(ada)
    assert QUIET in page
    assert "While you have a line we look every day" in page


def test_a_closed_line_can_be_objected_to(catalogues: None, ada: User, dev: User) -> None:
    applicant = sample_applicant("zhang_wei", user=ada, now=now())
    closing = play(sample=SAMPLES["zhang_wei"], applicant=applicant, signer=dev, by=acting(ada), now=now())
    page = page_of(ada)
    assert QUIET not in page
    assert address("decision", closing.reference) in page
    assert address("start_appeal", closing.reference) in page
    assert "reduced" in page
    appeal = open_appeal(decision=closing, by=acting(ada), now=now())
    assert address("appeal", appeal.reference) in page_of(ada)


def test_a_part_on_hold_is_named(catalogues: None, ada: User, dev: User) -> None:
    applicant = sample_applicant("wang_fang", user=ada, now=now())
    play(sample=SAMPLES["wang_fang"], applicant=applicant, signer=dev, by=acting(ada), now=now())
    Line.objects.update(on_hold_cny=Decimal(500))
    assert "\u00a5500 on hold" in page_of(ada)


def test_what_waits_and_what_is_checked(catalogues: None, ada: User, ben: User) -> None:
    waiting = sample_decision("loan_broker", user=ada, now=now())
    assert address("decision", waiting.reference) in page_of(ada)
    checked = sample_decision("li_na", user=ben, now=now())
    dispute = open_dispute(
        applicant=checked.applicant,
        characteristic="hard_inquiries_3m",
        claim="one",
        by=acting(ben),
        now=now(),
    )
    assert address("dispute", dispute.reference) in page_of(ben)


def test_a_warning_says_what_changed_and_what_helps(catalogues: None, ada: User, dev: User) -> None:
    applicant = holder("hengxin", ada, dev, now=now() - DAY)
    shock(applicant, "hengxin_after_shock", now())
    look_at(keys=[applicant.pk], now=now())
    page = page_of(ada)
    assert QUIET not in page
    for said in (
        "Your score went from 806 to 691", "Please act on this",
        "Tax returns on time in a year went from 12 to 10",
        "File it, then send us the tax authority", "If repaying is hard",
    ):  # fmt: skip
        assert said in page
    assert "A new repayment plan" not in page


def announced_cut(ada: User, dev: User) -> Measure:
    """Hengxin's line is to be cut: the milder measures were declined, this one is signed."""
    applicant = holder("hengxin", ada, dev, now=now() - DAY)
    shock(applicant, "hengxin_after_shock", now())
    look_at(keys=[applicant.pk], now=now())
    while (measure := Measure.objects.get(state="proposed")).code != "M4":
        decline_measure(
            measure=measure, reason="r", wants_next=True, expected_version=measure.version, by=acting(dev),
            now=now(),
        )  # fmt: skip
    return approve_measure(
        measure=measure, reason="r", expected_version=measure.version, by=acting(dev), now=now()
    )


def test_an_announced_cut_has_its_day_and_the_way_to_appeal(catalogues: None, ada: User, dev: User) -> None:
    taken = announced_cut(ada, dev)
    assert taken.decision is not None
    assert taken.effective_on is not None
    page = page_of(ada)
    for said in (
        "A smaller unused part",
        "Takes effect on",
        f"{taken.effective_on.day} ",
        "this does not happen",
    ):
        assert said in page
    assert page.count(address("start_appeal", taken.decision.reference)) == 1


def asked(ada: User, dev: User, code: str) -> Measure:
    """Hengxin owes something, and this measure is taken."""
    applicant = holder("hengxin", ada, dev, now=now() - DAY)
    shock(applicant, "hengxin_after_shock", now())
    Line.objects.update(drawn_cny=100_000)
    look_at(keys=[applicant.pk], now=now())
    while (measure := Measure.objects.get(state="proposed")).code != code:
        decline_measure(
            measure=measure, reason="r", wants_next=True, expected_version=measure.version, by=acting(dev),
            now=now(),
        )  # fmt: skip
    return approve_measure(
        measure=measure, reason="r", expected_version=measure.version, by=acting(dev), now=now()
    )


def test_a_plan_is_chosen_on_a_page_and_stands_with_its_cost(catalogues: None, ada: User, dev: User) -> None:
    measure = asked(ada, dev, "M3")
    client, place = signed_in(ada), address("measure_answer", measure.reference)
    assert place in page_of(ada)
    shown = words(client.get(place))
    assert "You owe \u00a5100,000 today" in shown
    empty = client.post(place, {})
    assert (empty.status_code, "Choose a plan, or write" in words(empty)) == (400, True)
    plan = list_plans(measure)[-1]
    Line.objects.update(drawn_cny=120_000)
    changed = client.post(place, {"plan": key_of(plan), "words": "Gladly."})
    said = ["What you owe has changed", "Gladly.</textarea>", "You owe \u00a5120,000 today"]
    assert (changed.status_code, [one for one in said if one not in words(changed)]) == (400, [])
    plan = list_plans(Measure.objects.get(pk=measure.pk))[-1]
    assert client.post(place, {"plan": key_of(plan)})["Location"] == address("warnings")
    page = page_of(ada)
    assert f"{plan.term} months: \u00a5{plan.instalment:,} each time" in page
    assert "answered, being read" in page
    assert place not in page
    assert client.get(place).status_code == 409


def test_a_day_gone_by_is_no_deadline(catalogues: None, ada: User, dev: User) -> None:
    measure, client = asked(ada, dev, "M5"), signed_in(ada)
    place, by = address("measure_answer", measure.reference), "Please answer until"
    assert "Please offer it by" in page_of(ada)
    assert by in words(client.get(place))
    Measure.objects.filter(pk=measure.pk).update(state="in_effect", effective_on=now().date() - 2 * DAY)
    page = page_of(ada)
    assert ("Please offer it by" in page, "waits for your answer" in page) == (False, True)
    assert by not in words(client.get(place))


def test_a_guarantee_is_offered_with_papers_and_the_reply_stands_there(
    catalogues: None, ada: User, ben: User, dev: User
) -> None:
    measure = asked(ada, dev, "M5")
    client, place = signed_in(ada), address("measure_answer", measure.reference)
    assert signed_in(ben).get(place).status_code == 404
    sent = [SimpleUploadedFile("a.pdf", b""), SimpleUploadedFile("id.pdf", pdf(owner_password="x"))]
    wrong = client.post(place, {"words": "My brother", "papers": sent})
    arrived = Document.objects.get()
    assert f'value="{arrived.reference}" id="id_again_0" checked' in words(wrong), "it is not sent again"
    kept = ["a.pdf: ", "My brother</textarea>"]
    assert (wrong.status_code, [one for one in kept if one not in words(wrong)]) == (400, [])
    good = SimpleUploadedFile("letter.pdf", pdf(), "application/pdf")
    again = {"words": "My brother", "papers": [good], "again": [arrived.reference]}
    assert client.post(place, again).status_code == 302
    given = MeasureAnswer.objects.get()
    assert given.documents.count() == 2
    assert "letter.pdf" in page_of(ada)
    settle_answer(answer=given, is_enough=False, reply="Please send his papers.", by=acting(dev), now=now())
    page = page_of(ada)
    assert "Please send his papers." in page
    assert place in page, "another answer can be given"


@pytest.mark.parametrize(("code", "act"), [("M3", "Choose a repayment plan"), ("M5", "Answer with words")])
def test_the_start_page_asks_for_the_answer(
    catalogues: None, ada: User, dev: User, code: str, act: str
) -> None:
    measure, client = asked(ada, dev, code), signed_in(ada)
    place = address("measure_answer", measure.reference)
    before = words(client.get(address("home")))
    assert [text for text in (place, act, "waits for your answer") if text not in before] == []
    assert "All done" not in before
    client.post(place, {"words": "My brother"})
    assert place not in words(client.get(address("home")))
    settle_answer(
        answer=MeasureAnswer.objects.get(), is_enough=False, reply="Not yet.", by=acting(dev), now=now()
    )
    assert place in words(client.get(address("home")))


def test_what_was_announced_and_taken_back_is_no_change(catalogues: None, ada: User, dev: User) -> None:
    taken = announced_cut(ada, dev)
    end(measure=taken, cause="CURED", now=now())
    assert Decision.objects.filter(supersedes=taken.decision).exists()
    page = page_of(ada)
    assert "A smaller unused part" in page
    assert "withdrawn" in page
    assert "What we changed on your line" not in page


def test_others_see_nothing_of_it(catalogues: None, ada: User, ben: User, dev: User) -> None:
    applicant = holder("wang_fang", ada, dev, now=now() - DAY)
    learn(applicant, now(), current_overdue_days=3)
    look_at(keys=[applicant.pk], now=now())
    sample_applicant("li_na", user=ben, now=now())
    assert "A repayment is a few days late" in page_of(ada)
    assert QUIET in page_of(ben)
