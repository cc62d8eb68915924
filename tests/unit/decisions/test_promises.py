import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.actors import SITE
from accounts.models import User
from applicants.facts import NewFact, record_facts
from assessment import load_policy
from audit.verbs import Verb
from core.errors import ForbiddenError, NotFoundError
from decisions.models import Decision, Outcome, PolicyVersion, Promise, PromiseState
from decisions.policy_publishing import retire_policy
from decisions.promise_keeping import keep_and_expire, keep_promises
from decisions.promise_words import describe_promise
from decisions.promises import (
    HasPromiseError,
    PlanChangedError,
    count_open_promises,
    drop_promise,
    get_promise_for,
    last_promised_day,
    list_open_promises,
    save_promise,
)
from decisions.replaying import replay
from decisions.route_words import describe_routes
from decisions.routes import find_routes_for
from decisions.samples import play
from notifications.models import Message
from outbox.models import Outbox
from tests.factories.decisions import NOW, SAMPLES, sample_applicant, sample_decision
from tests.people import acting

pytestmark = pytest.mark.usefixtures("catalogues")
LATER = NOW + timedelta(days=20)


def saved(user: User, key: str = "zhang_wei", place: int = 0) -> Promise:
    decision = sample_decision(key, user=user)
    plan = find_routes_for(decision=decision, now=NOW).plans[place]
    return save_promise(decision=decision, route_key=plan.key, by=acting(user), now=NOW)


def fulfil(promise: Promise, **more: Any) -> None:
    """Verified facts that say what the plan's steps lead to."""
    moves = [move for action in promise.plan["actions"] for move in action["moves"]]
    moved = {name: to for name, _, to in [*promise.plan["time"], *moves]}
    sources = {"linked_product_event": "linked_products", "verified_income_month": "bank_flows"}
    facts = [
        NewFact(name, value, sources.get(name, "verified_document"), LATER.date())
        for name, value in {**moved, **more}.items()
    ]
    record_facts(applicant=promise.applicant, facts=facts, by=SITE, now=LATER)


def keep(promise: Promise, now: Any = LATER) -> Promise:
    keep_promises(applicant_reference=promise.applicant.reference, now=now)
    promise.refresh_from_db()
    return promise


def test_a_saved_plan_says_until_when_it_is_honoured(ada: User) -> None:
    promise = saved(ada)
    assert promise.state == PromiseState.OPEN
    assert promise.honoured_until == (NOW + timedelta(days=90)).date()
    assert Message.objects.filter(kind="PROMISE_SAVED", about=promise.reference).count() == 1
    assert Outbox.objects.filter(kind="FACTS_CHANGED", key__endswith=promise.reference).exists()


def test_a_plan_about_a_closed_line_leads_to_the_line_again(ada: User, dev: User) -> None:
    applicant = sample_applicant("zhang_wei", user=ada)
    closing = play(sample=SAMPLES["zhang_wei"], applicant=applicant, signer=dev, by=acting(ada), now=NOW)
    routes = find_routes_for(decision=closing, now=NOW)
    promise = save_promise(decision=closing, route_key=routes.plans[0].key, by=acting(ada), now=NOW)
    told = describe_promise(promise=promise, language="en", now=NOW)["ends_in"]
    assert told == describe_routes(routes=routes, language="en")["routes"][0]["ends_in"]
    assert told.startswith("A line of")


def test_facts_that_fulfil_the_plan_are_approved_by_the_promised_version(ada: User) -> None:
    promise = saved(ada)
    fulfil(promise)
    promise = keep(promise)
    assert promise.state == PromiseState.KEPT
    decision = promise.new_decision
    assert decision is not None
    assert (decision.outcome, decision.is_automatic) == (Outcome.APPROVE, True)
    assert decision.supersedes == promise.decision
    assert decision.policy == promise.policy
    assert decision.line is not None
    assert replay(decision) == []
    assert Message.objects.filter(kind="PROMISE_KEPT", about=promise.reference).count() == 1


def test_looking_again_changes_nothing(ada: User) -> None:
    promise = saved(ada)
    assert keep_promises(applicant_reference=promise.applicant.reference, now=LATER) == 0
    fulfil(promise)
    assert keep_promises(applicant_reference=promise.applicant.reference, now=LATER) == 1
    assert keep_promises(applicant_reference=promise.applicant.reference, now=LATER) == 0
    assert Decision.objects.count() == 2


