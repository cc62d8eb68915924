"""The way of a machine's request: no session, no form, no page; what protects the answer is as for everybody.

A machine brings a token and gets a document. What signs people in, keeps their forms and words their pages
would only cost it time. Any other address goes the long way.
"""

from typing import Final, cast

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers

from creditportal.middleware import RequestLogMiddleware
from creditportal.protection import View, protect_schemes

_ADDRESS: Final = "/api/v1/"


class MachineMiddleware:
    """Answers requests to version 1 of the API; everything below it is for people."""

    def __init__(self, get_response: View) -> None:
        self._for_people = get_response
        answer = cast("View", convert_exception_to_response(_answer))
        self._for_machines = cast("View", RequestLogMiddleware(answer))
        self._headers = protect_schemes()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a machine at once; people, and machines that must come by HTTPS first, go on."""
        is_secure = request.is_secure()
        if not request.path_info.startswith(_ADDRESS) or (settings.SECURE_SSL_REDIRECT and not is_secure):
            return self._for_people(request)
        response = self._for_machines(request)
        headers = response.headers
        for name, value in self._headers[is_secure]:
            headers[name] = value
        if "Vary" in headers:
            patch_vary_headers(response, ("Accept-Language",))
        else:
            headers["Vary"] = "Accept-Language"
        headers.setdefault("Content-Language", translation.get_language())
        if not response.streaming:
            headers.setdefault("Content-Length", str(len(response.content)))
        return response


def _answer(request: HttpRequest) -> HttpResponse:
    """What the resource at this address says, in the language that the caller asks for."""
    # Not the language of a cookie: machines have none.
    asked = request.META.get("HTTP_ACCEPT_LANGUAGE")
    translation.activate(translation.get_language_from_request(request) if asked else settings.LANGUAGE_CODE)
    request.get_host()  # refuses a name that is not ours
    request.resolver_match = match = resolve(request.path_info)
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    if hasattr(response, "render"):
        response = response.render()
    return response
