"""Somebody is declined, understands why, contests it with papers, and is told the result."""

from pathlib import Path

import pikepdf
import pytest
from django.urls import reverse

from accounts.models import User
from appeals.models import Appeal
from core.clock import now
from decisions.samples import play
from tests.factories import files
from tests.factories.decisions import SAMPLES, sample_applicant, sample_decision
from tests.journeys.desk import review, work
from tests.journeys.visitor import DESK, PHONE, Visit, Visitor
from tests.people import acting

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", DESK, True), ("zh-hans", PHONE, True), ("zh-hans", DESK, False)]
)
def test_li_na_is_declined_and_appeals(
    *, visit: Visit, ada: User, cleo: User, dev: User, language: str, width: int, scripts: bool
) -> None:
    decision = sample_decision("li_na", user=ada, now=now())
    visitor = visit(ada, language=language, width=width, scripts=scripts)
    visitor.go(reverse("portal:decision", args=[decision.reference]))
    visitor.shows("58%", "608")
    visitor.press("Ask us to look again").press("Start")

    visitor.press("Say what is wrong").press("Save and continue").reads("Choose at least one reason.")
    for code in ("U02", "U01"):
        visitor.page.locator(f"#id_contest_{code}").check()
        visitor.page.locator(f"#id_claim_{code}_1").check()
    visitor.page.locator("#id_note_U02").fill("I repaid two loans.")
    visitor.press("Save and continue")

    upload(visitor, "V01", {})
    visitor.reads("Choose a file to send.")
    upload(visitor, "V01", {"payslip.pdf": files.pdf(), "empty.pdf": b""})
    visitor.shows("empty.pdf", "payslip.pdf")
    visitor.press("Finished with this reason")
    work()

    visitor.press("Tell us about your situation").fill("Your words (optional)", "My hours grew in spring.")
    visitor.press("Save and continue").press("Check and send")
    visitor.shows("I repaid two loans.", "My hours grew in spring.")
    visitor.press("Send my appeal").reads("We have received your appeal")
    visitor.go(visitor.path)
    appeal = Appeal.objects.get()
    assert appeal.reference in visitor.text
    visitor.press("Follow your appeal").reads("Checked in")
    work()
    appeal.refresh_from_db()
    review(appeal, like="li_na_after", reviewer=cleo, second=dev)
    visitor.go(reverse("portal:appeal", args=[appeal.reference])).press("See the result")
    visitor.reads("Before and after").press("See the new decision")
    appeal.refresh_from_db()
    assert appeal.new_decision is not None
    visitor.shows(appeal.new_decision.reference)
    visitor.go(reverse("portal:decision", args=[decision.reference]))
    visitor.reads("A newer decision has replaced this one.")


def upload(visitor: Visitor, kind: str, sent: dict[str, bytes]) -> None:
    """Send files of one kind for the first reason, from the task list or the page itself."""
    if "papers" not in visitor.path:
        visitor.follow("main a[href*='/papers/U02/']")
    visitor.page.locator("#id_kind").select_option(kind)
    visitor.send("#id_papers", sent)
    if visitor.scripts and sent:
        # The page's own script sends them in pieces and stays where it is.
        visitor.find("Send the files").click()
        visitor.page.locator("#refused li").wait_for()
        visitor.page.locator("#files li").first.wait_for()
        visitor.check()
    else:
        visitor.press("Send the files")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("key", ["li_na", "zhang_wei"])
def test_the_decision_stands_on_one_sheet(
    *, visit: Visit, ada: User, dev: User, tmp_path: Path, language: str, key: str
) -> None:
    applicant = sample_applicant(key, user=ada, now=now())
    decision = play(sample=SAMPLES[key], applicant=applicant, signer=dev, by=acting(ada), now=now())
    visitor = visit(ada, language=language, dark=True)
    visitor.go(reverse("portal:decision", args=[decision.reference]))
    visitor.page.pdf(path=str(tmp_path / "decision.pdf"), prefer_css_page_size=True)
    with pikepdf.open(tmp_path / "decision.pdf") as printed:
        assert len(printed.pages) == 1
    visitor.page.emulate_media(media="print")
    assert visitor.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not visitor.page.get_by_role("link", name=visitor.say("Ask us to look again")).is_visible()
