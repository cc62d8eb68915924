"""Who gets in: token, then scope, then rate, and only then the body."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Scope
from tests.factories.partners import Partner, problem

R = Scope
CALLS: dict[tuple[str, str], tuple[Scope, ...]] = {
    ("POST", "api:applicants"): (R.APPLICATIONS_WRITE,),
    ("GET", "api:applicant"): (R.APPLICATIONS_WRITE,),
    ("POST", "api:applications"): (R.APPLICATIONS_WRITE,),
    ("GET", "api:applications"): (R.DECISIONS_READ,),
    ("GET", "api:application"): (R.DECISIONS_READ,),
    ("GET", "api:decisions"): (R.DECISIONS_READ,),
    ("GET", "api:decision"): (R.DECISIONS_READ,),
    ("GET", "api:explanation"): (R.DECISIONS_READ,),
    ("POST", "api:decision-appeals"): (R.APPEALS_WRITE,),
    ("GET", "api:appeals"): (R.APPEALS_READ,),
    ("GET", "api:appeal"): (R.APPEALS_READ,),
    ("POST", "api:evidence"): (R.EVIDENCE_WRITE, R.APPEALS_WRITE),
    ("POST", "api:submit"): (R.APPEALS_WRITE,),
    ("POST", "api:withdraw"): (R.APPEALS_WRITE,),
    ("POST", "api:remedy"): (R.APPEALS_WRITE,),
}
_PLAIN = {"api:applicants", "api:applications", "api:decisions", "api:appeals"}


def address(name: str) -> str:
    return reverse(name, args=[] if name in _PLAIN else ["DE-0000-0000"])


@pytest.mark.parametrize(("method", "name"), CALLS)
@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer x", "Basic bGVuZGVyOng=", "Bearer \x00", "bearer  "]
)
def test_without_a_valid_token_401(
    client: Client, lender: Actor, method: str, name: str, header: str | None
) -> None:
    headers = {"Authorization": header} if header else {}
    answer = client.generic(method, address(name), headers=headers)
    assert problem(answer, 401) == "not-authenticated"
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="api"')


@pytest.mark.parametrize(("method", "name"), CALLS)
def test_signed_in_people_are_nobody_here(client: Client, dev: User, method: str, name: str) -> None:
    client.force_login(dev)
    assert problem(client.generic(method, address(name)), 401) == "not-authenticated"


@pytest.mark.parametrize(("method", "name"), CALLS)
def test_each_missing_scope_403(lender: Actor, method: str, name: str) -> None:
    for missing in CALLS[method, name]:
        others = [scope.value for scope in Scope if scope is not missing]
        partner = Partner(lender, scopes=others)
        answer = partner.client.generic(method, address(name), headers=partner.headers)
        assert problem(answer, 403) == "forbidden"
        assert f'error="insufficient_scope", scope="{missing}"' in answer.headers["WWW-Authenticate"]


class Untouched:
    """A body that nobody may read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read

    def __iter__(self) -> Iterator[bytes]:
        raise AssertionError("the body was read")


@pytest.mark.parametrize(("method", "name"), [call for call in CALLS if call[0] == "POST"])
def test_a_stranger_s_body_is_not_read(client: Client, db: None, method: str, name: str) -> None:
    answer = client.post(address(name), **{"wsgi.input": Untouched(), "CONTENT_LENGTH": "10000000000"})  # type: ignore[arg-type]
    assert answer.status_code == 401


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_405(lender: Actor, method: str) -> None:
    partner = Partner(lender)
    for _method, name in CALLS:
        answer = partner.client.generic(method, address(name), headers=partner.headers)
        assert problem(answer, 405) == "method-not-allowed"


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/secrets", "/api/v2/decisions", "/api/v1/decisions/"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_any_other_address_404(client: Client, db: None, path: str, method: str) -> None:
    assert problem(client.generic(method, path), 404) == "not-found"


def test_reading_too_often_429_and_writing_is_counted_apart(lender: Actor, settings: Any) -> None:
    settings.API_RATES = {**settings.API_RATES, "read": (3, 60)}
    partner = Partner(lender)
    answers = [partner.get("decisions") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert problem(answers[-1], 429) == "too-many-requests"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert partner.post("applications", {}).status_code == 400


def test_writing_too_often_429(lender: Actor, settings: Any) -> None:
    settings.API_RATES = {**settings.API_RATES, "write": (1, 60)}
    partner = Partner(lender)
    assert [partner.post("applications", {}).status_code for _ in range(2)] == [400, 429]


def test_only_json_is_read(lender: Actor) -> None:
    partner = Partner(lender)
    for content_type in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "multipart/form-data",
    ):
        assert problem(partner.post("applications", b"{}", content_type=content_type), 415)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"7", b'"text"', b"[" * 100_000, b"\xff", b'{"a": "\\ud800"}']
)
def test_a_body_that_is_no_object_400(lender: Actor, body: bytes) -> None:
    partner = Partner(lender)
    for path in ("applicants", "applications", "decisions/DE-0000-0000/appeals"):
        assert partner.post(path, body).status_code == 400


def test_answers_are_not_kept_by_caches(lender: Actor) -> None:
    assert Partner(lender).get("decisions").headers["Cache-Control"] == "no-store, private"


def test_problems_speak_the_language_of_the_caller(client: Client, db: None) -> None:
    chinese = client.get("/api/v1/decisions", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    english = client.get("/api/v1/decisions", headers={"Accept-Language": "en"})
    assert (chinese.headers["Content-Language"], english.headers["Content-Language"]) == ("zh-hans", "en")
    assert english.json()["title"] == "A valid access token is needed"
    assert chinese.json()["title"] != english.json()["title"]
