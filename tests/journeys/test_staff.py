"""Colleagues at their desk: signing in, the queue by keyboard, a clean overturn, two tabs, two signatures."""

from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt

from accounts.models import User
from accounts.roles import Role
from appeals.claiming import claim_appeal
from appeals.models import Appeal
from core.clock import now
from tests.journeys.reviewer import MOST_CLICKS, WIDE, Hand, overturn
from tests.journeys.visitor import PHONE, Visitor
from tests.people import acting

pytestmark = [pytest.mark.journey, pytest.mark.slow]
Visit = Callable[..., Visitor]


def code_of(user: User) -> str:
    """What the person's app shows now."""
    secret = decrypt(Authenticator.objects.get(user=user).data["secret"])
    code: str = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    return code


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
