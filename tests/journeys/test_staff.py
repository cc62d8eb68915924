"""Colleagues at their desk: signing in, the queue by keyboard, a clean overturn, two tabs, two signatures."""

from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt

from accounts.models import User
from accounts.roles import Role
from appeals.attaching import attach_existing
from appeals.claiming import claim_appeal
from appeals.models import Appeal
from appeals.opening import open_appeal, save_grounds, save_statement, submit_appeal
from appeals.screening import screen
from core.clock import now
from outbox.draining import drain
from tests.factories.decisions import sample_decision
from tests.factories.evidence import check, send
from tests.journeys.visitor import PHONE, Visitor
from tests.people import acting, person

pytestmark = [pytest.mark.journey, pytest.mark.slow]
Visit = Callable[..., Visitor]
MOST_CLICKS = 12
WIDE = 1280


@pytest.fixture
def colleague(transactional_db: None) -> Callable[..., User]:
    """Opens an account with a second factor."""

    def of(name: str, role: Role = Role.CASEWORKER, password: str | None = None) -> User:
        user = person(name, role, password=password)
        TOTP.activate(user, generate_totp_secret())
        return user

    return of


@pytest.fixture
def ben(transactional_db: None) -> User:
    """Ben is Zhao Ming: 95 days late on a loan that is not his."""
    return person("Ben")


@pytest.fixture
def appeal(catalogues: None, ben: User) -> Appeal:
    """His appeal with a police report, waiting for a reviewer."""
    decision, by = sample_decision("zhao_ming", user=ben, now=now()), acting(ben)
    appeal = open_appeal(decision=decision, by=by, now=now())
    grounds = {"U05": ("WRONG", "This loan was taken by somebody else.")}
    save_grounds(appeal=appeal, grounds=grounds, expected_version=appeal.version, by=by, now=now())
    words = "I never had an account there. The police took my report on 3 November."
    save_statement(
        appeal=appeal, statement=words, is_urgent=True, expected_version=appeal.version, by=by, now=now()
    )
    document = check(send(appeal.applicant, by=by, kind="V14"))
    attach_existing(ground=appeal.grounds.get(), document=document, by=by, now=now())
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=by, now=now())
    Appeal.objects.filter(pk=appeal.pk).update(sample_draw=9_999)
    appeal.refresh_from_db()
    return screen(appeal, now())


class Hand:
    """The reviewer's hand: each click is counted and the page it leads to is checked."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.clicks = visitor, 0

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.visitor.page.locator(selector).first.click()
        self.visitor.page.wait_for_load_state()
        self.visitor.check()

    def type(self, selector: str, text: str) -> None:
        self.visitor.page.locator(selector).first.fill(text)


def code_of(user: User) -> str:
    """What the person's app shows now."""
    secret = decrypt(Authenticator.objects.get(user=user).data["secret"])
    code: str = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    return code


def overturn(hand: Hand, appeal: Appeal) -> None:
    """From the queue to the letter."""
    hand.click("a.case")
    hand.click("form[action$='/claim/'] button")
    hand.click("form[action$='/statement/'] button")
    hand.click("button[name=accepted][value=yes]")
    hand.click("a[href*='/inputs/worst_dpd_24m/']")
    hand.type("input[name=value]", "0")
    hand.type("#U05-worst_dpd_24m-note", "The police report and the lender's answer agree.")
    hand.click("form.finding .button")
    hand.type("form[action$='/conclude/'] textarea", "The report and the answer agree.")
    hand.click("form[action$='/conclude/'] button")
    drain(clock=now)
    if hand.visitor.scripts:
        hand.visitor.page.wait_for_selector("form[action$='/ruling/']")
        hand.visitor.check()
    else:
        hand.click(".waiting a")
    hand.type("textarea[name=reason]", "The loan was taken by somebody else; see the report.")
    hand.click("form[action$='/ruling/'] .button")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_clean_overturn_takes_at_most_twelve_clicks(
    visit: Visit, appeal: Appeal, colleague: Callable[..., User], language: str
) -> None:
    visitor = visit(colleague("Cleo"), language=language, width=WIDE)
    hand = Hand(visitor.go("/staff/queue/"))
    overturn(hand, appeal)
    appeal.refresh_from_db()
    assert (appeal.outcome, appeal.status) == ("CORRECTED", "REMEDY")
    assert appeal.new_decision is not None
    assert appeal.new_decision.reference in visitor.text
    assert hand.clicks <= MOST_CLICKS


