from typing import Any

import pytest

from accounts.models import User
from core.clock import now
from decisions.models import Decision, Promise, PromiseState
from decisions.routes import find_routes_for
from decisions.samples import Sample, apply_for, register_sample
from tests.factories.decisions import SAMPLES, sample_decision
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = pytest.mark.usefixtures("catalogues")


def save_first(client: Any, decision: Decision) -> Promise:
    key = find_routes_for(decision=decision, now=now()).plans[0].key
    client.post(address("save_plan", decision.reference), {"route": key})
    return Promise.objects.get()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_shows_routes_with_their_ladders(declined: Decision, ada: User, language: str) -> None:
    page = words(signed_in(ada, language).get(address("routes", declined.reference)))
    routes = find_routes_for(decision=declined, now=now()).plans
    assert page.count('role="img"') == len(routes) >= 2
    assert all(plan.key in page for plan in routes)


def test_what_she_cannot_do_leads_to_other_routes(declined: Decision, ada: User) -> None:
    client = signed_in(ada)
    place = address("routes", declined.reference)
    barred = client.get(place).context["document"]["routes"][0]["actions"][-1]
    assert client.post(place, {"cannot": [barred]}).status_code == 302
    document = client.get(place).context["document"]
    assert document["cannot"] == [barred]
    assert all(barred not in route["actions"] for route in document["routes"])
    assert client.post(place, {"cannot": ["fly"]}).status_code == 400


def test_a_route_becomes_a_plan_that_can_be_given_up(declined: Decision, ada: User) -> None:
    client = signed_in(ada)
    promise = save_first(client, declined)
    page = words(client.get(address("plan", promise.reference)))
    assert "Honoured until" in page
    assert promise.reference in words(client.get(address("plans")))
    assert promise.reference in words(client.get("/"))
    client.post(address("plan", promise.reference))
    promise.refresh_from_db()
    assert promise.state == PromiseState.DROPPED


def test_without_a_route_the_page_says_so_and_when_time_helps(ada: User) -> None:
    decision = sample_decision("zhao_ming", user=ada, now=now())
    page = words(signed_in(ada).get(address("routes", decision.reference)))
    assert "There is no route within your control right now" in page
    assert "time alone changes it" in page
    assert "Save as my plan" not in page


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "We lack something to work out a way"), ("zh-hans", "\u8fd8\u7f3a\u5c11\u8d44\u6599")],
)
def test_facts_that_are_missing_are_one_list_with_the_way_to_add_them(
    ada: User, language: str, title: str
) -> None:
    new = Sample("li_na", {**SAMPLES["li_na"].document, "facts": {"age": 30, "full_legal_capacity": True}})
    applicant = register_sample(sample=new, user=ada, language=language, now=now())
    decision = apply_for(applicant=applicant, sample=new, by=acting(ada), now=now())
    client = signed_in(ada, language)
    page = words(client.get(address("routes", decision.reference)))
    assert title in page
    assert address("profile") in page
    shown = words(client.get(address("decision", decision.reference)))
    assert shown.count('class="lacking"') >= 1
    assert 'class="facts"' not in shown


def test_an_approval_answers_that_there_is_nothing_to_change(ada: User) -> None:
    decision = sample_decision("ordinary", user=ada, now=now())
    assert signed_in(ada).get(address("routes", decision.reference)).status_code == 409


@pytest.mark.parametrize("name", ["routes", "what_if"])
def test_others_find_nothing(declined: Decision, ben: User, name: str) -> None:
    assert signed_in(ben).get(address(name, declined.reference)).status_code == 404


def test_others_find_no_plan(declined: Decision, ada: User, ben: User) -> None:
    promise = save_first(signed_in(ada), declined)
    assert signed_in(ben).get(address("plan", promise.reference)).status_code == 404
    assert signed_in(ben).post(address("plan", promise.reference)).status_code == 404


def test_a_stale_route_is_refused_in_words(declined: Decision, ada: User) -> None:
    answer = signed_in(ada).post(address("save_plan", declined.reference), {"route": "nonsense"})
    assert answer.status_code == 409
    assert "look at the routes again" in words(answer)


def test_what_if_shows_the_exact_result_without_scripts(declined: Decision, ada: User) -> None:
    client = signed_in(ada)
    place = address("what_if", declined.reference)
    assert "active_lenders" in words(client.get(place))
    answer = client.post(
        place, {"active_lenders": "\u202e\uff13\u202c", "debt_service_pct": "30", "hard_inquiries_3m": "3"}
    )
    assert answer.context["answer"]["after"]["score"] > 608
    assert 'value="30"' in words(answer)


def test_what_if_answers_live_with_its_part_alone(declined: Decision, ada: User) -> None:
    answer = signed_in(ada).post(
        address("what_if", declined.reference), {"active_lenders": "3"}, headers={"HX-Request": "true"}
    )
    assert "<html" not in words(answer)
    assert "today 608" in words(answer)


@pytest.mark.parametrize("typed", ["-1", "1e99", "many", "\u202e9", "nan", "999999", "<script>"])
def test_what_if_keeps_what_was_typed_and_says_what_is_wrong(
    declined: Decision, ada: User, typed: str
) -> None:
    answer = signed_in(ada).post(address("what_if", declined.reference), {"active_lenders": typed})
    assert answer.status_code == 400
    assert "Enter a number from" in words(answer)
    assert answer.context["form"]["active_lenders"].value() == typed
