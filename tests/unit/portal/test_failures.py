"""Every failure has a calm page with the right status, in the reader's language, and says what to do."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import RequestFactory
from django.utils import translation

from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError, StaleError
from creditportal.failures import handler400, handler403, handler500
from creditportal.portal.failures import TooOftenError, show_refusal
from tests.unit.portal.browsing import visitor, words

SECRET = "canary-secret"


def request_for(path: str = "/") -> Any:
    """A request of a visitor."""
    request = RequestFactory().get(path)
    request.user = type("Visitor", (), {"is_authenticated": False})()
    return request


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InputError(), 400), (ForbiddenError(), 403), (NotFoundError(), 404), (ConflictError(), 409),
        (StaleError(), 409), (TooOftenError(wait_seconds=9), 429),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_refusal_is_a_page_in_the_domains_words(error: Any, status: int, language: str) -> None:
    with translation.override(language):
        answer = show_refusal(request_for(), error)
        assert answer.status_code == status
        assert str(error) in words(answer)
        assert f'lang="{language}"' in words(answer)


def test_too_often_says_when_to_come_back() -> None:
    assert show_refusal(request_for(), TooOftenError(wait_seconds=9))["Retry-After"] == "9"


def test_something_changed_leads_to_the_present_state() -> None:
    assert 'href="/appeals/x/"' in words(show_refusal(request_for("/appeals/x/"), StaleError()))


@pytest.mark.parametrize(
    ("handler", "error", "status"),
    [(handler400, SuspiciousOperation(SECRET), 400), (handler403, PermissionDenied(SECRET), 403)],
)
def test_what_django_refuses_tells_nothing_of_the_inside(handler: Any, error: Any, status: int) -> None:
    answer = handler(request_for(), error)
    assert answer.status_code == status
    assert SECRET not in words(answer)


def test_our_own_mistake_needs_no_database() -> None:
    with translation.override("en"):
        answer = handler500(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "What you saved before is kept." in words(answer)
    assert '<html lang="en">' in words(answer)
    assert "<form" not in words(answer), "a form without its token would fail"


def test_machines_get_a_problem_document() -> None:
    answer = handler500(RequestFactory().get("/api/v1/x"))
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_a_missing_page_is_found_missing() -> None:
    answer = visitor().get("/nowhere/")
    assert answer.status_code == 404
    assert "We could not find this page" in words(answer)