def test_li_na_keeps_the_plan_to_the_full_amount(ada: User) -> None:
    decision = sample_decision("li_na", user=ada)
    plans = find_routes_for(decision=decision, now=NOW).plans
    full = next(plan for plan in plans if not plan.route.asks_less)
    promise = save_promise(decision=decision, route_key=full.key, by=acting(ada), now=NOW)
    fulfil(promise)
    promise = keep(promise)
    assert promise.new_decision is not None
    assert promise.new_decision.score >= promise.plan["gate"] + promise.margin_points


def test_li_nas_worked_example_fulfils_her_promise_too(ada: User) -> None:
    promise = saved(ada, "li_na")
    fulfil(
        promise, debt_service_pct=30, active_lenders=3, bills_on_time_pct_12m=100, revolving_use_pct=45,
        hard_inquiries_3m=3, existing_repayments_cny=2160, other_unsecured_cny=12_000,
    )  # fmt: skip
    assert keep(promise).state == PromiseState.KEPT


def test_half_a_plan_is_not_enough(ada: User) -> None:
    promise = saved(ada)
    record_facts(
        applicant=promise.applicant, by=SITE, now=LATER,
        facts=[NewFact("verified_income_month", 9_200, "bank_flows", LATER.date())],
    )  # fmt: skip
    assert keep(promise).state == PromiseState.OPEN


def stricter_rules(gate: str = "R04", test: str = "score >= 900") -> PolicyVersion:
    """Rules of today that nobody passes."""
    current = PolicyVersion.objects.exclude(version="2026.0").get()
    document = json.loads(json.dumps(current.document))
    for rule in document["rules"]:
        if rule["id"] == gate:
            rule["test"] = test
    document["policy_version"] = "2026.2"
    document["effective_from"] = "2026-11-25"
    policy = load_policy(document)
    row = PolicyVersion.objects.get(pk=current.pk)
    row.pk, row.version, row.content_hash, row.document = None, "2026.2", policy.hash, policy.document
    row.effective_from, row.retired_on = (NOW + timedelta(days=5)).date(), None
    PolicyVersion.objects.filter(pk=current.pk).update(retired_on=(NOW + timedelta(days=4)).date())
    row.save(force_insert=True)
    return row


def test_rules_that_changed_meanwhile_do_not_count(ada: User) -> None:
    promise = saved(ada)
    stricter_rules()
    fulfil(promise)
    promise = keep(promise)
    assert promise.state == PromiseState.KEPT
    assert promise.new_decision is not None
    assert promise.new_decision.policy.version == "2026.1"


def test_a_rule_of_law_stands_above_a_promise_and_that_is_said(ada: User) -> None:
    promise = saved(ada)
    stricter_rules("R01", "age >= 99")
    fulfil(promise)
    promise = keep(promise)
    assert (promise.state, promise.ended_because) == (PromiseState.BARRED, "U09")
    told = Message.objects.get(kind="PROMISE_BARRED")
    assert "legal capacity" in told.body_text
    assert Decision.objects.count() == 1


def test_a_promise_is_warned_of_and_ends_after_its_day(ada: User) -> None:
    promise = saved(ada)
    near, over = (NOW + timedelta(days=days) for days in (80, 91))
    assert keep_and_expire(now=near) == keep_and_expire(now=near) == 0
    assert Message.objects.filter(kind="PROMISE_EXPIRING").count() == 1
    assert keep_and_expire(now=over) == 1
    promise.refresh_from_db()
    assert promise.state == PromiseState.EXPIRED
    assert Message.objects.filter(kind="PROMISE_EXPIRED").count() == 1


def test_one_open_promise_for_a_decision(ada: User) -> None:
    promise = saved(ada, "li_na")
    plans = find_routes_for(decision=promise.decision, now=NOW).plans
    again = save_promise(decision=promise.decision, route_key=plans[0].key, by=acting(ada), now=NOW)
    assert again == promise
    with pytest.raises(HasPromiseError):
        save_promise(decision=promise.decision, route_key=plans[1].key, by=acting(ada), now=NOW)
    promise.pk, promise.reference = None, "PR-0000-0000"
    with pytest.raises(IntegrityError), transaction.atomic():
        promise.save(force_insert=True)


