"""The reviewer's side of a journey: colleagues, a case, and a hand that counts its clicks."""

from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from appeals.attaching import attach_existing
from appeals.models import Appeal
from appeals.opening import open_appeal, save_grounds, save_statement, submit_appeal
from appeals.screening import screen
from core.clock import now
from decisions.models import Decision
from outbox.draining import drain
from tests.factories.decisions import sample_decision
from tests.factories.evidence import check, send
from tests.journeys.visitor import Visitor
from tests.people import acting, person

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
def appeal(transactional_db: None, catalogues: None, ben: User) -> Appeal:
    """Ben is Zhao Ming, 95 days late on a loan that is not his: his appeal with a police report."""
    return send_appeal(sample_decision("zhao_ming", user=ben, now=now()), by=acting(ben))


def send_appeal(decision: Decision, *, by: Actor) -> Appeal:
    """Zhao Ming's appeal with a police report, taken in."""
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
        self.visitor.follow(selector)

    def unfold(self, selector: str) -> None:
        self.clicks += 1
        self.visitor.page.locator(selector).first.click()

    def choose(self, selector: str, value: str) -> None:
        self.clicks += 1
        self.visitor.page.locator(selector).first.select_option(value)

    def type(self, selector: str, text: str) -> None:
        self.visitor.page.locator(selector).first.fill(text)


def await_result(hand: Hand) -> None:
    """Let the rerun be done, and wait until the open page has brought its result by itself."""
    drain(clock=now)
    if hand.visitor.scripts:
        hand.visitor.page.wait_for_selector("form[action$='/ruling/']")
        hand.visitor.check()
    else:
        hand.click(".waiting a")


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
    hand.choose("form[action$='/conclude/'] select", "SUPPORTS")
    hand.type("form[action$='/conclude/'] textarea", "The report and the answer agree.")
    hand.click("form[action$='/conclude/'] button")
    await_result(hand)
    hand.type("textarea[name=reason]", "The loan was taken by somebody else; see the report.")
    hand.click("form[action$='/ruling/'] .button")
