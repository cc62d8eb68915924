"""The workbench end to end: two signatures, a return, a round of questions, lapses, and a second look."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import User
from accounts.roles import Role
from appeals.answering import answer_item, lapse_requests
from appeals.claiming import claim_appeal, lapse_claims
from appeals.models import Appeal, Pause, Request
from appeals.opening import open_appeal, save_grounds, submit_appeal
from appeals.screening import screen
from core.clock import now
from tests.journeys.desk import review, work
from tests.journeys.reviewer import WIDE, Hand, await_result, overturn
from tests.journeys.visitor import PHONE, Visit
from tests.people import acting

pytestmark = [pytest.mark.journey, pytest.mark.slow]
Colleague = Callable[..., User]
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true })"
RULE = "form[action$='/ruling/'] .button:not(.second)"


def sit(visit: Visit, user: User, appeal: Appeal, **options: object) -> Hand:
    """Somebody in front of the case."""
    return Hand(visit(user, width=WIDE, **options).go(f"/staff/cases/{appeal.reference}/"))


def verify(hand: Hand) -> None:
    """Take the case, look at everything, find nothing new, and wait for the result."""
    hand.click("form[action$='/claim/'] button")
    hand.click("form[action$='/statement/'] button")
    hand.click("button[name=accepted][value=yes]")
    hand.choose("form[action$='/conclude/'] select", "UNCLEAR")
    hand.type("form[action$='/conclude/'] textarea", "The report names another loan.")
    hand.click("form[action$='/conclude/'] button")
    await_result(hand)


@LANGUAGES
def test_an_uphold_for_a_person_in_need_of_care_takes_two(
    visit: Visit, appeal: Appeal, colleague: Colleague, language: str
) -> None:
    hand = sit(visit, colleague("Cleo"), appeal, language=language)
    verify(hand)
    hand.unfold("#independence details:has(form[action$='/care/']) summary")
    hand.type("form[action$='/care/'] textarea", "She is very ill.")
    hand.click("form[action$='/care/'] button")
    hand.type("form[action$='/ruling/'] textarea[name=reason]", "The late payment is her own.")
    hand.click(RULE)
    appeal.refresh_from_db()
    assert (appeal.status, appeal.outcome) == ("PROPOSED", "")
    dev = sit(visit, colleague("Dev", Role.SUPERVISOR), appeal, language=language)
    dev.click("form[action$='/sign/'] button")
    appeal.refresh_from_db()
    assert appeal.outcome == "UNCHANGED"


def test_a_proposal_is_returned_and_comes_back_better(
    visit: Visit, appeal: Appeal, colleague: Colleague
) -> None:
    Appeal.objects.filter(pk=appeal.pk).update(sample_draw=0)
    hand = Hand(visit(colleague("Cleo"), width=WIDE).go("/staff/queue/"))
    overturn(hand, appeal)
    dev = sit(visit, colleague("Dev", Role.SUPERVISOR), appeal)
    dev.visitor.page.locator("details:has(form[action$='/return/']) summary").click()
    dev.type("form[action$='/return/'] textarea", "Which lender answered?")
    dev.click("form[action$='/return/'] button")
    hand.visitor.go(f"/staff/cases/{appeal.reference}/").shows("Which lender answered?")
    hand.type("form[action$='/ruling/'] textarea[name=reason]", "The bank of the loan answered in writing.")
    letter = hand.visitor.page.locator("textarea[name=letter_en]")
    letter.fill(f"{letter.input_value()}\n\nThe bank answered us in writing.")
    hand.click("button[name=preview]")
    hand.visitor.shows("What was changed against the template", "The bank answered us in writing.")
    hand.click(RULE)
    dev.visitor.go(f"/staff/cases/{appeal.reference}/").shows("The bank answered us in writing.")
    dev.click("form[action$='/sign/'] button")
    appeal.refresh_from_db()
    assert (appeal.outcome, appeal.rulings.count()) == ("CORRECTED", 2)


@LANGUAGES
def test_a_round_of_questions_pauses_our_clock_until_the_answer(
    visit: Visit, appeal: Appeal, ben: User, colleague: Colleague, language: str
) -> None:
    hand = sit(visit, colleague("Cleo"), appeal, language=language)
    hand.click("form[action$='/claim/'] button")
    hand.visitor.page.locator("details:has(form[action$='/ask/']) summary").click()
    hand.type("textarea[name=text_0]", "The letter of the bank")
    hand.click("form[action$='/ask/'] .button")
    hand.visitor.reads("paused").shows("The letter of the bank")
    asked = Request.objects.get()
    answer_item(item=asked.items.get(), answer="It is on its way.", by=acting(ben), now=now())
    hand.visitor.go(hand.visitor.path.split("#")[0]).shows("It is on its way.")
    assert Pause.objects.get().until is not None
    appeal.refresh_from_db()
    assert appeal.status == "IN_REVIEW"


def test_silence_ends_the_round_and_the_review_goes_on(
    visit: Visit, appeal: Appeal, colleague: Colleague
) -> None:
    hand = sit(visit, colleague("Cleo"), appeal)
    hand.click("form[action$='/claim/'] button")
    hand.visitor.page.locator("details:has(form[action$='/ask/']) summary").click()
    hand.type("textarea[name=text_0]", "The letter of the bank")
    hand.click("form[action$='/ask/'] .button")
    Request.objects.update(due_on=(now() - timedelta(days=2)).date())
    assert lapse_requests(now()) == 1
    hand.visitor.go(f"/staff/cases/{appeal.reference}/").reads("not answered in time")
    assert hand.visitor.page.locator("form[action$='/statement/'] button").count() == 1


def test_a_case_that_nobody_touched_goes_back_to_the_queue(
    visit: Visit, appeal: Appeal, colleague: Colleague
) -> None:
    cleo = colleague("Cleo")
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=now())
    long_ago = now() - timedelta(days=12)
    Appeal.objects.filter(pk=appeal.pk).update(claimed_at=long_ago, saved_at=long_ago)
    assert lapse_claims(now()) == 1
    visitor = visit(cleo, width=WIDE).go("/staff/queue/?view=mine")
    assert appeal.reference not in visitor.text
    visitor.go("/staff/queue/?view=unclaimed").shows(appeal.reference)


def test_a_second_look_is_for_other_people(
    visit: Visit, appeal: Appeal, ben: User, colleague: Colleague
) -> None:
    cleo, dev = colleague("Cleo"), colleague("Dev", Role.SUPERVISOR)
    first = review(appeal, like="zhao_ming", reviewer=cleo, second=dev)
    assert (first.status, first.outcome) == ("CLOSED", "UNCHANGED")
    again = open_appeal(decision=first.decision, by=acting(ben), now=now())
    grounds = {"U05": ("WRONG", "It is still not my loan.")}
    save_grounds(appeal=again, grounds=grounds, expected_version=again.version, by=acting(ben), now=now())
    submit_appeal(appeal=again, expected_version=again.version, by=acting(ben), now=now())
    screen(again, now())
    work()
    again.refresh_from_db()
    seen = sit(visit, cleo, again).visitor
    seen.reads("This person reviewed the matter before.").reads("second look by other people")
    assert seen.page.locator("form[action$='/claim/']").count() == 0
    seen.shows(first.reference)
    hand = sit(visit, colleague("Carl"), again)
    hand.click("form[action$='/claim/'] button")
    again.refresh_from_db()
    assert (again.tier, again.status) == (2, "IN_REVIEW")


@LANGUAGES
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_every_page_of_the_workbench_passes_axe_and_fits(
    *, visit: Visit, appeal: Appeal, colleague: Colleague, language: str, width: int, tmp_path: Path
) -> None:
    dev = colleague("Dev", Role.SUPERVISOR)
    work()
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(dev), now=now())
    visitor = visit(dev, language=language, width=width)
    case, paper = f"/staff/cases/{appeal.reference}/", appeal.grounds.get().attachments.get().document
    pages = {
        "queue": "/staff/queue/?view=mine", "filtered": "/staff/queue/?view=mine&urgent=on",
        "desks": "/staff/desks/", "case": case, "more-time": f"{case}more-time/?code=COMPLEX",
        "remedy": f"{case}remedy/", "paper": f"{case}reasons/U05/evidence/{paper.reference}/pages/",
        "why": f"{case}why-due/",
    }  # fmt: skip
    for name, path in pages.items():
        visitor.go(path)
        visitor.page.evaluate(OPEN_ALL)
        visitor.check().picture(tmp_path / f"{name}.png")
    assert visitor.page.locator("h1").count() == 1
