"""Pictures of every page, into var/screens or the folder SCREENS: `bin/test tests/journeys/screens.py`."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.urls import reverse

from accounts.models import User
from appeals.attaching import attach_evidence
from appeals.models import Appeal
from appeals.opening import open_appeal, save_grounds, save_statement, submit_appeal
from core.clock import now
from decisions.models import Decision
from decisions.samples import play
from tests.factories import files
from tests.factories.decisions import SAMPLES, application_of, sample_applicant, sample_decision
from tests.journeys.desk import review, work
from tests.journeys.visitor import DESK, PHONE, Visit, Visitor
from tests.people import acting, person

pytestmark = [pytest.mark.journey, pytest.mark.slow]
FOLDER = Path(os.environ.get("SCREENS", str(Path(site.BASE_DIR) / "var" / "screens")))
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])
PASSWORD = "quiet-harbour-42"
STATEMENT = "My hours grew in spring, and two of the five loans are settled."


class Camera:
    """Takes each page on a desk, on a phone, and on a phone in the dark."""

    def __init__(self, visit: Visit, user: User | None, language: str) -> None:
        self.language = language
        self.taken: list[Path] = []
        self.windows = {
            f"{width}{'.dark' if dark else ''}": visit(user, language=language, width=width, dark=dark)
            for width, dark in ((DESK, False), (PHONE, False), (PHONE, True))
        }

    def take(
        self, name: str, place: str, *args: object, act: Callable[[Visitor], object] = Visitor.check
    ) -> None:
        """Open the page, do something on it, and keep how it looks."""
        for kind, window in self.windows.items():
            path = place if place.startswith("/") else reverse(place, args=args)
            window.page.goto(f"{window.site}{path}")
            act(window)
            window.picture(FOLDER / f"{name}.{self.language}.{kind}.png")
            self.taken.append(FOLDER / f"{name}.{self.language}.{kind}.png")

    def check_pictures(self) -> None:
        """Insist that a picture of each page lies in the folder."""
        assert self.taken
        assert [path.name for path in self.taken if not path.stat().st_size] == []


@LANGUAGES
def test_pictures_of_visitors_and_accounts(*, visit: Visit, ada: User, settings: Any, language: str) -> None:
    settings.DEMO = True
    ada.set_password(PASSWORD)
    ada.save()
    camera = Camera(visit, None, language)
    camera.take("landing", "/")
    camera.take("login", "account_login")
    camera.take("login_wrong", "account_login", act=lambda window: _sign_in(window, "wrong"))
    camera.take("signup", "account_signup")
    camera.take("signup_empty", "account_signup", act=lambda window: window.press("Open the account"))
    camera.take("reset", "account_reset_password")
    camera.take("missing", "/nowhere/")
    for name in ("help", "alternatives", "hardship", "glossary", "verify", "precheck", "feedback"):
        camera.take(name, f"portal:{name}")
    camera.take("feedback_empty", "portal:feedback", act=lambda window: window.press("Send"))
    camera.take("precheck_result", "portal:precheck", act=_answer_five)
    camera.take("verify_unknown", "portal:verify", act=_try_a_code)
    for window in camera.windows.values():
        window.page.goto(f"{window.site}{reverse('account_login')}")
        _sign_in(window, PASSWORD)
    for name in (
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "usersessions_list",
    ):
        camera.take(name, name)
    for name in ("account_change_password", "account_email", "account_logout"):
        camera.take(name, name)
    camera.check_pictures()


@LANGUAGES
def test_pictures_of_a_new_user(*, visit: Visit, ada: User, settings: Any, language: str) -> None:
    settings.DEMO = True
    camera = Camera(visit, ada, language)
    camera.take("start", "/")
    camera.take("register", "portal:register")
    camera.take("register_wrong", "portal:register", act=lambda window: window.press("Save and continue"))
    camera.take("register_firm", "portal:register_firm")
    applicant = sample_applicant("chen_jing_before", user=ada, now=now())
    camera.take("start_registered", "/")
    camera.take("identity", "portal:identity")
    camera.take("about", "portal:about_you")
    camera.take("profile", "portal:profile")
    camera.take("apply", "portal:apply")
    camera.take("apply_wrong", "portal:apply", act=lambda window: window.press("Continue"))
    camera.take("apply_check", "portal:apply", act=_fill_application)
    application = application_of(applicant, by=acting(ada), now=now())
    camera.take("waiting", "portal:application", application.reference)
    camera.take("home_waiting", "/")
    camera.check_pictures()


@LANGUAGES
def test_pictures_of_a_decision_and_its_appeal(
    *, visit: Visit, ada: User, cleo: User, dev: User, settings: Any, language: str
) -> None:
    settings.DEMO = True
    decision = sample_decision("li_na", user=ada, now=now())
    camera = Camera(visit, ada, language)
    camera.take("home_declined", "/")
    camera.take("decisions", "portal:decisions")
    camera.take("decision_declined", "portal:decision", decision.reference)
    camera.take("apply_not_now", "portal:apply")
    camera.take("reason", "portal:reason", decision.reference, "U02")
    camera.take("score", "portal:score")
    camera.take("score_item", "portal:score_item", "debt_service_pct")
    camera.take("alternatives_own", "portal:alternatives")
    appeal = _draft(camera, decision, ada)
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=now())
    work()
    camera.take("appeal_sent", "portal:appeal_sent", appeal.reference)
    camera.take("appeal_track", "portal:appeal", appeal.reference)
    camera.take("appeal_not_now", "portal:appeal_reasons", appeal.reference)
    appeal.refresh_from_db()
    appeal = review(appeal, like="li_na_after", reviewer=cleo, second=dev)
    camera.take("appeal_result", "portal:appeal_result", appeal.reference)
    camera.take("appeal_track_decided", "portal:appeal", appeal.reference)
    assert appeal.new_decision is not None
    camera.take("decision_approved", "portal:decision", appeal.new_decision.reference)
    camera.take("decision_replaced", "portal:decision", decision.reference)
    camera.take("messages", "portal:messages")
    camera.take("message", "portal:messages", act=_open_first)
    camera.take("home", "/")
    camera.check_pictures()


@LANGUAGES
def test_pictures_of_a_line(*, visit: Visit, ada: User, dev: User, settings: Any, language: str) -> None:
    settings.DEMO = True
    applicant = sample_applicant("zhang_wei", user=ada, now=now())
    closing = play(sample=SAMPLES["zhang_wei"], applicant=applicant, signer=dev, by=acting(ada), now=now())
    camera = Camera(visit, ada, language)
    camera.take("decision_closed", "portal:decision", closing.reference)
    camera.take("line_closed", "portal:line", closing.line.reference if closing.line else "")
    wang = person("Wang")
    applicant = sample_applicant("wang_fang", user=wang, now=now())
    decision = play(sample=SAMPLES["wang_fang"], applicant=applicant, signer=dev, by=acting(wang), now=now())
    camera.check_pictures()
    camera = Camera(visit, wang, language)
    camera.take("home_line", "/")
    camera.take("line", "portal:line", decision.line.reference if decision.line else "")
    jing = person("Jing")
    offer = sample_decision("chen_jing_after", user=jing, now=now())
    camera.check_pictures()
    camera = Camera(visit, jing, language)
    camera.take("offer", "portal:offer", offer.reference)
    camera.take("offer_unsigned", "portal:offer", offer.reference, act=_take_unsigned)
    camera.take("line_offered", "portal:line", offer.line.reference if offer.line else "")
    firm = person("Ruian")
    sample_decision("ruian", user=firm, now=now())
    camera.check_pictures()
    camera = Camera(visit, firm, language)
    camera.take("apply_firm", "portal:apply")
    camera.take("home_firm", "/", act=_open_decision)
    camera.check_pictures()


def _draft(camera: Camera, decision: Decision, ada: User) -> Appeal:
    """Every page of a draft, from nothing to all of it."""
    by = acting(ada)
    camera.take("appeal_start", "portal:start_appeal", decision.reference)
    appeal = open_appeal(decision=decision, by=by, now=now())
    camera.take("appeal_tasks_new", "portal:appeal", appeal.reference)
    camera.take("appeal_reasons", "portal:appeal_reasons", appeal.reference)
    camera.take("appeal_reasons_wrong", "portal:appeal_reasons", appeal.reference, act=_contest)
    grounds = {"U02": ("CHANGED", "I repaid two loans in October."), "U01": ("WRONG", "")}
    save_grounds(appeal=appeal, grounds=grounds, expected_version=appeal.version, by=by, now=now())
    camera.take("appeal_papers_new", "portal:appeal_evidence", appeal.reference, "U02")
    camera.take(
        "appeal_papers_wrong", "portal:appeal_evidence", appeal.reference, "U02",
        act=lambda window: window.press("Send the files"),
    )  # fmt: skip
    for kind, name, code in (("V01", "payslips.pdf", "U02"), ("V09", "settled.pdf", "U01")):
        attach_evidence(
            ground=appeal.grounds.get(code=code), kind=kind, name=name,
            upload=[files.pdf(owner_password=name)], declared_type="application/pdf", by=by, now=now(),
        )  # fmt: skip
    appeal.refresh_from_db()
    save_statement(
        appeal=appeal, statement=STATEMENT, is_urgent=True, expected_version=appeal.version, by=by, now=now()
    )
    camera.take("appeal_papers", "portal:appeal_evidence", appeal.reference, "U02")
    camera.take("appeal_statement", "portal:appeal_statement", appeal.reference)
    camera.take("appeal_tasks", "portal:appeal", appeal.reference)
    camera.take("appeal_check", "portal:appeal_check", appeal.reference)
    camera.take("appeal_withdraw", "portal:withdraw_appeal", appeal.reference)
    camera.take("home_draft", "/")
    return appeal


def _sign_in(window: Visitor, password: str) -> None:
    window.page.locator("#id_login").fill("ada@example.test")
    window.page.locator("#id_password").fill(password)
    window.press("Sign in")


def _fill_application(window: Visitor) -> None:
    window.page.locator("#id_amount_cny").fill("5,000")
    window.page.locator("#id_term_2").check()
    window.page.locator("#id_purpose").select_option(index=1)
    window.press("Continue")


def _contest(window: Visitor) -> None:
    window.page.locator("#id_contest_U02").check()
    window.press("Save and continue")


def _answer_five(window: Visitor) -> None:
    for name, value in (("age", "31"), ("income_cny", "7,200"), ("repayments_cny", "4176"), ("lenders", "5")):
        window.page.locator(f"#id_{name}").fill(value)
    window.press("See what today's rules say")


def _try_a_code(window: Visitor) -> None:
    window.page.locator("#id_code").fill("0000-0000-0000")
    window.press("Check")


def _take_unsigned(window: Visitor) -> None:
    window.page.locator("main form[method=post] button").click()
    window.check()


def _open_first(window: Visitor) -> None:
    window.page.locator("main a.whole").first.click()
    window.check()


def _open_decision(window: Visitor) -> None:
    window.page.locator("main a[href^='/decisions/']").first.click()
    window.check()
