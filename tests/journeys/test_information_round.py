"""Somebody is asked for more, answers bit by bit with a paper, and goes on; a late appeal; taken up again."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Route

from accounts.models import User
from appeals.claiming import claim_appeal
from appeals.models import Appeal, AppealStatus, Attachment
from appeals.opening import open_appeal, save_grounds, submit_appeal
from appeals.requesting import NewItem, ask_applicant
from core.clock import now
from decisions.models import Decision
from evidence.models import Document
from tests.factories import files
from tests.factories.decisions import sample_decision
from tests.journeys.desk import work
from tests.journeys.visitor import DESK, PHONE, Visit
from tests.people import acting

pytestmark = [pytest.mark.journey, pytest.mark.slow]
WAYS = pytest.mark.parametrize(
    ("language", "width", "scripts"),
    [("en", DESK, True), ("zh-hans", PHONE, True), ("en", PHONE, False), ("zh-hans", DESK, False)],
)


@WAYS
def test_an_information_round(
    *, visit: Visit, ada: User, cleo: User, language: str, width: int, scripts: bool
) -> None:
    appeal = _asked(ada, cleo)
    visitor = visit(ada, language=language, width=width, scripts=scripts)
    visitor.go(reverse("portal:appeal", args=[appeal.reference])).press("Answer")
    visitor.shows("Your payslips of June", "Why the address changed")
    visitor.follow("ol.tasks a").press("Save this answer")
    visitor.reads("Answer in words, send a paper, or say that you cannot.")
    visitor.send("#id_paper", {"june.pdf": files.pdf(owner_password="june")})
    visitor.press("Save this answer").reads("Answered").shows("june.pdf")

    visitor.press("Ask for more time").fill("Until when do you need?", "2020-01-01").fill("Why?", "I travel.")
    visitor.press("Ask for more time").reads("Choose a day after the one you have now.")
    assert visitor.page.locator("#id_reason").input_value() == "I travel."
    visitor.go(reverse("portal:appeal_questions", args=[appeal.reference]))

    visitor.follow(visitor.page.locator("ol.tasks a").nth(1)).fill(
        "Your answer", "We moved \U0001f600 <b>in spring</b>"
    )
    visitor.press("Save and send all answers")
    visitor.reads("Thank you. Everything is answered, and your appeal goes on.")
    appeal.refresh_from_db()
    assert appeal.status == AppealStatus.IN_REVIEW
    visitor.page.go_back()
    visitor.check().reads("This is no longer asked for. You can still send papers until we decide.")
    assert Attachment.objects.filter(ground__appeal=appeal).count() == 1


@pytest.mark.parametrize(("language", "width"), [("en", DESK), ("zh-hans", PHONE)])
def test_a_broken_upload_goes_on(*, visit: Visit, ada: User, language: str, width: int) -> None:
    appeal = _draft(sample_decision("li_na", user=ada, now=now()), ada)
    visitor = visit(ada, language=language, width=width)
    visitor.go(reverse("portal:appeal_evidence", args=[appeal.reference, "U02"]))
    visitor.reads("What papers could change")
    big = files.pdf(owner_password="big") + b"\n%" + b"x" * 1_200_000
    broken: list[str] = []

    def break_once(route: Route) -> None:
        if not broken and route.request.headers.get("upload-offset", "0") != "0":
            broken.append(route.request.url)
            route.abort("connectionfailed")
        else:
            route.continue_()

    visitor.page.route("**/pieces/**", break_once)
    visitor.page.locator("#id_kind").select_option("V01")
    visitor.send("#id_papers", {"big.pdf": big, "empty.pdf": b"", "small.pdf": files.pdf(owner_password="s")})
    visitor.find("Send the files").click()
    visitor.page.locator("#refused", has_text="empty.pdf").wait_for()
    assert broken
    assert max(Document.objects.values_list("size_bytes", flat=True)) == len(big)
    visitor.page.locator("#files", has_text="big.pdf").wait_for()
    visitor.check().shows("small.pdf", "big.pdf", "empty.pdf")
    work()
    visitor.page.locator("#files .tag", has_text=visitor.say("checked and readable")).first.wait_for()
    visitor.check()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_files_stay_chosen_while_their_kind_is_missing(visit: Visit, ada: User, language: str) -> None:
    appeal = _draft(sample_decision("li_na", user=ada, now=now()), ada)
    visitor = visit(ada, language=language, width=PHONE)
    visitor.go(reverse("portal:appeal_evidence", args=[appeal.reference, "U02"]))
    visitor.send("#id_papers", {"june.pdf": files.pdf(owner_password="june")})
    visitor.find("Send the files").click()
    visitor.page.locator("#refused", has_text=visitor.say("Choose what kind of paper this is.")).wait_for()
    assert visitor.check().page.evaluate("document.activeElement.id") == "refused"
    visitor.page.locator("#id_kind").select_option("V01")
    visitor.find("Send the files").click()
    visitor.page.locator("#files", has_text="june.pdf").wait_for()
    assert visitor.page.locator("#refused").is_hidden()


@WAYS
def test_a_late_appeal_and_one_that_is_taken_up_again(
    *, visit: Visit, ada: User, language: str, width: int, scripts: bool
) -> None:
    decision = sample_decision("li_na", user=ada, now=now() - timedelta(days=120))
    visitor = visit(ada, language=language, width=width, scripts=scripts)
    visitor.go(reverse("portal:start_appeal", args=[decision.reference])).press("Start a late appeal")
    visitor.reads("Please tell us why it is late. A person reads it.")
    visitor.fill("Why is it late?", "I was ill.").press("Start a late appeal")
    appeal = Appeal.objects.get()
    assert appeal.late_reason == "I was ill."
    _fill(appeal, ada)
    visitor.go(reverse("portal:appeal_check", args=[appeal.reference])).shows("I was ill.")
    visitor.press("Send my appeal")
    work()
    visitor.go(reverse("portal:appeal", args=[appeal.reference]))
    visitor.press("Ask for a quicker answer").fill("Why?", "My shop depends on it.")
    visitor.press("Ask for a quicker answer").reads(
        "You asked for a quicker answer. We will tell you whether we can."
    )
    visitor.press("Withdraw this appeal").press("Withdraw my appeal").press("Take it up again")
    visitor.reads("Your appeal goes on where it stopped.")
    appeal.refresh_from_db()
    assert appeal.status == AppealStatus.SCREENING


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_person_shall_decide(*, visit: Visit, ada: User, language: str) -> None:
    decision = sample_decision("li_na", user=ada, now=now())
    visitor = visit(ada, language=language, width=PHONE)
    visitor.go(reverse("portal:decision", args=[decision.reference])).press("Let a person decide")
    visitor.press("Ask for a person").reads("We have received your appeal")
    visitor.press("Follow your appeal")
    assert visitor.say("It waits for a reviewer who had no part in the decision.") in visitor.text


def _draft(decision: Decision, ada: User, **given: Any) -> Appeal:
    return _fill(open_appeal(decision=decision, by=acting(ada), now=now(), **given), ada)


def _fill(appeal: Appeal, ada: User) -> Appeal:
    grounds = {"U02": ("WRONG", "as I said")}
    return save_grounds(
        appeal=appeal, grounds=grounds, expected_version=appeal.version, by=acting(ada), now=now()
    )


def _asked(ada: User, cleo: User) -> Appeal:
    """Cleo holds the appeal and asks for two things."""
    appeal = _draft(sample_decision("li_na", user=ada, now=now()), ada)
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=now())
    work()
    appeal.refresh_from_db()
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=now())
    items = [NewItem("Your payslips of June", "V01"), NewItem("Why the address changed")]
    ask_applicant(appeal=appeal, items=items, by=acting(cleo), now=now())
    return appeal
