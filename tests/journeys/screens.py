"""Pictures of every page in both languages, on desk and phone: `bin/test tests/journeys/screens.py`.

They go to var/screens, or to the folder that SCREENS names."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as site
from django.urls import reverse

from accounts.models import User
from appeals.attaching import attach_evidence
from appeals.opening import open_appeal, save_grounds, save_statement, submit_appeal
from core.clock import now
from decisions.samples import play
from tests.factories import files
from tests.factories.decisions import SAMPLES, application_of, sample_applicant, sample_decision
from tests.journeys.desk import review, work
from tests.journeys.visitor import DESK, PHONE, Visitor
from tests.people import acting, person

pytestmark = [pytest.mark.journey, pytest.mark.slow]
FOLDER = Path(os.environ.get("SCREENS", str(Path(site.BASE_DIR) / "var" / "screens")))
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


class Camera:
    """Takes each page twice: on a desk and on a phone."""

    def __init__(self, visit: Callable[..., Visitor], user: User | None, language: str) -> None:
        self.language = language
        self.windows = [visit(user, language=language, width=width) for width in (DESK, PHONE)]

    def take(self, name: str, path: str, act: Callable[[Visitor], object] = lambda window: None) -> None:
        """Open the page, do something on it, and keep how it looks."""
        for window in self.windows:
            window.page.goto(f"{window.site}{path}")
            act(window)
            window.picture(FOLDER / f"{name}.{self.language}.{window.width}.png")


@LANGUAGES
def test_pictures_of_visitors_and_accounts(visit, ada, settings, language) -> None:
    settings.DEMO = True
    ada.set_password("quiet-harbour-42")
    ada.save()
    camera = Camera(visit, None, language)
    camera.take("landing", "/")
    camera.take("login", reverse("account_login"))
    camera.take("login_wrong", reverse("account_login"), lambda window: _sign_in(window, "wrong"))
    camera.take("signup", reverse("account_signup"))
    camera.take("signup_empty", reverse("account_signup"), lambda window: window.press("Open the account"))
    camera.take("reset", reverse("account_reset_password"))
    camera.take("missing", "/nowhere/")
    camera.take("help", reverse("portal:help"))
    for window in camera.windows:
        window.page.goto(f"{window.site}{reverse('account_login')}")
        _sign_in(window, "quiet-harbour-42")
    for name in (
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "usersessions_list",
    ):
        camera.take(name, reverse(name))
    for name in ("account_change_password", "account_email", "account_logout"):
        camera.take(name, reverse(name))


@LANGUAGES
def test_pictures_of_a_new_user(visit, ada, settings, language) -> None:
    settings.DEMO = True
    camera = Camera(visit, ada, language)
    camera.take("start", "/")
    camera.take("register", reverse("portal:register"))
    camera.take(
        "register_wrong", reverse("portal:register"), lambda window: window.press("Save and continue")
    )
    camera.take("register_firm", reverse("portal:register_firm"))
    applicant = sample_applicant("chen_jing_before", user=ada, now=now())
    camera.take("start_registered", "/")
    camera.take("identity", reverse("portal:identity"))
    camera.take("about", reverse("portal:about_you"))
    camera.take("profile", reverse("portal:profile"))
    camera.take("apply", reverse("portal:apply"))
    camera.take("apply_wrong", reverse("portal:apply"), lambda window: window.press("Continue"))
    camera.take("apply_check", reverse("portal:apply"), _fill_application)
    application = application_of(applicant, by=acting(ada), now=now())
    camera.take("waiting", reverse("portal:application", args=[application.reference]))
    camera.take("home_waiting", "/")


@LANGUAGES
def test_pictures_of_a_decision_and_its_appeal(visit, ada, cleo, dev, settings, language) -> None:
    settings.DEMO = True
    decision = sample_decision("li_na", user=ada, now=now())
    camera, by = Camera(visit, ada, language), acting(ada)
    camera.take("home_declined", "/")
    camera.take("decisions", reverse("portal:decisions"))
    camera.take("decision_declined", reverse("portal:decision", args=[decision.reference]))
    camera.take("appeal_start", reverse("portal:start_appeal", args=[decision.reference]))
    appeal = open_appeal(decision=decision, by=by, now=now())
    here = [appeal.reference]
    camera.take("appeal_tasks_new", reverse("portal:appeal", args=here))
    camera.take("appeal_reasons", reverse("portal:appeal_reasons", args=here))
    camera.take(
        "appeal_reasons_wrong",
        reverse("portal:appeal_reasons", args=here),
        lambda window: _contest(window, "U02"),
    )
    grounds = {"U02": ("CHANGED", "I repaid two loans in October."), "U01": ("WRONG", "")}
    save_grounds(appeal=appeal, grounds=grounds, expected_version=appeal.version, by=by, now=now())
    papers = reverse("portal:appeal_evidence", args=[*here, "U02"])
    camera.take("appeal_papers_new", papers)
    camera.take("appeal_papers_wrong", papers, lambda window: window.press("Send the files"))
    for kind, name, code in (("V01", "payslips.pdf", "U02"), ("V09", "settled.pdf", "U01")):
        attach_evidence(
            ground=appeal.grounds.get(code=code), kind=kind, upload=[files.pdf(owner_password=name)], name=name,
            declared_type="application/pdf", by=by, now=now(),
        )  # fmt: skip
    appeal.refresh_from_db()
    words = "My hours grew in spring, and two of the five loans are settled."
    save_statement(
        appeal=appeal, statement=words, is_urgent=True, expected_version=appeal.version, by=by, now=now()
    )
    camera.take("appeal_papers", papers)
    camera.take("appeal_statement", reverse("portal:appeal_statement", args=here))
    camera.take("appeal_tasks", reverse("portal:appeal", args=here))
    camera.take("appeal_check", reverse("portal:appeal_check", args=here))
    camera.take("appeal_withdraw", reverse("portal:withdraw_appeal", args=here))
    camera.take("home_draft", "/")
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=by, now=now())
    work()
    camera.take("appeal_sent", reverse("portal:appeal_sent", args=here))
    camera.take("appeal_track", reverse("portal:appeal", args=here))
    camera.take("appeal_not_now", reverse("portal:appeal_reasons", args=here))
    appeal.refresh_from_db()
    review(appeal, like="li_na_after", reviewer=cleo, second=dev)
    camera.take("appeal_result", reverse("portal:appeal_result", args=here))
    camera.take("appeal_track_decided", reverse("portal:appeal", args=here))
    appeal.refresh_from_db()
    camera.take("decision_approved", reverse("portal:decision", args=[appeal.new_decision.reference]))
    camera.take("messages", reverse("portal:messages"))
    camera.take("message", reverse("portal:messages"), lambda window: _open_first(window))
    camera.take("home", "/")


@LANGUAGES
def test_pictures_of_a_line(visit, ada, dev, settings, language) -> None:
    settings.DEMO = True
    applicant = sample_applicant("zhang_wei", user=ada, now=now())
    closing = play(sample=SAMPLES["zhang_wei"], applicant=applicant, signer=dev, by=acting(ada), now=now())
    camera = Camera(visit, ada, language)
    camera.take("decision_closed", reverse("portal:decision", args=[closing.reference]))
    camera.take("line_closed", reverse("portal:line", args=[closing.line.reference]))
    wang = person("Wang")
    applicant = sample_applicant("wang_fang", user=wang, now=now())
    decision = play(sample=SAMPLES["wang_fang"], applicant=applicant, signer=dev, by=acting(wang), now=now())
    camera = Camera(visit, wang, language)
    camera.take("home_line", "/")
    camera.take("line", reverse("portal:line", args=[decision.line.reference]))
    hengxin = person("Hengxin")
    sample_decision("hengxin", user=hengxin, now=now())
    camera = Camera(visit, hengxin, language)
    camera.take("apply_firm", reverse("portal:apply"))
    camera.take("home_firm", "/")


def _sign_in(window: Visitor, password: str) -> None:
    window.page.locator("#id_login").fill("ada@example.test")
    window.page.locator("#id_password").fill(password)
    window.press("Sign in")


def _fill_application(window: Visitor) -> None:
    window.page.locator("#id_amount_cny").fill("5,000")
    window.page.locator("#id_term_2").check()
    window.page.locator("#id_purpose").select_option(index=1)
    window.press("Continue")


def _contest(window: Visitor, code: str) -> None:
    window.page.locator(f"#id_contest_{code}").check()
    window.press("Save and continue")


def _open_first(window: Visitor) -> None:
    window.page.locator("main a.whole").first.click()
    window.check()
