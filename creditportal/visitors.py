"""The way of somebody who opens a page that is kept: answered before anything is made for forms and messages.

What protects the answer is as for everybody, and whoever is not plainly known goes the long way.
"""

from typing import cast

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from creditportal.middleware import RequestLogMiddleware
from creditportal.portal.own_pages import open_kept
from creditportal.portal.returning import open_at_once
from creditportal.protection import View, protect_schemes

_DECISIONS, _CASES = "/decisions/", "/appeals/"
_VARY = "Accept-Language, Cookie"


class VisitorMiddleware:
    """Answers people who look at their own start page, decision or case; everything else goes on."""

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
        answer = open_at_once(request) if path.startswith(_DECISIONS) else open_kept(request)
        if answer is None:
            return self._go_on(request)
        headers = answer.headers
        for name, value in self._headers[is_secure]:
            headers[name] = value
        headers["Vary"] = _VARY
        headers["Content-Length"] = str(len(answer.content))
        request.answer = answer  # type: ignore[attr-defined]  # to be logged
        return self._answer(request)


def _take_out(request: HttpRequest) -> HttpResponse:
    return cast("HttpResponse", request.answer)  # type: ignore[attr-defined]
