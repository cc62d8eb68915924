"""Explanations are read on a short way of their own, which may be in nothing laxer than the usual one."""

import itertools
import json
from datetime import timedelta
from typing import Any

import pytest
from allauth.idp.oidc.models import Token
from django.db import OperationalError
from django.test import Client

from accounts.actors import SITE, Actor
from accounts.clients import create_client, disable_client
from accounts.models import RateCount, User
from accounts.roles import Scope
from core.clock import now
from core.models import CatalogueVersion
from decisions.models import Decision, DecisionAccess, RenderedExplanation
from tests.factories.partners import Partner, problem
from tests.people import NOW

# What sends a request the usual way: the short one takes a plain GET only.
USUAL = "&"


def address(decision: Decision, query: str = "?lang=en") -> str:
    return f"decisions/{decision.reference}/explanation{query}"


@pytest.fixture
def as_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every instant is the same, so that a count falls into one window."""
    for module in ("explanations", "throttling"):
        monkeypatch.setattr(f"creditportal.api.{module}.now", lambda: NOW)


@pytest.mark.parametrize("held", ["", "*", '"other"'])
def test_both_ways_answer_alike(partner: Partner, decision: Decision, held: str) -> None:
    headers = {"If_None_Match": held} if held else {}
    short, usual = (partner.get(address(decision) + more, **headers) for more in ("", USUAL))
    assert short.status_code == usual.status_code
    assert short.content == usual.content
    assert dict(short.headers) == dict(usual.headers)


@pytest.mark.parametrize(
    ("reference", "status"), [("DE-0000-0000", 404), ("x", 404), ("%00", 404), ("DE-7K3Q-9XDM-AAAA", 404)]
)
def test_both_ways_refuse_alike(partner: Partner, reference: str, status: int) -> None:
    answers = [partner.get(f"decisions/{reference}/explanation?lang=en{more}") for more in ("", USUAL)]
    assert [answer.status_code for answer in answers] == [status, status]
    assert answers[0].json() == answers[1].json()
    assert dict(answers[0].headers) == dict(answers[1].headers)


def test_both_ways_count_in_one_window(as_given: None, partner: Partner, decision: Decision) -> None:
    for more in ("", USUAL, ""):
        partner.get(address(decision) + more)
    assert [count.hits for count in RateCount.objects.all()] == [3]


def test_reading_too_often_is_refused_and_no_look_kept(
    as_given: None, partner: Partner, decision: Decision, settings: Any
) -> None:
    settings.API_RATES = {**settings.API_RATES, "read": (2, 60)}
    answers = [partner.get(address(decision)) for _ in range(4)]
    usual = partner.get(address(decision) + USUAL)
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[-1].json() == usual.json()
    assert answers[-1].headers["Retry-After"] == usual.headers["Retry-After"]
    assert DecisionAccess.objects.count() == 2


def test_a_stranger_s_look_is_counted_and_not_kept(
    as_given: None, lender: Actor, partner: Partner, decision: Decision
) -> None:
    create_client(name="Other", scopes=Scope, client_id="other", by=SITE, now=NOW)
    other = Partner(Actor.for_client("other", [scope.value for scope in Scope]))
    etag = partner.get(address(decision)).headers["ETag"]
    assert problem(other.get(address(decision)), 404) == "not-found"
    assert problem(other.get(address(decision), If_None_Match=etag), 404) == "not-found"
    assert set(DecisionAccess.objects.values_list("actor", flat=True)) == {"client:lender"}
    assert sorted(count.hits for count in RateCount.objects.all()) == [1, 2]


def test_without_the_scope_nothing_is_counted_or_kept(lender: Actor, decision: Decision) -> None:
    others = [scope.value for scope in Scope if scope is not Scope.DECISIONS_READ]
    answer = Partner(lender, scopes=others).get(address(decision))
    assert problem(answer, 403) == "forbidden"
    assert 'scope="decisions:read"' in answer.headers["WWW-Authenticate"]
    assert (RateCount.objects.count(), DecisionAccess.objects.count()) == (0, 0)


@pytest.mark.parametrize("scope", ["decisions", "decisions:read2", "xdecisions:read", "decisions:rea."])
def test_a_scope_is_the_whole_word(lender: Actor, decision: Decision, scope: str) -> None:
    assert problem(Partner(lender, scopes=[scope]).get(address(decision)), 403) == "forbidden"


def test_a_token_past_its_time_is_no_token(partner: Partner, decision: Decision) -> None:
    Token.objects.update(expires_at=now() - timedelta(seconds=1))
    assert problem(partner.get(address(decision)), 401) == "not-authenticated"
    assert RateCount.objects.count() == 0


def test_a_client_that_was_ended_reads_no_more(partner: Partner, decision: Decision) -> None:
    assert partner.get(address(decision)).status_code == 200
    disable_client(client_id="lender", by=SITE, now=now())
    assert problem(partner.get(address(decision)), 401) == "not-authenticated"


def test_a_person_s_token_opens_nothing(partner: Partner, decision: Decision, ada: User) -> None:
    Token.objects.update(user=ada)
    assert problem(partner.get(address(decision)), 401) == "not-authenticated"


def test_a_token_of_another_kind_opens_nothing(partner: Partner, decision: Decision) -> None:
    Token.objects.update(type=Token.Type.REFRESH_TOKEN)
    assert problem(partner.get(address(decision)), 401) == "not-authenticated"


@pytest.mark.parametrize(
    ("call", "accept", "status"),
    [
        ("HEAD ?lang=en", "*/*", 200),
        ("POST ?lang=en", "*/*", 405),
        ("DELETE ?lang=en", "*/*", 405),
        ("GET ?lang=fr", "*/*", 400),
        ("GET ?lang=en&format=xml", "*/*", 404),
        ("GET ?lang=en", "text/html", 406),
        ("GET ?lang=en", "application/json", 200),
    ],
)
def test_what_is_unusual_goes_the_usual_way(
    partner: Partner, decision: Decision, call: str, accept: str, status: int
) -> None:
    method, query = call.split()
    headers = {**partner.headers, "Accept": accept}
    answer = partner.client.generic(method, f"/api/v1/{address(decision, query)}", headers=headers)
    assert answer.status_code == status


def test_what_is_sent_is_what_was_stored(partner: Partner, decision: Decision) -> None:
    sent = partner.get(address(decision)).content
    stored = RenderedExplanation.objects.get()
    assert bytes(stored.body or b"") == sent
    assert json.loads(sent) == stored.document


def test_what_was_stored_by_an_earlier_release_is_read(partner: Partner, decision: Decision) -> None:
    document = partner.get(address(decision)).json()
    RenderedExplanation.objects.update(body=None)
    assert partner.get(address(decision)).json() == document


def test_new_catalogues_word_it_anew(partner: Partner, decision: Decision) -> None:
    first = partner.get(address(decision))
    newest = CatalogueVersion.objects.filter(name="words").latest("pk")
    CatalogueVersion.objects.create(
        name="words", content_hash="0" * 64, document=newest.document, loaded_at=now()
    )
    second = partner.get(address(decision), If_None_Match=first.headers["ETag"])
    assert second.status_code == 200
    assert second.headers["ETag"] != first.headers["ETag"]


def test_a_database_that_is_away_is_told_calmly(
    partner: Partner, decision: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError

    monkeypatch.setattr("creditportal.api.explanations.read_explanation", away)
    answer = partner.get(address(decision))
    assert problem(answer, 503) == "unavailable"
    assert answer.headers["Retry-After"] == "2"


def test_a_session_is_neither_needed_nor_looked_at(partner: Partner, decision: Decision, dev: User) -> None:
    partner.client.force_login(dev)
    answer = partner.get(address(decision))
    assert answer.status_code == 200
    assert not answer.cookies
    assert DecisionAccess.objects.get().actor == "client:lender"


def test_another_site_s_name_is_refused(partner: Partner, decision: Decision) -> None:
    answer = partner.get(address(decision), Host="elsewhere.example")
    assert problem(answer, 400) == "bad-request"
    assert DecisionAccess.objects.count() == 0


def test_machines_come_by_https(lender: Actor, decision: Decision, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    partner = Partner(lender)
    answer = partner.get(address(decision))
    assert (answer.status_code, answer.headers["Location"][:8]) == (301, "https://")
    assert DecisionAccess.objects.count() == 0


def test_answers_to_machines_are_protected_like_pages(partner: Partner, decision: Decision) -> None:
    of_page = Client().get("/help/").headers
    of_machine = partner.get(address(decision)).headers
    names = (
        "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "X-Frame-Options",
        "Content-Security-Policy", "Permissions-Policy",
    )  # fmt: skip
    assert {name: of_machine[name] for name in names} == {name: of_page[name] for name in names}


def test_a_failure_is_logged_once_and_told_without_its_words(
    partner: Partner, decision: Decision, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("canary")

    monkeypatch.setattr("creditportal.api.explanations.read_explanation", fails)
    partner.client.raise_request_exception = False
    answer = partner.get(address(decision))
    assert problem(answer, 500) == "internal-error"
    assert b"canary" not in answer.content


def test_many_at_once_read_as_often_as_the_rate_allows(
    as_given: None, partner: Partner, decision: Decision, settings: Any
) -> None:
    settings.API_RATES = {**settings.API_RATES, "read": (5, 60)}
    ways = itertools.cycle(("", USUAL))
    statuses = [partner.get(address(decision) + next(ways)).status_code for _ in range(9)]
    assert statuses == [200] * 5 + [429] * 4
