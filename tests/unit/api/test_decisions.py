"""Reading decisions through the API."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import SITE, Actor
from accounts.clients import create_client
from accounts.roles import Scope
from decisions.models import Decision, DecisionAccess
from tests.factories.engines import running_engine
from tests.factories.partners import Partner, decided, problem
from tests.people import NOW
from tests.unit.assessment.samples import POLICY


def test_a_decision_is_shown_and_the_look_recorded(partner: Partner, decision: Decision) -> None:
    shown = partner.get(f"decisions/{decision.reference}").json()
    assert (shown["outcome"], shown["outcome_label"]) == ("decline", "not approved")
    assert shown["score"] == decision.score
    assert decision.application is not None
    assert shown["application"] == decision.application.reference
    assert DecisionAccess.objects.get().actor == "client:lender"


def test_the_application_names_its_decision(partner: Partner, decision: Decision) -> None:
    assert decision.application is not None
    shown = partner.get(f"applications/{decision.application.reference}").json()
    assert (shown["state"], shown["decision"]) == ("DECIDED", decision.reference)


def test_nothing_internal_is_shown(partner: Partner, decision: Decision) -> None:
    assert set(partner.get(f"decisions/{decision.reference}").json()) == {
        "reference", "kind", "applicant", "application", "product", "outcome", "outcome_label", "score",
        "limit_cny", "is_automatic", "decided_at", "supersedes", "superseded_by",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_explanation_comes_whole_in_either_language(
    partner: Partner, decision: Decision, language: str
) -> None:
    answer = partner.get(f"decisions/{decision.reference}/explanation?lang={language}")
    document = answer.json()
    assert (document["reference"], document["language"]) == (decision.reference, language)
    assert 1 <= len(document["reasons"]) <= 4
    assert all(reason["title"] for reason in document["reasons"])
    assert answer.headers["Content-Language"] == language


def test_without_a_choice_accept_language_counts(partner: Partner, decision: Decision) -> None:
    answer = partner.get(f"decisions/{decision.reference}/explanation", Accept_Language="zh-CN")
    assert answer.json()["language"] == "zh-hans"


def test_what_is_held_already_is_not_sent_again(partner: Partner, decision: Decision) -> None:
    path = f"decisions/{decision.reference}/explanation?lang=en"
    etag = partner.get(path).headers["ETag"]
    for held in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        again = partner.get(path, If_None_Match=held)
        assert (again.status_code, again.content) == (304, b"")
    assert partner.get(path, If_None_Match='"other"').status_code == 200


def test_the_two_languages_have_different_etags(partner: Partner, decision: Decision) -> None:
    etags = {
        partner.get(f"decisions/{decision.reference}/explanation?lang={language}").headers["ETag"]
        for language in ("zh-hans", "en")
    }
    assert len(etags) == 2


def test_an_unknown_language_is_refused(partner: Partner, decision: Decision) -> None:
    assert problem(partner.get(f"decisions/{decision.reference}/explanation?lang=fr"), 400) == "invalid-input"


def test_the_second_read_is_one_statement(partner: Partner, decision: Decision) -> None:
    path = f"decisions/{decision.reference}/explanation?lang=en"
    partner.get(path)
    with CaptureQueriesContext(connection) as queries:
        partner.get(path)
    assert len(queries) == 1, [query["sql"][:80] for query in queries]


@pytest.mark.parametrize("path", ["decisions/{}", "decisions/{}/explanation"])
def test_another_partner_does_not_know_of_it(lender: Actor, decision: Decision, path: str) -> None:
    create_client(name="Other", scopes=Scope, client_id="other", by=SITE, now=NOW)
    other = Partner(Actor.for_client("other", [scope.value for scope in Scope]))
    assert problem(other.get(path.format(decision.reference)), 404) == "not-found"
    assert other.get("decisions").json() == {"items": [], "next": None}


def test_a_reference_may_be_typed_as_people_do(partner: Partner, decision: Decision) -> None:
    typed = decision.reference.lower().replace("-", " ")
    assert partner.get(f"decisions/{typed}").json()["reference"] == decision.reference


@pytest.mark.parametrize(
    "reference", ["DE-0000-0000", "x", "%00", "%F0%9F%98%80", "a" * 5000, "..", "%2e%2e%2f"]
)
def test_odd_references_are_not_found(partner: Partner, reference: str) -> None:
    assert partner.get(f"decisions/{reference}").status_code == 404


def test_pages_of_decisions(partner: Partner, lender: Actor, decision: Decision) -> None:
    newer = decided(lender)
    first = partner.get("decisions?limit=1").json()
    second = partner.get(f"decisions?limit=1&cursor={first['next']}").json()
    assert [page["items"][0]["reference"] for page in (first, second)] == [
        newer.reference,
        decision.reference,
    ]
    assert second["next"] is None


def test_the_explanation_is_json_that_any_parser_reads(partner: Partner, decision: Decision) -> None:
    answer = partner.get(f"decisions/{decision.reference}/explanation")
    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(answer.content)["stamps"]["policy_version"]


def test_a_score_from_another_engine_is_marked(partner: Partner, lender: Actor, settings: Any) -> None:
    with running_engine(POLICY) as engine:
        settings.SCORING_ENGINE_URL, settings.SCORING_ENGINE_NAME = engine.url, "other"
        made = decided(lender)
    document = partner.get(f"decisions/{made.reference}/explanation?lang=en").json()
    assert (document["engine"]["name"], document["engine"]["version"]) == ("other", "7.1")
    assert document["engine"]["sentence"].startswith("We cannot prove this part")
    assert document["engine"]["unproven"][:2] == ["the score and its points", "routes to another result"]
