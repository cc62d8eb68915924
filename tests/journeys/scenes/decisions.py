"""A decision and everything about it: reasons, score, routes, other values, plans; and other outcomes."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from appeals.waiting_papers import send_papers
from core.clock import now
from decisions.models import Decision, Promise
from decisions.platform import announce_maintenance
from tests.factories.decisions import sample_decision
from tests.journeys.scenes.stage import Shot, Stage, press
from tests.journeys.visitor import Visitor
from tests.people import acting, person

_OTHERS = ("minor", "loan_broker", "zhao_ming", "ruian", "hengxin_after_shock", "ordinary", "wang_fang_tight")


def not_approved(stage: Stage) -> Iterator[Shot]:
    """Three reasons, the score and its parts."""
    decision = sample_decision("li_na", user=stage.ada, now=now())
    yield stage.shot("home_declined", "portal:home")
    yield stage.shot("decisions", "portal:decisions")
    yield stage.shot("decision_declined", "portal:decision", decision.reference)
    yield stage.shot("apply_not_now", "portal:apply")
    for code in decision.reasons.values_list("code", flat=True):
        yield stage.shot(f"reason_{code}", "portal:reason", decision.reference, code)
    yield stage.shot("score", "portal:score")
    yield stage.shot("score_item", "portal:score_item", "debt_service_pct")
    yield stage.shot("score_item_category", "portal:score_item", "employment_months")
    yield stage.shot("alternatives_own", "portal:alternatives")
    yield stage.shot("ask_person", "portal:ask_person", decision.reference)


def routes_and_plans(stage: Stage) -> Iterator[Shot]:
    """What would change the result, trying values, and a saved plan."""
    decision = sample_decision("li_na", user=stage.ada, now=now())
    yield stage.shot("routes", "portal:routes", decision.reference)
    yield stage.shot("what_if", "portal:what_if", decision.reference)
    yield stage.shot("what_if_tried", "portal:what_if", decision.reference, act=_try("3"))
    yield stage.shot("what_if_wrong", "portal:what_if", decision.reference, act=_try("many"))
    yield stage.shot("plan_saved", "portal:routes", decision.reference, act=_save_first)
    yield stage.shot("routes_with_plan", "portal:routes", decision.reference)
    yield stage.shot("plans", "portal:plans")
    plan = Promise.objects.get()
    yield stage.shot("home_plan", "portal:home")
    yield stage.shot("plan_dropped", "portal:plan", plan.reference, act=_give_up)
    yield stage.shot("routes_none_fit", "portal:routes", decision.reference, act=_bar_everything)


def other_outcomes(stage: Stage) -> Iterator[Shot]:
    """Waiting for a person, waiting for a paper, less than asked for, too young, maintenance."""
    for key in _OTHERS:
        user = person(key.title())
        decision = sample_decision(key, user=user, now=now())
        yield stage.shot(f"decision_{key}", "portal:decision", decision.reference, by=user)
        yield stage.shot(f"home_{key}", "portal:home", by=user)
        if key == "loan_broker":
            yield from _papers(stage, decision, user)
    announce_maintenance(
        starts_at=now() - timedelta(minutes=1), ends_at=now() + timedelta(hours=2), reason="New machines.",
        by=acting(person("Pia", Role.POLICY_MANAGER)), now=now(),
    )  # fmt: skip
    decision = sample_decision("chen_jing_before", user=stage.ada, now=now())
    yield stage.shot("decision_maintenance", "portal:decision", decision.reference)


def _papers(stage: Stage, decision: Decision, user: User) -> Iterator[Shot]:
    """What is sent while a colleague decides."""
    place = ("portal:waiting_papers", decision.reference)
    yield stage.shot("waiting_papers_wrong", *place, by=user, act=press("Send"))
    send_papers(decision=decision, words="I have a licence.", by=acting(user), now=now())
    yield stage.shot("waiting_papers", *place, by=user)


def _try(lenders: str) -> Callable[[Visitor], object]:
    def act(window: Visitor) -> None:
        answer = window.page.locator("#answer")
        before = answer.inner_text()
        window.page.locator("#id_active_lenders").fill(lenders)
        expect(answer).not_to_have_text(before)

    return act


def _bar_everything(window: Visitor) -> None:
    for box in window.page.locator("input[name=cannot]").all():
        box.check()
    window.press("Look for routes that fit")


def _save_first(window: Visitor) -> None:
    if not Promise.objects.exists():
        window.press("Save as my plan")


def _give_up(window: Visitor) -> None:
    window.press("Give this plan up")
