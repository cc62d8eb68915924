"""A policy change at the desk: drafted, tried on the book, approved by another, in force; and the market."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from accounts.models import User
from accounts.roles import Role
from core import clock
from decisions.models import PolicyVersion
from decisions.policies import compiled, current_market, get_policy_in_force
from decisions.policy_publishing import first_day
from outbox.draining import drain
from tests.factories.decisions import sample_decision
from tests.journeys.visitor import DESK, PHONE, Visitor
from tests.people import person

pytestmark = [pytest.mark.journey, pytest.mark.slow]
Visit = Callable[..., Visitor]
BASE = "/staff/policies/"


@pytest.fixture
def colleague(transactional_db: None) -> Callable[..., User]:
    """Opens an account with a second factor."""

    def of(name: str, role: Role) -> User:
        user = person(name, role)
        TOTP.activate(user, generate_totp_secret())
        return user

    return of


def keep(visitor: Visitor, name: str) -> None:
    """Keep how the page looks, where somebody asked for pictures."""
    if "SCREENS" in os.environ:
        visitor.picture(Path(os.environ["SCREENS"]) / f"{name}.{visitor.language}.{visitor.width}.png")


def new_policy() -> str:
    """A policy that asks for 620 points and honours promises longer."""
    document = compiled(get_policy_in_force(now=clock.now())).document
    document["policy_version"] = "2026.2"
    document["gates"]["consumer_loan"].update(normal=620, tight=640)
    document["recourse"]["honour_days"] = 120
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


def press(visitor: Visitor, selector: str, name: str) -> Visitor:
    """Press the button of a form and check where it leads."""
    visitor.follow(f"{selector} button")
    keep(visitor, name)
    return visitor


def open_step(visitor: Visitor, step: str) -> str:
    """Unfold the form of a step and return its place."""
    form = f"form[action$='/{step}/']"
    fold = visitor.page.locator("details", has=visitor.page.locator(form))
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    return form


@pytest.mark.parametrize(("language", "width"), [("en", DESK), ("zh-hans", PHONE)])
def test_a_policy_is_changed_by_two_people(
    visit: Visit,
    colleague: Callable[..., User],
    monkeypatch: pytest.MonkeyPatch,
    *,
    language: str,
    width: int,
) -> None:
    for key in ("li_na", "ordinary", "wang_fang", "zhao_ming"):
        sample_decision(key, now=clock.now())
    maker = visit(colleague("Pia", Role.POLICY_MANAGER), language=language, width=width)
    checker = visit(colleague("Dev", Role.SUPERVISOR), language=language, width=width)
    draft(maker)
    propose(maker)
    press(maker, "form[action$='/dry-run/']", "asked")
    drain(clock=clock.now)
    approve(checker)
    publish(maker)
    later = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert get_policy_in_force(now=clock.now()).version == "2026.2"
    maker.go(BASE)
    keep(maker, "list")
    maker.go(f"{BASE}2026.1/")
    keep(maker, "retired")


def propose(maker: Visitor) -> None:
    """Without the assessment of its impact it comes back, with it the second person's turn begins."""
    press(maker, open_step(maker, "propose"), "assessment_missing")
    form = open_step(maker, "propose")
    maker.page.locator(f"{form} [name=impact]").fill("https://papers.example.test/impact/2026-2")
    press(maker, form, "proposed")


def draft(maker: Visitor) -> None:
    """A bad text comes back whole, the good one is stored."""
    maker.go(f"{BASE}new/")
    keep(maker, "new")
    maker.page.locator("textarea[name=document]").fill("policy_version: '2026.2'\nsurprise: 1\n")
    press(maker, "form[enctype]", "refused")
    maker.shows("line 2", "surprise")
    maker.page.locator("textarea[name=document]").fill(new_policy())
    maker.page.locator("textarea[name=note]").fill("Funding is dearer.")
    press(maker, "form[enctype]", "draft")
    maker.shows("600", "620", "Funding is dearer.")


def approve(checker: Visitor) -> None:
    """The second person sees whom it would change before signing."""
    checker.go(f"{BASE}2026.2/")
    checker.shows("2026.1")
    assert checker.page.locator("img.matrix").evaluate("image => image.naturalWidth") > 0
    keep(checker, "to_approve")
    press(checker, open_step(checker, "approve"), "approved")


def publish(maker: Visitor) -> None:
    """A day in the past is refused; tomorrow is not."""
    maker.go(f"{BASE}2026.2/")
    form = open_step(maker, "publish")
    maker.page.locator(f"{form} input[name=from_on]").fill("2026-01-01")
    press(maker, form, "retroactive")
    form = open_step(maker, "publish")
    maker.page.locator(f"{form} input[name=from_on]").fill(first_day(clock.now()).isoformat())
    press(maker, form, "published")
    assert PolicyVersion.objects.get(version="2026.1").retired_on is not None


@pytest.mark.parametrize(("language", "width"), [("en", DESK), ("zh-hans", PHONE)])
def test_the_market_is_switched_by_two_people(
    visit: Visit, colleague: Callable[..., User], *, language: str, width: int
) -> None:
    maker = visit(colleague("Pia", Role.POLICY_MANAGER), language=language, width=width)
    checker = visit(colleague("Dev", Role.SUPERVISOR), language=language, width=width)
    maker.go(f"{BASE}market/")
    press(maker, "form.narrow", "market_refused")
    maker.page.locator("input[value=tight]").check()
    maker.page.locator("textarea[name=reason]").fill("Funding is dear.")
    review = (clock.now() + timedelta(days=60)).date().isoformat()
    maker.page.locator("input[name=review_on]").fill(review)
    press(maker, "form.narrow", "market_proposed")
    assert current_market(clock.now()) == "normal"
    checker.go(f"{BASE}market/")
    keep(checker, "market_to_agree")
    press(checker, "form[action$='/agree/']", "market_agreed")
    assert current_market(clock.now()) == "tight"
