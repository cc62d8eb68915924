"""Words that applicants read are changed by two people; a disputed record goes to its source first."""

from collections.abc import Callable

import pytest

from accounts.models import User
from accounts.roles import Role
from applicants.disputing import open_dispute
from applicants.models import Applicant
from applicants.source_checks import ask_sources
from core.catalogues import get_catalogue
from core.clock import now
from decisions.models import Decision, Wording
from notifications.models import Message
from tests.factories.decisions import sample_decision
from tests.journeys.desk import work
from tests.journeys.visitor import DESK, PHONE, Visit
from tests.people import acting

pytestmark = [pytest.mark.journey, pytest.mark.slow]
WHERE = "/staff/catalogue/reasons/S01.title/"
WAYS = pytest.mark.parametrize(("language", "width"), [("en", DESK), ("zh-hans", PHONE)])
NEW_ZH = "\u8bc4\u4f30\u5206\u4f4e\u4e8e\u8981\u6c42"


@WAYS
def test_words_are_proposed_by_one_and_published_by_another(
    *, visit: Visit, colleague: Callable[..., User], language: str, width: int
) -> None:
    maker = visit(colleague("Pia", Role.POLICY_MANAGER), language=language, width=width)
    maker.go(WHERE).page.locator("#id_zh").fill(NEW_ZH)
    maker.page.locator("#id_en").fill("We reject this!")
    maker.press("Check and preview").reads("Change this before it can be published:").keep("lint")
    maker.page.locator("#id_en").fill("Your score is below the minimum")
    maker.press("Check and preview").reads("Nothing stands against publishing it.")
    both = [NEW_ZH, "Your score is below the minimum"]
    # On the page, on a phone and in the letter.
    assert maker.page.locator(".looks .side").all_inner_texts() == both * 3
    maker.press("Propose these words").reads("Somebody else publishes what you proposed.").keep("proposed")
    checker = visit(colleague("Dev", Role.SUPERVISOR), language=language, width=width)
    checker.go("/staff/catalogue/").press("S01.title").shows(NEW_ZH).keep(f"to_publish.{language}.{width}")
    checker.press("Publish").reads("Published. New pages and letters have these words.")
    assert Wording.objects.get().state == "PUBLISHED"
    texts = {entry["code"]: entry["title"]["zh"] for entry in get_catalogue("reasons").document}
    assert texts["S01"] == NEW_ZH


@WAYS
def test_the_source_of_a_disputed_record_puts_it_right(
    *, visit: Visit, ada: User, colleague: Callable[..., User], language: str, width: int
) -> None:
    declined = sample_decision("li_na", user=ada, now=now())
    for phone, item in (("13800130005", "hard_inquiries_3m"), ("13800130004", "active_lenders")):
        Applicant.objects.filter(pk=declined.applicant_id).update(phone=phone)
        declined.applicant.refresh_from_db()
        open_dispute(
            applicant=declined.applicant, characteristic=item, claim="One.", by=acting(ada), now=now()
        )
        ask_sources(now())
    work()
    desk = visit(colleague("Cleo"), language=language, width=width).go("/staff/disputes/")
    desk.reads("the source stands by the record").keep(f"disputes.{language}.{width}")
    desk.follow("main a.case").reads("Answer of the source").keep(f"dispute.{language}.{width}")
    newer = Decision.objects.get(supersedes=declined)
    told = Message.objects.get(applicant=declined.applicant, about=newer.reference)
    person = visit(ada, language=language, width=width).go("/messages/")
    person.follow(f"main a.whole[href*={told.reference}]").shows(newer.reference)
    assert newer.facts["active_lenders"]["value"] == 0
