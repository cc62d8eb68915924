from typing import Any

import pytest

from accounts.models import User
from core.errors import ForbiddenError, InputError
from decisions.models import Outcome
from decisions.route_wishes import change_wishes, get_wishes
from decisions.route_words import describe_routes
from decisions.routes import NothingToChangeError, find_routes_for
from tests.factories.decisions import NOW, sample_decision
from tests.people import acting

pytestmark = pytest.mark.usefixtures("catalogues")


def routes(key: str, user: User, language: str = "en") -> dict[str, Any]:
    found = find_routes_for(decision=sample_decision(key, user=user), now=NOW)
    return describe_routes(routes=found, language=language)


def test_li_na_sees_different_routes_and_one_to_the_full_amount(ada: User) -> None:
    found = routes("li_na", ada)["routes"]
    assert 2 <= len(found) <= 3
    assert len({tuple(route["actions"]) for route in found}) == len(found)
    full = next(route for route in found if not route["asks_less"])
    assert full["ends_in"] == "Approval of the ¥15,000 you asked for"
    assert full["score"] >= full["gate"] + full["margin_points"]


def test_every_step_has_a_size_a_day_and_how_sure_it_is(ada: User) -> None:
    for route in routes("li_na", ada)["routes"]:
        assert route["steps"][0]["kind"] == "start"
        for step in route["steps"][1:]:
            assert step["title"]
            assert step["by"]
            assert step["certainty"]
        assert route["steps"][-1]["left"] == 0
        assert route["steps"][0]["score"] + sum(step["gain"] for step in route["steps"]) == route["score"]


@pytest.mark.parametrize("key", ["li_na", "chen_jing_before", "zhang_wei", "zhao_ming", "ruian", "minor"])
def test_both_languages_tell_the_same(ada: User, key: str) -> None:
    decision = sample_decision(key, user=ada)
    found = find_routes_for(decision=decision, now=NOW)
    english, chinese = (describe_routes(routes=found, language=name) for name in ("en", "zh-hans"))
    assert [route["key"] for route in english["routes"]] == [route["key"] for route in chinese["routes"]]
    for one, other in zip(english["routes"], chinese["routes"], strict=True):
        assert [step["score"] for step in one["steps"]] == [step["score"] for step in other["steps"]]
    assert (english["none"] is None) == (chinese["none"] is None)


def test_without_a_route_the_proof_and_the_day_that_time_brings_are_told(ada: User) -> None:
    found = routes("zhao_ming", ada)
    assert found["routes"] == []
    assert found["none"]["blocked"] == ["R06"]
    assert found["none"]["time_alone_on"] == "2028-04-20"
    assert "No serious late payment" in " ".join(found["none"]["lines"])
    assert "by about 20 Apr 2028, counted in whole months" in " ".join(found["none"]["lines"])


def test_what_is_not_known_is_asked_for_and_not_called_impossible(ada: User) -> None:
    decision = sample_decision("li_na", user=ada)
    gone = ["industry", "worst_dpd_24m", "debt_service_pct", "active_lenders"]
    for name in gone:
        decision.facts[name] = {**decision.facts[name], "value": "unknown"}
    found = find_routes_for(decision=decision, now=NOW)
    assert not found.plans
    for language in ("en", "zh-hans"):
        none = describe_routes(routes=found, language=language)["none"]
        assert none["state"] == "unknown"
        assert set(gone) <= {fact["name"] for fact in none["missing"]}
        assert all(fact["label"] for fact in none["missing"])
        assert not {"years", "control"} & set(" ".join(none["lines"]).split())


def test_before_a_person_has_decided_no_way_is_denied(ada: User) -> None:
    decision = sample_decision("zhao_ming", user=ada)
    decision.outcome = Outcome.REFER
    found = find_routes_for(decision=decision, now=NOW)
    none = describe_routes(routes=found, language="en")["none"]
    assert none["state"] == "person"
    assert none["lines"][0] == "A person is looking at your application. There is no result yet."


def test_what_she_cannot_do_is_kept_and_left_out(ada: User) -> None:
    decision = sample_decision("li_na", user=ada)
    change_wishes(decision=decision, cannot={"stop_applying", "add_contacts"}, by=acting(ada), now=NOW)
    found = find_routes_for(decision=decision, now=NOW)
    used = {action.group for plan in found.plans for action in plan.route.actions}
    assert get_wishes(decision.applicant).cannot == ["add_contacts", "stop_applying"]
    assert not used & {"stop_applying", "add_contacts"}


def test_an_income_that_is_stated_takes_the_place_of_the_best_there_is(ada: User) -> None:
    decision = sample_decision("zhang_wei", user=ada)
    change_wishes(decision=decision, stated={"verified_income_month": 2_900}, by=acting(ada), now=NOW)
    plans = find_routes_for(decision=decision, now=NOW).plans
    incomes = [
        to
        for plan in plans
        for action in plan.route.actions
        for name, _, to in action.moves
        if name == "verified_income_month"
    ]
    assert all(income <= 2_900 for income in incomes)


@pytest.mark.parametrize(
    "stated", [{"verified_income_month": -1}, {"age": 30}, {"verified_income_month": "x"}]
)
def test_values_that_cannot_be_are_refused_by_name(ada: User, stated: Any) -> None:
    decision = sample_decision("zhang_wei", user=ada)
    with pytest.raises(InputError) as refused:
        change_wishes(decision=decision, stated=stated, by=acting(ada), now=NOW)
    assert set(refused.value.fields) == set(stated)


def test_nobody_else_speaks_for_her(ada: User, ben: User, cleo: User) -> None:
    decision = sample_decision("li_na", user=ada)
    for other in (ben, cleo):
        with pytest.raises(ForbiddenError):
            change_wishes(decision=decision, cannot=set(), by=acting(other), now=NOW)


def test_an_approval_has_nothing_to_change(ada: User) -> None:
    decision = sample_decision("ordinary", user=ada)
    assert decision.outcome == Outcome.APPROVE
    with pytest.raises(NothingToChangeError):
        find_routes_for(decision=decision, now=NOW)
