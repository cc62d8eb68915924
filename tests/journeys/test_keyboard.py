"""Without a mouse, without seeing: an appeal by keyboard alone, and what a screen reader is told."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from appeals.models import Appeal, AppealStatus
from appeals.opening import open_appeal, save_grounds
from core.clock import now
from tests.factories import files
from tests.factories.decisions import sample_decision
from tests.journeys.visitor import DESK, PHONE, Visit, Visitor
from tests.people import acting

pytestmark = [pytest.mark.journey, pytest.mark.slow]
_MOST_TABS = 120
_HERE = """() => {
  const here = document.activeElement;
  return {id: here.id, text: (here.innerText || here.value || "").trim()};
}"""


def reach(visitor: Visitor, *, words: str = "", field: str = "") -> Visitor:
    """Press Tab until the focus is on the control with these words, or on this field."""
    wanted = visitor.say(words) if words else ""
    for _ in range(_MOST_TABS):
        visitor.page.keyboard.press("Tab")
        here = visitor.page.evaluate(_HERE)
        if (field and here["id"] == field) or (wanted and here["text"].startswith(wanted)):
            return visitor
    raise AssertionError(f"{visitor.path}: no way by keyboard to {wanted or field}")


def enter(visitor: Visitor, words: str) -> Visitor:
    """Go to the link or button with these words, and press Enter."""
    reach(visitor, words=words)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    return visitor.check()


@pytest.mark.parametrize(("language", "width"), [("en", DESK), ("zh-hans", PHONE)])
def test_an_appeal_by_keyboard_alone(visit: Visit, ada: User, *, language: str, width: int) -> None:
    decision = sample_decision("li_na", user=ada, now=now())
    visitor = visit(ada, language=language, width=width)
    visitor.go(reverse("portal:decision", args=[decision.reference]))
    enter(enter(visitor, "Ask us to look again"), "Start")
    enter(visitor, "Say what is wrong")
    reach(visitor, field="id_contest_U02").page.keyboard.press("Space")
    reach(visitor, field="id_claim_U02_0").page.keyboard.press("ArrowDown")
    enter(visitor, "Save and continue")
    enter(visitor, "Tell us about your situation")
    reach(visitor, field="id_statement").page.keyboard.type("My hours grew in spring.")
    enter(visitor, "Save and continue")
    enter(enter(visitor, "Check and send"), "Send my appeal")
    appeal = Appeal.objects.get()
    assert appeal.status == AppealStatus.SUBMITTED
    assert [(row.code, row.claim) for row in appeal.grounds.all()] == [("U02", "CHANGED")]
    assert appeal.statement == "My hours grew in spring."


def test_mistakes_take_the_focus_to_their_list(visit: Visit, ada: User) -> None:
    visitor = visit(ada).go(reverse("portal:register"))
    enter(visitor, "Save and continue")
    focused = visitor.page.evaluate("document.activeElement.className")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    assert focused == "errors"
    assert visitor.page.evaluate("document.activeElement.id") == "id_name"


def test_the_first_stop_skips_to_the_content(visit: Visit) -> None:
    visitor = visit().go("/help/")
    visitor.page.keyboard.press("Tab")
    first = visitor.page.evaluate(_HERE)
    visitor.page.keyboard.press("Enter")
    assert first["text"] == visitor.say("Skip to the main content")
    assert visitor.page.evaluate("document.activeElement.id") == "main"


_LISTEN = """(place) => {
  const region = document.querySelector(place);
  window.heard = [];
  new MutationObserver(() => window.heard.push(region.textContent.trim())).observe(
    region, {childList: true, characterData: true, subtree: true});
  return region.getAttribute("aria-live");
}"""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_screen_reader_hears_the_upload(visit: Visit, ada: User, language: str) -> None:
    decision = sample_decision("li_na", user=ada, now=now())
    appeal = open_appeal(decision=decision, by=acting(ada), now=now())
    grounds = {"U02": ("WRONG", "")}
    save_grounds(appeal=appeal, grounds=grounds, expected_version=0, by=acting(ada), now=now())
    visitor = visit(ada, language=language)
    visitor.go(reverse("portal:appeal_evidence", args=[appeal.reference, "U02"]))
    assert visitor.page.evaluate(_LISTEN, "#told") == "polite"
    visitor.page.locator("#id_kind").select_option("V01")
    visitor.send("#id_papers", {"june.pdf": files.pdf(), "empty.pdf": b""})
    visitor.find("Send the files").click()
    visitor.page.locator("#files", has_text="june.pdf").wait_for()
    visitor.page.locator("#refused", has_text="empty.pdf").wait_for()
    heard = visitor.page.evaluate("window.heard")
    assert f"{visitor.say('Sending')}{visitor.say(': ')}june.pdf" in heard


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_screen_reader_hears_the_answer(visit: Visit, ada: User, language: str) -> None:
    decision = sample_decision("li_na", user=ada, now=now())
    visitor = visit(ada, language=language)
    visitor.go(reverse("portal:what_if", args=[decision.reference]))
    assert visitor.page.evaluate(_LISTEN, "#answer") == "polite"
    visitor.page.locator("#id_active_lenders").fill("3")
    expect(visitor.page.locator("#answer")).to_contain_text("608")
    assert any("608" in text for text in visitor.page.evaluate("window.heard"))
