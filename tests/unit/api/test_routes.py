"""Routes, plans and what-if through the API."""

from dataclasses import replace
from typing import Any

import pytest

from accounts.actors import SITE, Actor
from accounts.clients import create_client
from accounts.roles import Scope
from decisions import what_if
from decisions.models import Decision, Promise
from tests.factories.partners import Partner, problem
from tests.people import NOW

KEY = {"HTTP_IDEMPOTENCY_KEY": "once"}


def routes(partner: Partner, decision: Decision, language: str = "en") -> Any:
    return partner.get(f"decisions/{decision.reference}/routes?lang={language}").json()


def test_routes_are_told_with_steps(partner: Partner, decision: Decision) -> None:
    shown = routes(partner, decision)
    assert shown["outcome"] == "decline"
    assert shown["routes"] or shown["none"]
    for route in shown["routes"]:
        assert route["score"] >= route["gate"] + route["margin_points"]
        assert route["steps"][0]["kind"] == "start"


def test_a_route_is_kept_once_per_key(partner: Partner, decision: Decision) -> None:
    body = {"route": routes(partner, decision)["routes"][0]["key"]}
    first = partner.post(f"decisions/{decision.reference}/promises", body, **KEY)
    again = partner.post(f"decisions/{decision.reference}/promises", body, **KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    promise = Promise.objects.get()
    assert first.json()["reference"] == again.json()["reference"] == promise.reference
    shown = partner.get(f"promises/{promise.reference}").json()
    assert shown["state"] == "OPEN"
    assert shown["honoured_until"] == promise.honoured_until.isoformat()


def test_a_route_that_is_none_is_a_conflict(partner: Partner, decision: Decision) -> None:
    answer = partner.post(f"decisions/{decision.reference}/promises", {"route": "nothing"})
    assert problem(answer, 409) == "plan-changed"


def test_what_if_answers_with_both_sides(partner: Partner, decision: Decision) -> None:
    answer = partner.post(f"decisions/{decision.reference}/what-if", {"changes": {"active_lenders": 2}})
    shown = answer.json()
    assert shown["after"]["score"] - shown["before"]["score"] == shown["gain"] > 0


@pytest.mark.parametrize(
    "changes",
    [{"age": 40}, {"active_lenders": -1}, {"active_lenders": 10**12}, {"worst_dpd_24m": 0}, {"x": [1]}],
)
def test_what_if_moves_only_what_a_person_can_change(
    partner: Partner, decision: Decision, changes: Any
) -> None:
    answer = partner.post(f"decisions/{decision.reference}/what-if", {"changes": changes})
    assert problem(answer, 400) == "invalid-input"
    assert next(iter(changes)) in answer.json()["errors"][0]["pointer"]


def test_a_day_has_so_many_tries(partner: Partner, decision: Decision, monkeypatch: Any) -> None:
    monkeypatch.setattr(what_if, "A_DAY", replace(what_if.A_DAY, times=1))
    partner.post(f"decisions/{decision.reference}/what-if", {"changes": {}})
    refused = partner.post(f"decisions/{decision.reference}/what-if", {"changes": {}})
    assert problem(refused, 429) == "too-many-tries"
    assert int(refused.headers["Retry-After"]) > 0


def test_another_client_finds_nothing(partner: Partner, decision: Decision) -> None:
    body = {"route": routes(partner, decision)["routes"][0]["key"]}
    reference = partner.post(f"decisions/{decision.reference}/promises", body).json()["reference"]
    create_client(name="Other", scopes=Scope, client_id="other", secret="x" * 40, by=SITE, now=NOW)
    other = Partner(Actor.for_client("other", [scope.value for scope in Scope]))
    assert other.get(f"promises/{reference}").status_code == 404
    assert other.get(f"decisions/{decision.reference}/routes").status_code == 404
    answer = other.post(f"decisions/{decision.reference}/what-if", {"changes": {}})
    assert answer.status_code == 404
