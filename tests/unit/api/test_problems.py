"""Errors as problem documents."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import IntegrityError, OperationalError
from django.http import Http404
from django.utils import translation
from rest_framework import exceptions

from core.errors import ConflictError, DomainError, ForbiddenError, InputError, NotFoundError, StaleError
from creditportal.api.authentication import TokenNotValidError
from creditportal.api.problems import MEDIA_TYPE, handle_error

STATUSES: dict[int, list[Exception]] = {
    404: [Http404(), NotFoundError(), exceptions.NotFound()],
    403: [PermissionDenied(), ForbiddenError(), exceptions.PermissionDenied()],
    400: [
        SuspiciousOperation(),
        InputError(),
        DomainError(),
        exceptions.ParseError(),
        exceptions.ValidationError("x"),
    ],
    401: [exceptions.NotAuthenticated(), TokenNotValidError()],
    405: [exceptions.MethodNotAllowed("PUT")],
    409: [ConflictError()],
    412: [StaleError()],
    415: [exceptions.UnsupportedMediaType("text/plain")],
    429: [exceptions.Throttled(wait=7)],
    503: [OperationalError("canceling statement due to lock timeout")],
}
CASES = [(status, error) for status, errors in STATUSES.items() for error in errors]


@pytest.mark.parametrize(("status", "error"), CASES, ids=lambda case: type(case).__name__)
def test_every_error_has_the_same_shape(status: int, error: Exception) -> None:
    answer = handle_error(error, {})
    assert answer is not None
    assert answer.status_code == status == answer.data["status"]
    assert answer.content_type == MEDIA_TYPE
    assert {"type", "title", "status", "code", "detail"} <= answer.data.keys()
    assert answer.data["detail"]
    assert answer.data["type"] == f"urn:creditportal:problem:{answer.data['code']}"


def test_what_nobody_expected_is_left_to_django() -> None:
    assert handle_error(IntegrityError("Key (id_number)=(4403) already exists"), {}) is None


def test_fields_are_pointed_at() -> None:
    nested = exceptions.ValidationError({"facts": [{}, {"value": ["bad"]}], "a/b": ["worse"]})
    answer = handle_error(nested, {})
    assert answer is not None
    assert answer.data["errors"] == [
        {"pointer": "#/facts/1/value", "detail": "bad"},
        {"pointer": "#/a~1b", "detail": "worse"},
    ]


def test_fields_of_the_domain_are_pointed_at_too() -> None:
    answer = handle_error(InputError(fields={"phone": ["wrong"]}), {})
    assert answer is not None
    assert answer.data["errors"] == [{"pointer": "#/phone", "detail": "wrong"}]


def test_when_to_try_again_is_said() -> None:
    for error, wait in [(exceptions.Throttled(wait=7), "7"), (OperationalError(), "2")]:
        answer = handle_error(error, {})
        assert answer is not None
        assert answer.headers["Retry-After"] == wait


def test_the_reader_chooses_the_language() -> None:
    titles = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            answer = handle_error(Http404(), {})
        assert answer is not None
        titles.append(answer.data["title"])
    assert titles == ["\u6ca1\u6709\u627e\u5230", "Not found"]
