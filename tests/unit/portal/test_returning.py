"""A kept page is opened on a short way of its own, which may be in nothing laxer than the usual one."""

import re
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
import structlog
import time_machine
from django.apps import apps
from django.conf import settings as site
from django.contrib.messages import INFO
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Session, User
from accounts.roles import Role
from core.clock import now
from creditportal.portal import form_tokens
from decisions.models import Decision, DecisionAccess, FrozenPage
from tests.unit.portal.browsing import address, signed_in, words

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SHORT, LONG = 1, 3


@pytest.fixture
def browser(ada: User, declined: Decision) -> Client:
    """Ada's browser, in which she has looked at the page once."""
    client = signed_in(ada)
    client.get(address("decision", declined.reference))
    assert len(client.cookies[site.CSRF_COOKIE_NAME].value) == 32
    return client


def look(client: Client, decision: Decision, **headers: str) -> tuple[Any, int]:
    """The answer, and how many statements it took."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address("decision", decision.reference), headers=headers)
    return answer, len(queries)


def by_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is answered at once."""
    monkeypatch.setattr("creditportal.visitors.open_at_once", lambda _request: None)


def all_of(answer: Any) -> tuple[int, str, dict[str, str]]:
    """Status, what it says without the token, and every header with the cookies in it."""
    cookies = [one.OutputString() for one in answer.cookies.values()]
    headers = {"Set-Cookie": "; ".join(cookies), **answer.headers}
    headers["Vary"] = ", ".join(sorted(headers["Vary"].split(", ")))
    return answer.status_code, _TOKEN.sub("", words(answer)), headers


@pytest.mark.parametrize("language", ["en", "zh-hans", None])
@pytest.mark.parametrize("is_held", [False, True])
def test_both_ways_answer_alike(
    browser: Client, declined: Decision, monkeypatch: pytest.MonkeyPatch, language: str | None, is_held: bool
) -> None:
    if language is None:
        del browser.cookies["language"]
    else:
        browser.cookies["language"] = language
    tag = look(browser, declined)[0].headers["ETag"]
    headers = {"If_None_Match": tag} if is_held else {}
    with time_machine.travel(now(), tick=False):
        short, statements = look(browser, declined, **headers)
        by_the_long_way(monkeypatch)
        long, others = look(browser, declined, **headers)
    assert (statements, others) == (SHORT, LONG)
    assert all_of(short) == all_of(long)
    assert short.status_code == (304 if is_held else 200)


def end_session(_ada: User) -> None:
    """The session was deleted: signed out here, or from another browser."""
    Session.objects.all().delete()


def let_session_end(_ada: User) -> None:
    """The session's time is over."""
    Session.objects.update(expire_date=now() - timedelta(seconds=1))


def change_password(ada: User) -> None:
    """Another browser set another password."""
    ada.set_password("another-harbour-43")
    ada.save(update_fields=["password"])


def lock_out(ada: User) -> None:
    """The account may not sign in any more."""
    User.objects.filter(pk=ada.pk).update(is_active=False)


def sign_by_other_means(_ada: User) -> None:
    """The session was opened by a way of signing in that is not offered any more."""
    row = Session.objects.get()
    store = row.get_session_store_class()(row.session_key)
    store["_auth_user_backend"] = "elsewhere.Backend"
    store.save()


@pytest.mark.parametrize(
    "happens", [end_session, let_session_end, change_password, lock_out, sign_by_other_means]
)
def test_who_is_no_longer_signed_in_is_asked_to_sign_in(
    browser: Client, ada: User, declined: Decision, happens: Callable[[User], None]
) -> None:
    tag = look(browser, declined)[0].headers["ETag"]
    seen = DecisionAccess.objects.count()
    happens(ada)
    for headers in ({}, {"If_None_Match": tag}):
        answer, _statements = look(browser, declined, **headers)
        assert (answer.status_code, answer["Location"][:16]) == (302, "/accounts/login/")
    assert DecisionAccess.objects.count() == seen


def test_a_session_sealed_with_another_key_opens_nothing(
    browser: Client, declined: Decision, settings: Any
) -> None:
    settings.SECRET_KEY = "another-key-" * 4
    assert look(browser, declined)[0].status_code == 302
    assert DecisionAccess.objects.count() == 1


def test_signing_out_ends_it(browser: Client, declined: Decision) -> None:
    key = browser.cookies[site.SESSION_COOKIE_NAME].value
    browser.post(reverse("account_logout"))
    browser.cookies[site.SESSION_COOKIE_NAME] = key
    assert look(browser, declined)[0].status_code == 302


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.SUPERVISOR, Role.AUDITOR])
def test_a_colleague_finds_no_page(browser: Client, ada: User, declined: Decision, role: Role) -> None:
    User.objects.filter(pk=ada.pk).update(role=role)
    assert look(browser, declined)[0].status_code == 404
    assert DecisionAccess.objects.count() == 1


def test_a_stranger_finds_nothing(browser: Client, ben: User, declined: Decision) -> None:
    tag = look(browser, declined)[0].headers["ETag"]
    other = signed_in(ben)
    other.cookies[site.CSRF_COOKIE_NAME] = browser.cookies[site.CSRF_COOKIE_NAME].value
    assert look(other, declined)[0].status_code == 404
    assert look(other, declined, If_None_Match=tag)[0].status_code == 404
    seen = set(DecisionAccess.objects.values_list("actor", flat=True))
    assert seen == {f"user:{declined.applicant.user_id}"}


