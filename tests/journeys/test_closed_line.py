"""A line is closed although nothing was ever late; the papers show more, and the line comes back."""

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from appeals.models import Appeal, AppealOutcome
from core.clock import now
from decisions.models import LineState
from decisions.samples import play
from tests.factories.decisions import SAMPLES, sample_applicant
from tests.journeys.desk import review, work
from tests.journeys.visitor import DESK, PHONE, Visit
from tests.people import acting, person

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.mark.parametrize(("language", "width"), [("zh-hans", PHONE), ("en", DESK)])
def test_zhang_wei_gets_the_line_back(
    *, visit: Visit, ada: User, cleo: User, dev: User, language: str, width: int
) -> None:
    applicant = sample_applicant("zhang_wei", user=ada, now=now())
    closing = play(sample=SAMPLES["zhang_wei"], applicant=applicant, signer=dev, by=acting(ada), now=now())
    visitor = visit(ada, language=language, width=width)
    visitor.go("/").press("How the line is made up").press("Why the line is as it is")
    visitor.shows(closing.reference, "633", "129")

    visitor.press("Ask us to look again").press("Start").press("Say what is wrong")
    for reason in closing.reasons.all():
        visitor.page.locator(f"#id_contest_{reason.code}").check()
        visitor.page.locator(f"#id_claim_{reason.code}_0").check()
    visitor.press("Save and continue").press("Tell us about your situation")
    visitor.choose("This is urgent: my business depends on it").press("Save and continue")
    visitor.press("Check and send").press("Send my appeal")
    work()

    appeal = review(
        Appeal.objects.get(), like="zhang_wei_after", reviewer=cleo, second=person("Dana", Role.SUPERVISOR)
    )
    assert appeal.outcome == AppealOutcome.RESTORED
    visitor.go(reverse("portal:appeal_result", args=[appeal.reference])).reads("Your line is open again")
    visitor.shows("633", "746")
    assert closing.line is not None
    closing.line.refresh_from_db()
    assert closing.line.state == LineState.ACTIVE
    visitor.go(reverse("portal:line", args=[closing.line.reference])).reads("The line was restored.")
    visitor.go(reverse("portal:messages"))
    visitor.follow("main a.whole").press("Open what this is about")
