"""The way of somebody who opens a page that is kept: answered before anything is made for forms and messages.

What protects the answer is as for everybody, and whoever is not plainly known goes the long way.
"""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from creditportal.middleware import RequestLogMiddleware
from creditportal.portal.letters import open_letter
from creditportal.portal.own_pages import open_kept
from creditportal.portal.returning import open_at_once
from creditportal.protection import View, protect_schemes

_DECISIONS, _CASES, _LETTER = "/decisions/", "/appeals/", "/letter/"
_VARY = "Accept-Language, Cookie"


class VisitorMiddleware:
    """Answers people who open their own start page, decision, its letter or case; all else goes on."""

    def __init__(self, get_response: View) -> None:
        self._go_on = get_response
        self._answer = cast("View", RequestLogMiddleware(_take_out))
        self._headers = protect_schemes()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer at once what can be; a name that is not ours is refused on the long way."""
        is_secure, path = request.is_secure(), request.path_info
        is_kept = path == "/" or path.startswith((_DECISIONS, _CASES))
        if not is_kept or (settings.SECURE_SSL_REDIRECT and not is_secure):
            return self._go_on(request)
        try:
            request.get_host()
        except DisallowedHost:
            return self._go_on(request)
        answer = _way(path)(request)
        if answer is None:
            return self._go_on(request)
        headers = answer.headers
        for name, value in self._headers[is_secure]:
            headers[name] = value
        headers["Vary"] = _VARY
        headers["Content-Length"] = str(len(answer.content))
        request.answer = answer  # type: ignore[attr-defined]  # to be logged
        return self._answer(request)


def _way(path: str) -> Callable[[HttpRequest], HttpResponse | None]:
    """What answers such an address where it can."""
    if not path.startswith(_DECISIONS):
        return open_kept
    return open_letter if _LETTER in path else open_at_once


def _take_out(request: HttpRequest) -> HttpResponse:
    return cast("HttpResponse", request.answer)  # type: ignore[attr-defined]
