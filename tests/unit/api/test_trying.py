"""Values are tried on a short way of their own, which may be in nothing laxer than the usual one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from allauth.idp.oidc.models import Token
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import SITE, Actor
from accounts.clients import create_client, disable_client
from accounts.models import RateCount
from accounts.roles import Scope
from core.clock import now
from core.models import CatalogueVersion
from decisions import trying, what_if
from decisions.models import Decision
from tests.factories.partners import Partner, problem
from tests.people import NOW

SHORT = 1
TRIED = {"active_lenders": 2, "debt_service_pct": 30.5, "requested": "20000"}


@pytest.fixture
def known(partner: Partner, decision: Decision) -> Decision:
    """A decision of which somebody has tried values here before."""
    trying._known.clear()
    assert attempt(partner, decision, {})[1] > SHORT
    return decision


@pytest.fixture
def as_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every instant is the same, so that a count falls into one window."""
    for module in ("trying", "routes", "throttling"):
        monkeypatch.setattr(f"creditportal.api.{module}.now", lambda: NOW)


def attempt(partner: Partner, decision: Decision, changes: Any, **headers: str) -> tuple[Any, int]:
    """The answer, and how many statements it took."""
    with CaptureQueriesContext(connection) as queries:
        answer = partner.post(f"decisions/{decision.reference}/what-if", {"changes": changes}, **headers)
    return answer, len(queries)


def by_the_long_way(partner: Partner, decision: Decision, changes: Any, **headers: str) -> Any:
    """The same, asked so that the resource itself must answer."""
    path = f"decisions/{decision.reference}/what-if?long"
    return partner.post(path, {"changes": changes}, **headers)


@pytest.mark.parametrize("language", ["en", "zh-hans", "de"])
@pytest.mark.parametrize(
    "changes", [{}, TRIED, {"active_lenders": None}, {"age": 4}, {"x": True}, "none", [1]]
)
def test_both_ways_answer_alike(partner: Partner, known: Decision, changes: Any, language: str) -> None:
    spoken = {"HTTP_ACCEPT_LANGUAGE": language}
    attempt(partner, known, {}, **spoken)  # the words of this language are known now
    short, statements = attempt(partner, known, changes, **spoken)
    long = by_the_long_way(partner, known, changes, **spoken)
    assert (short.status_code, short.content) == (long.status_code, long.content)
    assert dict(short.headers) == dict(long.headers)
    assert (statements == SHORT) == (short.status_code == 200)


def test_both_ways_count_the_same(as_given: None, partner: Partner, known: Decision) -> None:
    attempt(partner, known, TRIED)
    by_the_long_way(partner, known, TRIED)
    assert sorted(RateCount.objects.values_list("hits", flat=True)) == [3, 3]


