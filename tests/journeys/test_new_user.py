"""Somebody opens an account, says who they are, applies, and reads the decision within seconds."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from applicants.models import Applicant
from decisions.models import Application
from tests.journeys.desk import work
from tests.journeys.visitor import DESK, PHONE, Visit

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PASSWORD = "quiet-harbour-42"


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("zh-hans", DESK, True), ("en", PHONE, True), ("en", DESK, False)]
)
def test_chen_jing_signs_up_and_applies(*, visit: Visit, language: str, width: int, scripts: bool) -> None:
    visitor = visit(language=language, width=width, scripts=scripts)
    visitor.go("/").press("Open an account")
    visitor.page.locator("#id_email").fill("chen.jing@example.test")
    visitor.page.locator("#id_password1").fill(PASSWORD)
    visitor.page.locator("#id_password2").fill(PASSWORD)
    visitor.press("Open the account")
    work()
    visitor.page.locator("#id_code").fill(code_from_mail())
    visitor.press("Continue").reads("Your first steps")

    visitor.press("Tell us who you are").press("Save and continue")
    assert visitor.page.locator("main .problem").count() == 4
    visitor.fill("Name as on your ID card", "\u9648\u9759")
    visitor.fill("Resident ID number", "110101 20010418 0020")
    visitor.fill("Mobile phone", "\uff11\uff19\uff19 0000 1234")
    visitor.fill("Bank card in your name", "6200 0000 0000 0020 024")
    visitor.page.locator("main input[type=checkbox]").first.check()
    visitor.press("Save and continue").press("Check my details")
    visitor.reads("Your details match. You can apply now.")
    assert Applicant.objects.get().id_number == "110101200104180020"
    assert "110101200104180020" not in visitor.page.content()

    visitor.go(reverse("portal:about_you")).page.locator("#id_address_since").fill("2024-03-01")
    visitor.press("Save and continue").press("Continue")
    assert visitor.page.locator("main .problem").count() == 3
    visitor.fill("Amount in yuan", "\uff15,000").page.locator("#id_term_2").check()
    visitor.page.locator("#id_purpose").select_option(index=1)
    visitor.press("Continue").reads("Check your answers")
    visitor.press("Send my application").reads("We are deciding on your application")
    assert Application.objects.count() == 1
    work()
    visitor.page.wait_for_url("**/decisions/**") if scripts else visitor.press("Look now")
    visitor.check()
    assert visitor.path.startswith("/decisions/DE-")


def code_from_mail() -> str:
    """The code in the newest mail."""
    found = re.search(r"^([A-Z0-9-]{6,9})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]
