"""Pages for what cannot be done: refused, not found, changed meanwhile, too often, broken."""

import math
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import requires_csrf_token

from core.busy import BusyError
from core.errors import ConflictError, DomainError, StaleError
from creditportal.context import installation

_NOT_TYPED: Final = frozenset({"csrfmiddlewaretoken", "form_owner", "here"})


class TooOftenError(DomainError):
    """The same thing was done too many times in a short while."""

    code = "too-often"
    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, *, wait_seconds: int) -> None:
        self.wait_seconds = wait_seconds
        minutes = max(1, math.ceil(wait_seconds / 60))
        words = ngettext(
            "That was a little too often. You can try again in %(minutes)s minute.",
            "That was a little too often. You can try again in %(minutes)s minutes.",
            minutes,
        )
        super().__init__(words, minutes=minutes)


class MovedOnError(ConflictError):
    """The case has moved on; there is a page that shows where it stands."""

    code = "moved-on"

    def __init__(self, message: str | Promise, *, to: str) -> None:
        self.to = to
        super().__init__(message)


@dataclass(frozen=True)
class Failure:
    """What a page about a failure says, and the page that shows the present state, if there is one."""

    status: int
    title: str | Promise
    words: str | Promise
    to: str = ""


_PAGES: Final[dict[int, tuple[Promise, Promise]]] = {
    HTTPStatus.BAD_REQUEST: (
        _("We could not use what was sent"),
        _("Please go back, check what you entered and send it again. Nothing has been saved or changed."),
    ),
    HTTPStatus.FORBIDDEN: (
        _("Your account does not allow this"),
        _("If you think that it should, please write to us."),
    ),
    HTTPStatus.NOT_FOUND: (
        _("We could not find this page"),
        _("The address may be mistyped, or the page belongs to another account."),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        _("Nothing was sent"),
        _("This address only takes what a button sends. The page with the button is one step back."),
    ),
    HTTPStatus.CONFLICT: (
        _("This cannot be done now"),
        _("The case has moved on since you opened the page."),
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        _("A little too often"),
        _("Please wait a moment and try again. What you saved is kept."),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        _("Something went wrong on our side"),
        _("We have been told about it. What you saved before is kept. Please try again in a few minutes."),
    ),
}
_PAGES_AGAIN: Final[dict[int, tuple[Promise, Promise]]] = {
    HTTPStatus.FORBIDDEN: (
        _("This page was open too long"),
        _(
            "For your safety we did not accept the form, because you signed in or out since you opened it. "
            "Nothing has been saved or changed."
        ),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        _("This record is being saved by somebody else"),
        _("Nothing has been saved or changed. Please wait a moment and try again."),
    ),
}
_CHANGED: Final = _("This changed while you had it open")


def show_refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """What the domain refused, in its own words and with its own status."""
    title, _words = _PAGES.get(error.status, _PAGES[HTTPStatus.BAD_REQUEST])
    to = error.to if isinstance(error, MovedOnError) else ""
    if isinstance(error, BusyError):
        return _show_busy(request, error)
    if isinstance(error, StaleError):
        title, to = _CHANGED, request.path
    response = show_failure(request, Failure(status=error.status, title=title, words=str(error), to=to))
    if isinstance(error, TooOftenError):
        response["Retry-After"] = str(error.wait_seconds)
    return response


def show_failure(request: HttpRequest, failure: Failure) -> HttpResponse:
    """One calm page about a failure; without the database when our own side is broken."""
    language = translation.get_language()
    context = {"failure": failure, "problems": None, "LANGUAGE_CODE": language, **installation(request)}
    is_ours = failure.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    html = render_to_string("portal/failure.html", context, None if is_ours else request)
    return HttpResponse(html, status=failure.status)


def show_not_sent(request: HttpRequest, *, to: str) -> HttpResponse:
    """The page for an address that was opened where something should have been sent."""
    title, words = _PAGES[HTTPStatus.METHOD_NOT_ALLOWED]
    answer = show_failure(request, Failure(HTTPStatus.METHOD_NOT_ALLOWED, title, words, to=to))
    answer["Allow"] = "POST"
    return answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for a request that Django itself could not use."""
    return show_failure(request, _failure(HTTPStatus.BAD_REQUEST))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what an account does not allow."""
    return show_failure(request, _failure(HTTPStatus.FORBIDDEN))


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that leads nowhere."""
    return show_failure(request, _failure(HTTPStatus.NOT_FOUND))


def broken(request: HttpRequest) -> HttpResponse:
    """The page for our own mistakes."""
    return show_failure(request, _failure(HTTPStatus.INTERNAL_SERVER_ERROR))


@requires_csrf_token
def show_stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form that is too old."""
    return _show_again(request, _PAGES_AGAIN[HTTPStatus.FORBIDDEN], HTTPStatus.FORBIDDEN)


def _show_busy(request: HttpRequest, error: BusyError) -> HttpResponse:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    response = _show_again(request, _PAGES_AGAIN[status], status)
    response["Retry-After"] = str(error.wait_seconds)
    return response


def _show_again(request: HttpRequest, said: tuple[Promise, Promise], status: int) -> HttpResponse:
    """Nothing was saved; what was typed on our own page can be sent again from this one."""
    fields = []
    if _is_from_here(request) and not request.FILES:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
    title, words = said
    context = {
        "title": title,
        "words": words,
        "fields": [field for field in fields if field[0] not in _NOT_TYPED and "password" not in field[0]],
        "has_secret": any("password" in name for name, _value in fields),
        "action": request.get_full_path(),
    }
    html = render_to_string("portal/send_again.html", context, request)
    return HttpResponse(html, status=status)


def _failure(status: int) -> Failure:
    title, words = _PAGES[status]
    return Failure(status=status, title=title, words=words)


def _is_from_here(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.get_host()