def test_a_message_that_waits_is_shown(browser: Client, declined: Decision) -> None:
    store: Any = CookieStorage(RequestFactory().get("/"))
    browser.cookies["messages"] = store._encode([Message(INFO, "canary")])
    first, statements = look(browser, declined)
    assert "canary" in words(first)
    assert statements > SHORT
    del browser.cookies["messages"]  # the answer took it away
    again, statements = look(browser, declined)
    assert ("canary" in words(again), statements) == (False, SHORT)


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("messages", "x", 200), ("language", "fr", 200), ("csrf", "", 200), ("csrf", "short", 200),
        ("csrf", "c" * 31 + "-", 200), ("csrf", "c" * 64, 200), ("session", "", 302), ("session", "x", 302),
        ("session", "\u00e9" * 40, 302), ("session", "\x00" * 40, 302), ("session", "a\\000" * 8, 302),
    ],
)  # fmt: skip
def test_odd_cookies_go_the_long_way(
    browser: Client, declined: Decision, name: str, value: str, status: int
) -> None:
    browser.cookies[name] = value
    answer, statements = look(browser, declined)
    assert answer.status_code == status
    assert statements > SHORT or status == 302


def test_what_is_unusual_goes_the_long_way(browser: Client, declined: Decision) -> None:
    path = address("decision", declined.reference)
    assert browser.head(path).content == b""
    assert browser.post(path).status_code == 405
    assert browser.get(f"{path}?x=1").status_code == 200
    assert browser.get(path.replace("DE-", "de-")).status_code == 200
    assert browser.get("/decisions/DE-0000-0000/").status_code == 404


def test_another_site_s_name_is_refused(browser: Client, declined: Decision) -> None:
    seen = DecisionAccess.objects.count()
    assert look(browser, declined, Host="elsewhere.example")[0].status_code == 400
    assert DecisionAccess.objects.count() == seen


def test_people_come_by_https(browser: Client, declined: Decision, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    safe = Client()
    safe.cookies = browser.cookies
    answer = look(safe, declined)[0]
    assert (answer.status_code, answer.headers["Location"][:8]) == (301, "https://")


def test_a_database_that_fails_once_is_asked_again(
    browser: Client, declined: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise OperationalError

    monkeypatch.setattr("creditportal.portal.returning.look_by_session", away)
    answer, statements = look(browser, declined)
    assert (answer.status_code, statements) == (200, LONG)


def test_a_page_that_is_out_of_date_is_made_anew_and_looked_at_once(
    browser: Client, declined: Decision
) -> None:
    FrozenPage.objects.update(stamp="0" * 64, body=b"old")
    seen = DecisionAccess.objects.count()
    answer, statements = look(browser, declined)
    assert answer.content != b"old"
    assert (answer.status_code, statements > SHORT) == (200, True)
    assert DecisionAccess.objects.count() == seen + 1
    assert look(browser, declined)[1] == SHORT


def test_every_look_is_recorded(browser: Client, ada: User, declined: Decision) -> None:
    tag = look(browser, declined)[0].headers["ETag"]
    assert look(browser, declined, If_None_Match=tag)[1] == SHORT
    assert list(DecisionAccess.objects.values_list("actor", flat=True)) == [f"user:{ada.pk}"] * 3


def test_a_page_held_with_another_secret_is_sent_again(browser: Client, declined: Decision) -> None:
    tag = look(browser, declined)[0].headers["ETag"]
    browser.cookies[site.CSRF_COOKIE_NAME] = "d" * 32
    answer, statements = look(browser, declined, If_None_Match=tag)
    assert (answer.status_code, statements) == (200, SHORT)
    assert answer.headers["ETag"] != tag


def test_each_answer_has_its_own_token_and_each_can_be_sent(ada: User, declined: Decision) -> None:
    client = signed_in(ada, checks_csrf=True)
    pages = [words(look(client, declined)[0]) for _ in range(4)]
    tokens = [set(_TOKEN.findall(page)) for page in pages]
    assert [len(one) for one in tokens] == [1] * 4
    assert len(set.union(*tokens)) == 4
    for one in tokens:
        form = {"language": "en", "csrfmiddlewaretoken": one.pop()}
        assert client.post(address("choose_language"), form).status_code == 302


def test_a_mask_may_have_every_letter_everywhere() -> None:
    drawn = [form_tokens.mask_secret("a" * 32)[:32] for _ in range(3000)]
    assert {len(set(place)) for place in zip(*drawn, strict=True)} == {62}


def test_the_log_names_the_person_by_number(
    browser: Client, ada: User, declined: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, Any]] = []

    def keep(_self: object, _level: int, event: str, **told: Any) -> None:
        lines.append({"event": event, **told, **structlog.contextvars.get_contextvars()})

    monkeypatch.setattr("creditportal.middleware.RequestLogMiddleware.write", keep)
    for _ in range(2):
        look(browser, declined)
        by_the_long_way(monkeypatch)
    short, long = ({**line, "request_id": ""} for line in lines)
    assert short == long
    assert short["user_id"] == ada.pk


def test_a_session_says_whose_it_is(ada: User, ben: User) -> None:
    for user in (ada, ben):
        signed_in(user)
    Client().get(reverse("account_login"))
    mine = Session.objects.get(user=ada)
    assert mine.get_decoded()["_auth_user_id"] == str(ada.pk)
    assert mine.proof == f"{site.AUTHENTICATION_BACKENDS[0]}:{ada.get_session_auth_hash()}"


def test_open_sessions_are_brought_over(ada: User) -> None:
    client = signed_in(ada)
    key = client.cookies[site.SESSION_COOKIE_NAME].value
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH old AS (DELETE FROM accounts_session RETURNING session_key, session_data, expire_date)"
            " INSERT INTO django_session SELECT * FROM old"
        )
    import_module("accounts.migrations.0002_session").move_sessions(apps, None)
    assert Session.objects.get(user=ada).session_key == key
    assert client.get("/decisions/").status_code == 200
