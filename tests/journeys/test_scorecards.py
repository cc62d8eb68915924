"""Scorecards come and go as PMML at the desk; a version is retired with its open promises in sight."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from assessment.pmml import read_pmml
from core import clock
from decisions.models import PolicyVersion, Promise, PromiseState
from decisions.pmml_exchange import export_card
from decisions.policies import compiled
from decisions.policy_lifecycle import get_policy_version
from decisions.promise_keeping import keep_and_expire
from decisions.promises import save_promise
from decisions.routes import find_routes_for
from tests.factories.decisions import sample_decision
from tests.journeys.visitor import PHONE, Visit, Visitor
from tests.people import acting

pytestmark = [pytest.mark.journey, pytest.mark.slow]
BASE = "/staff/policies/"
LOOKS = pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh-hans", PHONE)])


def retired_by(maker: Visitor, version: str) -> Visitor:
    """Open the form and press the button under what it says."""
    maker.go(f"{BASE}{version}/")
    form = maker.page.locator("form[action$='/retire/']")
    fold = maker.page.locator("details", has=form)
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    maker.keep(f"retire.{maker.language}.{maker.width}")
    form.locator("textarea").fill("Replaced by another.")
    return maker.follow(form.locator("button"))


@LOOKS
def test_a_card_comes_in_and_goes_out(
    *, visit: Visit, colleague: Callable[..., User], language: str, width: int
) -> None:
    desk = visit(colleague("Pia", Role.POLICY_MANAGER), language=language, width=width)
    card = export_card(policy_version=get_policy_version("2026.1"), scorecard="personal")
    bad = card.replace("<SimplePredicate", "<TextPredicate", 1)
    desk.go(BASE).press("Draft from a PMML card").keep(f"card.{language}.{width}")
    desk.page.locator("#id_version").fill("2026.7")
    desk.page.locator("#id_note").fill("From the fit of autumn.")
    desk.send("#id_file", {"card.pmml": bad.encode()})
    desk.press("Store the draft").shows("TextPredicate")
    desk.keep(f"card_refused.{language}.{width}")
    assert desk.page.locator("#id_version").input_value() == "2026.7"
    assert desk.page.locator("#id_note").input_value() == "From the fit of autumn."
    text = desk.page.locator("#id_card")
    assert text.input_value().replace("\r", "") == bad.replace("\r", "")

    text.fill(text.input_value().replace("<TextPredicate", "<SimplePredicate", 1))
    desk.press("Store the draft").shows("2026.7", "From the fit of autumn.")
    draft, before = PolicyVersion.objects.get(version="2026.7"), get_policy_version("2026.1")
    assert compiled(draft).scorecards == compiled(before).scorecards
    with desk.page.expect_download() as taken:
        desk.page.locator("a[href$='personal.pmml']").click()
    assert read_pmml(Path(taken.value.path()).read_bytes()).model_name == "personal_2026.7"


@LOOKS
def test_a_version_is_retired_and_its_promises_stay(
    *,
    visit: Visit,
    colleague: Callable[..., User],
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    width: int,
) -> None:
    decision = sample_decision("zhang_wei", user=ada, now=clock.now())
    key = find_routes_for(decision=decision, now=clock.now()).plans[0].key
    promise = save_promise(decision=decision, route_key=key, by=acting(ada), now=clock.now())
    desk = visit(colleague("Pia", Role.POLICY_MANAGER), language=language, width=width)
    desk.go(f"{BASE}2026.1/promises/").shows(promise.reference).keep(f"promises.{language}.{width}")
    retired_by(desk, "2026.1")
    person = visit(ada, language=language, width=width)
    at = clock.now()
    for days, state, name in ((2, PromiseState.OPEN, "open"), (91, PromiseState.EXPIRED, "expired")):
        later = at + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        monkeypatch.setattr("creditportal.portal.plans.now", lambda later=later: later)
        keep_and_expire(now=later)
        assert Promise.objects.get().state == state
        person.go(reverse("portal:plan", args=[promise.reference]))
        person.keep(f"plan_{name}.{language}.{width}")
    person.reads("See the routes of today")
    person.go(reverse("portal:messages")).shows(promise.reference)
    person.keep(f"messages_expired.{language}.{width}")
