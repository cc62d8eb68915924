"""A record is wrong: said, marked, checked by a person, corrected; decisions are looked at again."""

import pytest
from django.urls import reverse

from accounts.models import User
from applicants.disputing import settle_dispute
from applicants.models import Dispute
from applicants.usable import usable_facts
from core.clock import now
from decisions.models import Decision
from tests.factories.decisions import sample_decision
from tests.journeys.desk import work
from tests.journeys.visitor import DESK, PHONE, Visit
from tests.people import acting

pytestmark = [pytest.mark.journey, pytest.mark.slow]
ITEM = "hard_inquiries_3m"


@pytest.mark.parametrize(
    ("language", "width", "dark", "scripts"),
    [("en", PHONE, False, True), ("zh-hans", DESK, True, True), ("en", DESK, False, False)],
)
def test_li_na_says_that_a_record_is_wrong(
    *, visit: Visit, ada: User, cleo: User, language: str, width: int, dark: bool, scripts: bool
) -> None:
    declined = sample_decision("li_na", user=ada, now=now())
    visitor = visit(ada, language=language, width=width, dark=dark, scripts=scripts)
    visitor.go(reverse("portal:rights")).press("See my records, and say what is wrong")
    visitor.follow(f"main a[href='{reverse('portal:dispute_record', args=[ITEM])}']").press(
        "Ask for a check"
    ).reads("Tell us what is right instead.")
    visitor.page.locator("#id_claim").fill("There was one enquiry, not seven.")
    visitor.press("Ask for a check").reads("We are checking this record")
    dispute = Dispute.objects.get()
    visitor.shows(dispute.reference, "There was one enquiry, not seven.")
    assert usable_facts(declined.applicant, now())[ITEM]["value"] == "unknown"

    settle_dispute(
        dispute=dispute, outcome="CORRECTED", answer="You are right: it was one.", value=1, by=acting(cleo),
        now=now(),
    )  # fmt: skip
    work()
    newer = Decision.objects.get(supersedes=declined)
    visitor.go(reverse("portal:messages"))
    link = visitor.page.locator("main a.whole", has_text=dispute.reference).first
    visitor.follow(link).press("Open what this is about")
    visitor.shows("You are right: it was one.", newer.reference).press(newer.reference)
    assert visitor.path.startswith(f"/decisions/{newer.reference}")


def test_it_can_be_taken_back(visit: Visit, ada: User) -> None:
    sample_decision("li_na", user=ada, now=now())
    visitor = visit(ada, width=PHONE)
    visitor.go(reverse("portal:dispute_record", args=[ITEM])).page.locator("#id_claim").fill("One.")
    visitor.press("Ask for a check").press("Take this back")
    assert visitor.say("Taken back") in visitor.text


def test_the_person_who_settles_it(visit: Visit, ada: User, cleo: User, settings: object) -> None:
    settings.STAFF_MFA_REQUIRED = False  # type: ignore[attr-defined]
    sample_decision("li_na", user=ada, now=now())
    visitor = visit(ada)
    visitor.go(reverse("portal:dispute_record", args=[ITEM])).page.locator("#id_claim").fill("One.")
    visitor.press("Ask for a check")
    desk = visit(cleo)
    desk.go(reverse("admin:disputes")).follow("main a.case").press("Send the answer")
    assert desk.page.locator(".errors").count() == 1
    desk.page.locator("#settle-outcome_0").check()
    desk.page.locator("#settle-value").fill("1")
    desk.page.locator("#settle-answer").fill("You are right.")
    desk.press("Send the answer").reads(
        "The check has ended. The person is told, and decisions are looked at again."
    )
    assert Dispute.objects.get().state == "CORRECTED"
