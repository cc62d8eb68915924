"""Getting an access token."""

import base64
from typing import Any

import pytest
from django.test import Client

from accounts.actors import SITE, Actor
from accounts.clients import disable_client, find_by_token
from core.clock import now
from tests.people import LENDER_SECRET

URL = "/identity/o/api/token"


def ask(client: Client, *, client_id: str = "lender", secret: str = LENDER_SECRET, **form: str) -> Any:
    login = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return client.post(
        URL,
        "&".join(f"{name}={value}" for name, value in {"grant_type": "client_credentials", **form}.items()),
        content_type="application/x-www-form-urlencoded",
        headers={"Authorization": f"Basic {login}"},
    )


def test_credentials_give_a_token_with_every_scope(client: Client, lender: Actor) -> None:
    answer = ask(client)
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"
    found = find_by_token(value=answer.json()["access_token"], now=now())
    assert found == lender
    assert "refresh_token" not in answer.json()


def test_fewer_scopes_can_be_asked_for(client: Client, lender: Actor) -> None:
    token = ask(client, scope="decisions:read").json()["access_token"]
    found = find_by_token(value=token, now=now())
    assert found is not None
    assert found.scopes == {"decisions:read"}


@pytest.mark.parametrize(
    "asked",
    [
        {"secret": "wrong"},
        {"client_id": "nobody"},
        {"client_id": "\x00"},
        {"client_id": "x" * 5000},
        {"secret": "\x00"},
        {"scope": "everything"},
        {"grant_type": "password"},
        {"grant_type": "authorization_code", "code": "%00"},
        {"grant_type": "refresh_token", "refresh_token": "%00"},
        {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "%00"},
        {"grant_type": "%00"},
        {"scope": "%00"},
        {"resource": "%00"},
    ],
)
def test_anything_else_gets_none(client: Client, lender: Actor, asked: dict[str, str]) -> None:
    answer = ask(client, **asked)
    assert answer.status_code in {400, 401}
    assert "access_token" not in answer.json()
    assert answer.json()["error"]


def test_a_disabled_client_gets_none(client: Client, lender: Actor) -> None:
    disable_client(client_id="lender", by=SITE, now=now())
    assert ask(client).status_code == 400


@pytest.mark.parametrize(
    "content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""]
)
def test_only_a_form_is_read(client: Client, lender: Actor, content_type: str) -> None:
    answer = client.post(URL, b"grant_type=client_credentials", content_type=content_type)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


def test_a_large_form_is_refused_unread(client: Client, lender: Actor) -> None:
    assert ask(client, scope="x" * 20_000).status_code == 400


def test_guessing_secrets_is_slowed_down(client: Client, lender: Actor, settings: Any) -> None:
    settings.API_RATES = {**settings.API_RATES, "token": (3, 60)}
    statuses = [ask(client, secret="wrong").status_code for _ in range(4)]
    answer = ask(client)
    assert (statuses[-1], answer.status_code) == (429, 429)
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_there_is_nothing_to_get_at_the_token_address(client: Client, db: None) -> None:
    assert client.get(URL).status_code == 405


def test_a_revoked_token_is_none(client: Client, lender: Actor) -> None:
    token = ask(client).json()["access_token"]
    login = base64.b64encode(f"lender:{LENDER_SECRET}".encode()).decode()
    answer = client.post(
        "/identity/o/api/revoke", f"token={token}",
        content_type="application/x-www-form-urlencoded", headers={"Authorization": f"Basic {login}"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert find_by_token(value=token, now=now()) is None