def test_a_plan_given_up_makes_room_for_another(ada: User) -> None:
    promise = saved(ada, "li_na")
    plans = find_routes_for(decision=promise.decision, now=NOW).plans
    assert drop_promise(promise=promise, by=acting(ada), now=NOW).state == PromiseState.DROPPED
    other = save_promise(decision=promise.decision, route_key=plans[1].key, by=acting(ada), now=NOW)
    assert other.state == PromiseState.OPEN


def test_the_database_refuses_to_change_or_reopen_a_promise(ada: User) -> None:
    promise = saved(ada)
    drop_promise(promise=promise, by=acting(ada), now=NOW)
    for change in ({"state": "OPEN", "ended_at": None}, {"honoured_until": LATER.date()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Promise.objects.filter(pk=promise.pk).update(**change)


def test_a_plan_that_is_not_among_the_routes_is_refused(ada: User) -> None:
    decision = sample_decision("li_na", user=ada)
    with pytest.raises(PlanChangedError):
        save_promise(decision=decision, route_key="0" * 12, by=acting(ada), now=NOW)


def test_strangers_find_nothing_and_staff_cannot_promise(ada: User, ben: User, cleo: User) -> None:
    promise = saved(ada)
    assert get_promise_for(by=acting(cleo), reference=promise.reference) == promise
    with pytest.raises(NotFoundError):
        get_promise_for(by=acting(ben), reference=promise.reference)
    for other in (ben, cleo):
        with pytest.raises(ForbiddenError):
            drop_promise(promise=promise, by=acting(other), now=NOW)


def test_staff_see_how_many_promises_keep_a_version_alive(ada: User, ben: User) -> None:
    first = saved(ada)
    second = saved(ben, "li_na")
    assert count_open_promises(first.policy) == 2
    assert list_open_promises(policy_version=first.policy) == [first, second]
    drop_promise(promise=first, by=acting(ada), now=NOW)
    assert count_open_promises(first.policy) == 1


def test_open_promises_are_listed_page_by_page(ada: User, ben: User) -> None:
    first, second = saved(ada), saved(ben, "li_na")
    assert list_open_promises(policy_version=first.policy, limit=1) == [first]
    assert list_open_promises(policy_version=first.policy, after=first.reference) == [second]
    assert list_open_promises(policy_version=first.policy, after="PR-AAAA-AAAA") == []
    assert last_promised_day(first.policy) == max(first.honoured_until, second.honoured_until)
    drop_promise(promise=first, by=acting(ada), now=NOW)
    drop_promise(promise=second, by=acting(ben), now=NOW)
    assert last_promised_day(first.policy) is None


def test_a_promise_is_kept_when_its_version_was_retired_without_another(ada: User, pia: User) -> None:
    promise = saved(ada)
    retire_policy(policy_version=promise.policy, reason="Over.", by=acting(pia), now=NOW)
    assert describe_promise(promise=promise, language="en", now=LATER)["rules_changed"]
    fulfil(promise)
    promise = keep(promise)
    assert promise.state == PromiseState.KEPT
    assert promise.new_decision is not None
    assert promise.new_decision.policy == promise.policy


def test_a_promise_is_warned_of_and_ends_when_its_version_was_retired(ada: User, pia: User) -> None:
    promise = saved(ada)
    retire_policy(policy_version=promise.policy, reason="Over.", by=acting(pia), now=NOW)
    near, over = (NOW + timedelta(days=days) for days in (80, 91))
    assert (keep_and_expire(now=near), keep_and_expire(now=over)) == (0, 1)
    kinds = Message.objects.filter(about=promise.reference).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["PROMISE_SAVED", "PROMISE_EXPIRING", "PROMISE_EXPIRED"]


def test_without_its_audit_row_nothing_is_saved(ada: User, monkeypatch: Any) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError(Verb.PROMISE_SAVED)

    monkeypatch.setattr("decisions.promises.record", fail)
    with pytest.raises(RuntimeError):
        saved(ada)
    assert not Promise.objects.exists()
