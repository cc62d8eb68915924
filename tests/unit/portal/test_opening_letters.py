"""A notice is opened on a short way of its own, which may be in nothing laxer than the usual one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as site
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Session, User
from accounts.roles import Role
from core.clock import now
from decisions.models import Decision
from notifications.models import Letter
from tests.unit.portal.browsing import address, signed_in

SHORT = 1


@pytest.fixture
def browser(ada: User, declined: Decision) -> Client:
    """Ada's browser, in which she has opened the notice once."""
    client = signed_in(ada)
    assert client.get(address("notice", declined.reference, "en")).status_code == 200
    return client


def opened(client: Client, decision: Decision, language: str = "en", **headers: str) -> tuple[Any, int]:
    """The answer, and how many statements it took."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address("notice", decision.reference, language), headers=headers)
    return answer, len(queries)


def by_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is answered at once."""
    monkeypatch.setattr("creditportal.visitors.open_letter", lambda _request: None)


def all_of(answer: Any) -> tuple[int, bytes, dict[str, str], bool]:
    """Status, what was sent, every header, and whether there are cookies."""
    headers = {**answer.headers, "Vary": ", ".join(sorted(answer.headers["Vary"].split(", ")))}
    return answer.status_code, answer.content, headers, bool(answer.cookies)


@pytest.mark.parametrize("spoken", ["en", "zh-hans", None])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_both_ways_answer_alike(
    browser: Client, declined: Decision, monkeypatch: pytest.MonkeyPatch, spoken: str | None, language: str
) -> None:
    if spoken is None:
        del browser.cookies["language"]
    else:
        browser.cookies["language"] = spoken
    short, statements = opened(browser, declined, language)
    by_the_long_way(monkeypatch)
    long, others = opened(browser, declined, language)
    assert all_of(short) == all_of(long)
    assert (statements, others > SHORT, short.content[:5]) == (SHORT, True, b"%PDF-")


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


@pytest.mark.parametrize("happens", [end_session, let_session_end, change_password, lock_out])
def test_who_is_no_longer_signed_in_is_asked_to_sign_in(
    browser: Client, ada: User, declined: Decision, happens: Callable[[User], None]
) -> None:
    happens(ada)
    answer, _statements = opened(browser, declined)
    assert (answer.status_code, answer["Location"][:16]) == (302, "/accounts/login/")


def test_a_stranger_finds_no_letter(browser: Client, ben: User, declined: Decision) -> None:
    assert Letter.objects.count() == 1
    answer, statements = opened(signed_in(ben), declined)
    assert (answer.status_code, b"%PDF-" in answer.content, statements > SHORT) == (404, False, True)
    assert Client().get(address("notice", declined.reference, "en")).status_code == 302


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.SUPERVISOR, Role.AUDITOR])
def test_a_colleague_finds_no_letter_here(browser: Client, ada: User, declined: Decision, role: Role) -> None:
    User.objects.filter(pk=ada.pk).update(role=role)
    assert opened(browser, declined)[0].status_code == 404


def test_a_letter_not_sent_yet_is_sent_on_the_long_way(ada: User, declined: Decision) -> None:
    client = signed_in(ada)
    (first, many), (again, few) = opened(client, declined), opened(client, declined)
    assert (many > SHORT, few) == (True, SHORT)
    assert first.content == again.content


def test_what_is_unusual_goes_the_long_way(browser: Client, declined: Decision) -> None:
    path = address("notice", declined.reference, "en")
    assert browser.head(path).content == b""
    assert browser.post(path).status_code == 405
    assert browser.get(f"{path}?x=1").status_code == 200
    assert browser.get(path.replace("/en/", "/fr/")).status_code == 404
    assert browser.get("/decisions/DE-0000-0000/letter/en/").status_code == 404
    assert opened(browser, declined, Host="elsewhere.example")[0].status_code == 400


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [("language", "fr", 200), ("session", "", 302), ("session", "\u00e9" * 40, 302), ("session", "x", 302)],
)
def test_odd_cookies_do_no_harm(
    browser: Client, declined: Decision, name: str, value: str, status: int
) -> None:
    browser.cookies[name] = value
    answer, _statements = opened(browser, declined)
    assert answer.status_code == status


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_language_told_is_that_of_the_letter(browser: Client, declined: Decision, language: str) -> None:
    for name in ("notice", "card", "card_picture"):
        answer = browser.get(address(name, declined.reference, language))
        assert answer["Content-Language"] == language


def test_a_database_that_fails_once_is_asked_again(
    browser: Client, declined: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise OperationalError

    monkeypatch.setattr("creditportal.portal.letters.find_letter_by_session", away)
    answer, statements = opened(browser, declined)
    assert (answer.status_code, statements > SHORT) == (200, True)


def test_people_come_by_https(browser: Client, declined: Decision, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    safe = Client()
    safe.cookies = browser.cookies
    answer = opened(safe, declined)[0]
    assert (answer.status_code, answer.headers["Location"][:8]) == (301, "https://")
    assert site.SESSION_COOKIE_NAME in browser.cookies
