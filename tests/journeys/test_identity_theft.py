"""A loan that somebody else took stands in the way; a police report puts it right."""

import pytest
from django.urls import reverse

from accounts.models import User
from appeals.models import Appeal, AppealOutcome
from core.clock import now
from tests.factories import files
from tests.factories.decisions import sample_decision
from tests.journeys.desk import review, work
from tests.journeys.visitor import DESK, PHONE, Visit

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.mark.parametrize(("language", "width"), [("en", PHONE), ("zh-hans", DESK)])
def test_zhao_ming_sends_a_police_report(
    *, visit: Visit, ada: User, cleo: User, dev: User, language: str, width: int
) -> None:
    decision = sample_decision("zhao_ming", user=ada, now=now())
    visitor = visit(ada, language=language, width=width)
    visitor.go(reverse("portal:decision", args=[decision.reference]))
    visitor.shows("95", "629")

    visitor.press("Ask us to look again").press("Start").press("Say what is wrong")
    visitor.page.locator("#id_contest_U05").check()
    visitor.page.locator("#id_claim_U05_0").check()
    visitor.press("Save and continue")
    visitor.follow("main a[href*='/papers/U05/']").page.locator("#id_kind").select_option("V14")
    visitor.send("#id_papers", {"receipt.jpg": files.jpeg(with_location=True)})
    visitor.find("Send the files").click()
    visitor.page.locator("#files", has_text="receipt.jpg").wait_for()
    visitor.check().press("Finished with this reason")
    visitor.press("Check and send").press("Send my appeal").press("Follow your appeal")
    assert "receipt.jpg" in visitor.text
    work()

    appeal = review(Appeal.objects.get(), like="zhao_ming_after", reviewer=cleo, second=dev)
    assert appeal.outcome in {AppealOutcome.CORRECTED, AppealOutcome.NEW_OFFER}
    visitor.go(reverse("portal:appeal_result", args=[appeal.reference]))
    visitor.shows("629", "723")
    visitor.reads("accepted").press("See the new decision")
    visitor.page.locator("#score").scroll_into_view_if_needed()
    assert "723" in visitor.text
