"""Reading: pages about a decision and pages of help are small and fit their paper."""

import io
import os
from pathlib import Path
from typing import Any, Final

import pikepdf
import pytest
from django.conf import settings as site
from django.urls import reverse

from accounts.models import User
from core.clock import now
from decisions.models import Decision, Line, LineState
from decisions.samples import play
from notifications.models import Letter
from tests.factories.decisions import SAMPLES, sample_applicant, sample_decision
from tests.journeys.visitor import PHONE, Visit
from tests.people import acting

pytestmark = pytest.mark.journey
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])
OPEN: Final = (
    "help",
    "alternatives",
    "hardship",
    "glossary",
    "verify",
    "precheck",
    "feedback",
    "feedback_thanks",
)
LARGEST: Final = 60_000
KEEP = os.environ.get("SCREENS", "")


def places_of(decision: Decision) -> list[str]:
    """Every page about one decision."""
    codes = [reason.code for reason in decision.reasons.all()]
    own = [reverse("portal:decision", args=[decision.reference]), reverse("portal:score")]
    own += [reverse("portal:reason", args=[decision.reference, code]) for code in codes]
    own += [reverse("portal:score_item", args=["debt_service_pct"])]
    if decision.line:
        own.append(reverse("portal:offer", args=[decision.reference]))
    return own


@LANGUAGES
@pytest.mark.parametrize("key", ["li_na", "zhang_wei", "zhao_ming", "chen_jing_before"])
def test_a_decision_prints_on_one_sheet(
    visit: Visit, ada: User, dev: User, *, key: str, language: str
) -> None:
    applicant = sample_applicant(key, user=ada, now=now())
    decision = play(sample=SAMPLES[key], applicant=applicant, signer=dev, by=acting(ada), now=now())
    window = visit(ada, language=language).go(reverse("portal:decision", args=[decision.reference]))
    made = window.page.pdf(prefer_css_page_size=True)
    if KEEP:
        (Path(KEEP) / f"print.{key}.{language}.pdf").write_bytes(made)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert len(pdf.pages) == 1
        assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842]


@LANGUAGES
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_an_offer_is_adjusted_signed_and_taken(
    visit: Visit, ada: User, *, language: str, scripts: bool
) -> None:
    decision = sample_decision("chen_jing_after", user=ada, now=now())
    assert decision.line is not None
    window = visit(ada, language=language, width=PHONE, scripts=scripts)
    window.go(reverse("portal:offer", args=[decision.reference]))
    window.fill("Amount in yuan", "\uff13\uff0c000").press("Show the cost").shows("¥3,000.00")
    if KEEP:
        window.picture(Path(KEEP) / f"offer.{language}.{scripts}.png")
    window.follow(window.page.locator("main button", has_text="3,000")).reads(
        "Confirm that you have read the cost sheet."
    ).shows("¥3,000.00")
    window.choose("I have read the cost sheet with all charges and each instalment.")
    window.follow(window.page.locator("main button", has_text="3,000"))
    if KEEP:
        window.picture(Path(KEEP) / f"line.{language}.{scripts}.png")
    line = Line.objects.get(pk=decision.line.pk)
    assert line.state == LineState.ACTIVE
    assert line.total_cny == 3000
    assert Letter.objects.get(about=line.reference).signed_by == acting(ada).code


@LANGUAGES
def test_five_questions_are_answered_without_an_account(visit: Visit, db: None, *, language: str) -> None:
    window = visit(language=language, width=PHONE).go(reverse("portal:precheck"))
    window.fill("How old are you?", "abc").press("See what today's rules say")
    window.reads("Enter your age as a number from 0 to 120, or leave it empty.")
    window.fill("How old are you?", "31").fill("What do you earn a month, in yuan?", "7200")
    window.fill("What do you repay a month, in yuan?", "4176").fill(
        "With how many lenders do you have open loans?", "5"
    )
    window.choose("No").press("See what today's rules say")
    assert window.say("Not yet, by today's rules") in window.text
    window.shows("58%", "55%")
    if KEEP:
        window.picture(Path(KEEP) / f"precheck_result.{language}.png")


@LANGUAGES
def test_a_letter_is_checked_by_its_code(visit: Visit, ada: User, *, language: str) -> None:
    from decisions.notices import send_notice

    decision = sample_decision("li_na", user=ada, now=now())
    letter = send_notice(decision=decision, by=acting(ada), now=now())
    window = visit(language=language).go(reverse("portal:verify"))
    window.fill("Check code", letter.verify_code.lower()).press("Check").reads("Genuine")
    window.shows(decision.reference)
    assert [name for name in (decision.applicant.name, "608", "7,200") if name in window.text] == []
    window.fill("Check code", "0000 0000 0000").press("Check").reads("We do not know this code")


def test_pages_are_light(visit: Visit, ada: User, settings: Any) -> None:
    """All that a page transfers the first time, compressed as it is served."""
    import gzip

    decision = sample_decision("li_na", user=ada, now=now())
    window = visit(ada)
    got: list[bytes] = []
    window.page.on("response", lambda response: got.append(response.body()))
    sizes = {}
    for path in ["/", *places_of(decision)]:
        got.clear()
        window.page.goto(f"{window.site}{path}")
        window.page.wait_for_load_state()
        sizes[path] = sum(len(gzip.compress(body)) for body in got)
    assert {path: size for path, size in sizes.items() if size > LARGEST} == {}
    assert Path(site.BASE_DIR).is_dir()
