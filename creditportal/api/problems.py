"""Every error as a problem document (RFC 9457), in the language the caller asked for."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpResponse, UnreadablePostError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from core.errors import DomainError, InputError, StaleError

logger = structlog.get_logger(__name__)
MEDIA_TYPE: Final = "application/problem+json"
TITLES: Final[Mapping[int, str | Promise]] = {
    400: _("This request cannot be used"),
    401: _("A valid access token is needed"),
    403: _("This access token does not allow that"),
    404: _("Not found"),
    405: _("This address does not know that method"),
    406: _("There is no answer in the form you accept"),
    409: _("This does not fit the present state"),
    412: _("This was changed in the meantime"),
    413: _("This is too large"),
    415: _("This kind of content cannot be read"),
    422: _("This request cannot be handled"),
    428: _("Say which version you have seen"),
    429: _("Too many requests"),
    500: _("Something went wrong here"),
    503: _("Please try again shortly"),
}
DETAILS: Final[Mapping[int, str | Promise]] = {
    400: _("Please check the request against the description of the interface."),
    401: _("Get a token with your client id and secret, and send it as a bearer token."),
    403: _("The token lacks the scope that this step needs."),
    404: _("There is nothing at this address that you may see."),
    405: _("Please look at the description of the interface."),
    406: _("Answers are JSON."),
    415: _("Please send the content type that the description of the interface names."),
    429: _("Please wait as long as Retry-After says."),
    500: _("We have been told. Nothing of this request was kept. Please try again later."),
    503: _("Nothing of this request was kept. The same request may be sent again."),
}
_CODES: Final[Mapping[int, str]] = {
    400: "bad-request", 401: "not-authenticated", 403: "forbidden", 404: "not-found",
    405: "method-not-allowed", 406: "not-acceptable", 415: "unsupported-media-type", 429: "too-many-requests",
    500: "internal-error", 503: "unavailable",
}  # fmt: skip


def handle_error(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return the problem document for an error, or None for one that nobody expected."""
    error = _known_as(error)
    if isinstance(error, DomainError):
        return _from_domain(error)
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flatten("#", error.detail))
        return problem(400, code=InputError.code, detail=str(InputError()), errors=errors)
    if isinstance(error, exceptions.APIException):
        return _from_framework(error)
    return None


def problem(
    status: int,
    *,
    code: str = "",
    detail: str = "",
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return one problem document."""
    code = code or _CODES.get(status, "problem")
    document: dict[str, Any] = {
        "type": f"urn:creditportal:problem:{code}",
        "title": str(TITLES.get(status, HTTPStatus(status).phrase)),
        "status": status,
        "code": code,
        "detail": detail or str(DETAILS.get(status, "")),
    }
    if errors:
        document["errors"] = errors
    return Response(document, status=status, headers=dict(headers or {}), content_type=MEDIA_TYPE)


def answer_error(error: Exception) -> HttpResponse:
    """Answer an expected error outside the framework's views, with the same document; raise any other."""
    response = handle_error(error, {})
    if response is None:
        raise error
    body = JSONRenderer().render(response.data)
    answer = HttpResponse(body, status=response.status_code, content_type=MEDIA_TYPE)
    for name in ("Retry-After", "WWW-Authenticate"):
        if name in response.headers:
            answer.headers[name] = response.headers[name]
    return answer


def _known_as(error: Exception) -> Exception:
    """Translate what Django raises into what the caller is told."""
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return exceptions.ParseError()
    if isinstance(error, OperationalError):
        # A lock or statement took too long, or the database is away: the transaction is gone.
        logger.warning("database_unavailable", sqlstate=getattr(error.__cause__, "sqlstate", None))
        return _UnavailableError()
    return error


class _UnavailableError(exceptions.APIException):
    """The database did not answer in time."""

    status_code = 503
    wait = 2


def _from_domain(error: DomainError) -> Response:
    status = 412 if isinstance(error, StaleError) else error.status
    fields = error.fields if isinstance(error, InputError) else {}
    wait = getattr(error, "wait_seconds", None)
    headers = {"Retry-After": str(wait)} if wait else {}
    errors = list(_flatten("#", fields))
    return problem(status, code=error.code, detail=str(error), errors=errors, headers=headers)


def _from_framework(error: exceptions.APIException) -> Response:
    headers = {}
    challenge, wait = getattr(error, "auth_header", None), getattr(error, "wait", None)
    if challenge:
        headers["WWW-Authenticate"] = str(challenge)
    if wait:
        headers["Retry-After"] = f"{wait:.0f}"
    return problem(error.status_code, headers=headers)


def _flatten(pointer: str, detail: Any) -> Iterator[dict[str, str]]:
    """Turn nested messages into JSON pointers with one message each."""
    if isinstance(detail, Mapping):
        for name, below in detail.items():
            is_whole = name == "non_field_errors"
            yield from _flatten(pointer if is_whole else f"{pointer}/{_escape(str(name))}", below)
    elif isinstance(detail, list | tuple):
        for position, below in enumerate(detail):
            is_message = not isinstance(below, Mapping | list | tuple)
            yield from _flatten(pointer if is_message else f"{pointer}/{position}", below)
    else:
        yield {"pointer": pointer, "detail": str(detail)}


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
