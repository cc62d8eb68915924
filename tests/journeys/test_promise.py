"""Somebody sees what would change the result, saves a plan, does it, and is told that it was kept."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.actors import SITE
from accounts.models import User
from applicants.facts import NewFact, record_facts
from core.clock import now
from decisions.models import Decision, Outcome, Promise, PromiseState
from decisions.promises import save_promise
from decisions.routes import find_routes_for
from tests.factories.decisions import sample_decision
from tests.journeys.desk import work
from tests.journeys.visitor import DESK, PHONE, Visit, Visitor
from tests.people import acting

pytestmark = [pytest.mark.journey, pytest.mark.slow]
CAPACITY = {"en": "full legal capacity", "zh-hans": "\u5b8c\u5168\u6c11\u4e8b\u884c\u4e3a\u80fd\u529b"}
SOURCES = {"verified_income_month": "bank_flows", "linked_product_event": "linked_products"}


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", DESK, True), ("zh-hans", PHONE, True), ("zh-hans", DESK, False)]
)
def test_a_plan_is_saved_done_and_kept(
    *, visit: Visit, ada: User, language: str, width: int, scripts: bool
) -> None:
    decision = sample_decision("li_na", user=ada, now=now())
    visitor = visit(ada, language=language, width=width, scripts=scripts)
    visitor.go(reverse("portal:decision", args=[decision.reference]))
    visitor.press("What would change the result").reads("What fits you")
    assert visitor.page.locator("svg[role=img]").count() >= 2

    choice = visitor.page.locator("input[name=cannot]").last
    barred = str(choice.get_attribute("value"))
    choice.check()
    visitor.press("Look for routes that fit")
    assert visitor.page.locator(f"input[name=cannot][value={barred}]").is_checked()

    visitor.press("Save as my plan").reads("Give this plan up")
    promise = Promise.objects.get()
    assert barred not in [action["group"] for action in promise.plan["actions"]]
    work()
    promise.refresh_from_db()
    assert promise.state == PromiseState.OPEN

    do_all_of_it(promise)
    work()
    visitor.go(reverse("portal:plan", args=[promise.reference])).keep(f"plan_kept.{language}.{width}")
    visitor.press("See the new decision")
    newest = Decision.objects.get(supersedes=decision)
    assert (newest.outcome, newest.is_automatic, newest.policy) == (Outcome.APPROVE, True, decision.policy)
    assert newest.reference in visitor.path
    visitor.go(reverse("portal:messages"))
    visitor.shows(promise.reference)


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh-hans", PHONE)])
def test_a_plan_that_the_law_forbids_says_so(*, visit: Visit, ada: User, language: str, width: int) -> None:
    decision = sample_decision("zhang_wei", user=ada, now=now())
    key = find_routes_for(decision=decision, now=now()).plans[0].key
    promise = save_promise(decision=decision, route_key=key, by=acting(ada), now=now())
    do_all_of_it(promise)
    capacity = NewFact("full_legal_capacity", False, "identity_service", now().date())
    record_facts(applicant=promise.applicant, facts=[capacity], by=SITE, now=now())
    work()
    promise.refresh_from_db()
    assert promise.state == PromiseState.BARRED
    visitor = visit(ada, language=language, width=width)
    visitor.go(reverse("portal:plan", args=[promise.reference])).shows(CAPACITY[language])
    visitor.keep(f"plan_barred.{language}.{width}")
    visitor.go(reverse("portal:plans")).shows(promise.reference).keep(f"plans.{language}.{width}")
    visitor.go(reverse("portal:messages")).shows(promise.reference)


def test_trying_values_answers_live_and_is_announced(*, visit: Visit, ada: User) -> None:
    decision = sample_decision("li_na", user=ada, now=now())
    visitor = visit(ada).go(reverse("portal:what_if", args=[decision.reference]))
    answer = visitor.page.locator("#answer")
    assert answer.get_attribute("aria-live") == "polite"
    slider = visitor.page.locator("#id_active_lenders + input[type=range]")
    slider.focus()
    slider.press("ArrowLeft")
    expect(answer).to_contain_text("608")
    assert visitor.page.locator("#id_active_lenders").input_value() == "4"
    assert quickest_answer(visitor) < 150
    visitor.check()


def quickest_answer(visitor: Visitor) -> float:
    """Milliseconds from asking to the answer on the page, the best of as many as a busy machine needs."""
    measure = """async () => {
      const form = document.querySelector('form.try');
      const took = [];
      for (let round = 0; round < 40 && Math.min(...took, 1e9) >= 150; round += 1) {
        const started = performance.now();
        const done = new Promise((resolve) =>
          document.body.addEventListener('htmx:afterSwap', resolve, {once: true}));
        htmx.trigger(form, 'submit');
        await done;
        took.push(performance.now() - started);
      }
      return Math.min(...took);
    }"""
    answered: Any = visitor.page.evaluate(measure)
    return float(answered)


def do_all_of_it(promise: Promise) -> None:
    """What the plan names becomes verified, as bureaus and linked sources report it."""
    moves = [move for action in promise.plan["actions"] for move in action["moves"]]
    facts = [
        NewFact(name, to, SOURCES.get(name, "verified_document"), now().date())
        for name, _, to in [*promise.plan["time"], *moves]
    ]
    record_facts(applicant=promise.applicant, facts=facts, by=SITE, now=now())