def test_an_overturn_works_on_a_phone_without_scripts(
    visit: Visit, appeal: Appeal, colleague: Callable[..., User]
) -> None:
    hand = Hand(visit(colleague("Cleo"), width=PHONE, scripts=False).go("/staff/queue/"))
    overturn(hand, appeal)
    appeal.refresh_from_db()
    assert appeal.outcome == "CORRECTED"


def test_staff_sign_in_on_the_page_of_everybody_with_a_second_factor(
    visit: Visit, appeal: Appeal, colleague: Callable[..., User]
) -> None:
    cleo = colleague("Cleo", password="long-enough-4-tests")
    visitor = visit().go("/staff/queue/")
    assert visitor.path.startswith("/accounts/login/")
    visitor.page.locator("input[name=login]").fill(cleo.email)
    visitor.page.locator("input[name=password]").fill("long-enough-4-tests")
    visitor.press("Sign in")
    visitor.page.locator("input[name=code]").fill(code_of(cleo))
    visitor.press("Continue")
    assert appeal.reference in visitor.text


def test_the_queue_is_walked_by_keyboard(
    visit: Visit, appeal: Appeal, colleague: Callable[..., User]
) -> None:
    visitor = visit(colleague("Cleo"), width=WIDE).go("/staff/queue/")
    keys = visitor.page.keyboard
    keys.press("?")
    assert visitor.page.locator("#keys-help").get_attribute("open") is not None
    visitor.check()
    keys.press("j")
    keys.press("k")
    keys.press("Enter")
    visitor.page.wait_for_url(f"**/staff/cases/{appeal.reference}/")


def test_keys_can_be_switched_off_and_do_not_disturb_typing(
    visit: Visit, appeal: Appeal, colleague: Callable[..., User]
) -> None:
    visitor = visit(colleague("Cleo"), width=WIDE).go("/staff/queue/")
    search = visitor.page.locator("input[name=text]")
    search.press_sequentially("jk?")
    assert search.input_value() == "jk?"
    visitor.page.locator("h1").click()
    visitor.page.keyboard.press("?")
    visitor.page.locator("#keys-on").uncheck()
    visitor.page.locator("h1").click()
    visitor.page.keyboard.press("j")
    assert visitor.page.evaluate("document.activeElement.className") != "case"


def test_two_tabs_and_the_second_is_told_and_loses_nothing(
    visit: Visit, appeal: Appeal, colleague: Callable[..., User]
) -> None:
    cleo = colleague("Cleo")
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=now())
    path = f"/staff/cases/{appeal.reference}/reasons/U05/inputs/worst_dpd_24m/"
    first, second = (Hand(visit(cleo, width=WIDE).go(path)) for _tab in range(2))
    first.click("form[action$='/statement/'] button")
    second.type("input[name=value]", "0")
    second.type("#U05-worst_dpd_24m-note", "The report agrees.")
    second.click("form.finding .button")
    assert "Somebody was quicker" in second.visitor.text
    assert second.visitor.page.locator("#U05-worst_dpd_24m-note").input_value() == "The report agrees."
    second.click("form.finding .button")
    assert appeal.findings.filter(is_current=True).count() == 1


def test_the_second_person_signs_in_chinese(
    visit: Visit, appeal: Appeal, colleague: Callable[..., User], tmp_path: Path
) -> None:
    Appeal.objects.filter(pk=appeal.pk).update(sample_draw=0)
    overturn(Hand(visit(colleague("Cleo"), width=WIDE).go("/staff/queue/")), appeal)
    appeal.refresh_from_db()
    assert appeal.status == "PROPOSED"
    hand = Hand(
        visit(colleague("Dev", Role.SUPERVISOR), language="zh-hans").go("/staff/queue/?view=countersign")
    )
    hand.click("a.case")
    hand.click("form[action$='/sign/'] button")
    appeal.refresh_from_db()
    assert appeal.outcome == "CORRECTED"


def test_evidence_is_downloaded_and_never_shown(
    visit: Visit, appeal: Appeal, colleague: Callable[..., User]
) -> None:
    visitor = visit(colleague("Cleo"), width=WIDE).go(f"/staff/cases/{appeal.reference}/")
    with visitor.page.expect_download() as waiting:
        visitor.page.locator("a[download]").first.click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")
