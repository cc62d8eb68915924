"""What every answer of the site goes through."""

import logging
import uuid
from collections.abc import Callable
from typing import Final

import structlog
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django_structlog.middlewares import RequestMiddleware

from creditportal.logs import short_logger

# Whoever holds such a link may read: it is a secret, and no log holds secrets.
_SHARED: Final = "/shared/"


class RequestLogMiddleware(RequestMiddleware):
    """Logs each request by method and path; a query may hold personal data and is left out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self._lines = short_logger(__name__, as_json=settings.LOG_JSON, level=settings.LOG_LEVEL)

    def prepare(self, request: HttpRequest) -> None:
        """Give the request an id of ours: what callers say of themselves is not written to the log."""
        structlog.contextvars.bind_contextvars(request_id=str(uuid.uuid4()))

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        """Write one line at the end, which says all there is to say; a failure was logged already."""
        if hasattr(request, "_raised_exception") or response.streaming:
            super().handle_response(request, response)
            return
        if hasattr(request, "user"):
            self.bind_user_id(request)
        elif hasattr(request, "user_id"):
            structlog.contextvars.bind_contextvars(user_id=request.user_id)
        status = response.status_code
        level = logging.INFO if status < 400 else self._log_level_for_status_code(status)
        self.write(level, "request_finished", code=status, request=self.format_request(request))
        structlog.contextvars.clear_contextvars()

    def write(self, level: int, event: str, **told: object) -> None:
        """Write the line, with what is bound to this request."""
        self._lines.log(level, event, **told)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """The request as it appears in the log."""
        path = request.path
        return f"{request.method} {_SHARED + '-/' if path.startswith(_SHARED) else path}"


class PolicyMiddleware(CSPMiddleware):
    """The content security policy, written once; what a view changes or gives a nonce to is made for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self._usual = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add the header, unless the answer has one."""
        is_usual = not hasattr(request, "_csp_nonce") and not any(
            name.startswith("_csp") for name in vars(response)
        )
        if not is_usual:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self._usual)
        return response


class NoStoreMiddleware:
    """Nothing that was made for one person is kept by a browser's or anybody else's cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with `no-store, private`, unless no session was touched and the view said otherwise."""
        response = self.get_response(request)
        is_personal = request.session.accessed or "Authorization" in request.headers
        if is_personal or not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "no-store, private"
        return response


class AddressMiddleware:
    """Nothing that exists has a NUL in its name, and PostgreSQL refuses to look for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer "not found" before anything is looked up by such a name."""
        if "\0" in request.path_info:
            raise Http404
        return self.get_response(request)


class LanguageMiddleware(LocaleMiddleware):
    """The language chosen on the page, else that of the signed-in person, else the browser's."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language of this request."""
        super().process_request(request)
        if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or not request.user.is_authenticated:
            return
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = translation.get_language()