def test_both_ways_refuse_too_many_tries_alike(
    as_given: None, partner: Partner, known: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(what_if, "A_DAY", replace(what_if.A_DAY, times=1))
    short, long = attempt(partner, known, {})[0], by_the_long_way(partner, known, {})
    assert problem(short, 429) == "too-many-tries"
    assert (short.content, dict(short.headers)) == (long.content, dict(long.headers))


def test_both_ways_refuse_too_many_calls_alike(
    as_given: None, partner: Partner, known: Decision, settings: Any
) -> None:
    settings.API_RATES = {**settings.API_RATES, "write": (1, 60)}
    short, long = attempt(partner, known, {})[0], by_the_long_way(partner, known, {})
    assert problem(short, 429) == "too-many-requests"
    assert (short.content, dict(short.headers)) == (long.content, dict(long.headers))
    assert sorted(RateCount.objects.values_list("hits", flat=True)) == [1, 3]


def test_another_client_finds_nothing_and_uses_up_no_try(
    as_given: None, partner: Partner, known: Decision
) -> None:
    create_client(name="Other", scopes=Scope, client_id="other", by=SITE, now=NOW)
    other = Partner(Actor.for_client("other", [scope.value for scope in Scope]))
    short, statements = attempt(other, known, TRIED)
    long = by_the_long_way(other, known, TRIED)
    assert (problem(short, 404), statements) == ("not-found", SHORT)
    assert (short.content, dict(short.headers)) == (long.content, dict(long.headers))
    assert sorted(RateCount.objects.values_list("hits", flat=True)) == [1, 1, 2]


def test_without_the_scope_nothing_is_counted(lender: Actor, partner: Partner, known: Decision) -> None:
    RateCount.objects.all().delete()
    others = [scope.value for scope in Scope if scope is not Scope.DECISIONS_READ]
    answer, _statements = attempt(Partner(lender, scopes=others), known, {})
    assert problem(answer, 403) == "forbidden"
    assert RateCount.objects.count() == 0


def test_a_token_past_its_time_is_no_token(partner: Partner, known: Decision) -> None:
    Token.objects.update(expires_at=now() - timedelta(seconds=1))
    assert problem(attempt(partner, known, {})[0], 401) == "not-authenticated"


def test_a_client_that_was_ended_tries_no_more(partner: Partner, known: Decision) -> None:
    RateCount.objects.all().delete()
    disable_client(client_id="lender", by=SITE, now=now())
    assert problem(attempt(partner, known, {})[0], 401) == "not-authenticated"
    assert RateCount.objects.count() == 0


def test_a_decision_whose_row_was_touched_is_read_again(
    as_given: None, partner: Partner, known: Decision
) -> None:
    before = trying._known[known.reference].version
    # Nobody can change a decision, so here it is the mark of its row that we knew otherwise.
    trying._known[known.reference] = replace(trying._known[known.reference], version="1")
    answer, statements = attempt(partner, known, TRIED)
    assert (answer.status_code, statements > SHORT) == (200, True)
    assert trying._known[known.reference].version == before
    assert sorted(RateCount.objects.values_list("hits", flat=True)) == [2, 2]


def test_new_words_are_told(partner: Partner, known: Decision) -> None:
    first = attempt(partner, known, TRIED)[0].json()
    words = CatalogueVersion.objects.filter(name="words").latest("pk")
    changed = str(words.document).replace(first["after"]["title"][:5], "NEWLY")
    assert changed != str(words.document)
    document = _replaced(words.document, first["after"]["title"][:5], "NEWLY")
    CatalogueVersion.objects.create(name="words", content_hash="0" * 64, document=document, loaded_at=now())
    answer, _statements = attempt(partner, known, TRIED)
    assert answer.json()["after"]["title"].startswith("NEWLY")
    assert answer.content == by_the_long_way(partner, known, TRIED).content


def _replaced(document: Any, old: str, new: str) -> Any:
    if isinstance(document, dict):
        return {name: _replaced(value, old, new) for name, value in document.items()}
    return document.replace(old, new) if isinstance(document, str) else document


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400), ('{"changes": {}, "changes": {}}', 400), ('{"changes": {}, "more": 1}', 400), ("[]", 400),
        ('{"changes": {"active_lenders": NaN}}', 400), ('{"changes": {"a\\u0000": 1}}', 400), ("", 400),
        ('{"changes": {}}' + " " * 5000, 200), ("\xff", 400),
    ],
)  # fmt: skip
def test_odd_bodies_go_the_usual_way(partner: Partner, known: Decision, body: str, status: int) -> None:
    path = f"/api/v1/decisions/{known.reference}/what-if"
    answer = partner.client.generic(
        "POST", path, body.encode("latin-1"), content_type="application/json", headers=partner.headers
    )
    assert answer.status_code == status


def test_no_more_decisions_are_known_than_there_is_room_for(
    partner: Partner, known: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "MOST", 2)
    trying._known.update({str(number): trying._known[known.reference] for number in range(5)})
    trying.remember(known)
    assert len(trying._known) == 2
    assert known.reference in trying._known


def test_a_database_that_is_away_is_told_calmly(
    partner: Partner, known: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise OperationalError

    monkeypatch.setattr("creditportal.api.trying.try_at_once", away)
    assert problem(attempt(partner, known, {})[0], 503) == "unavailable"
