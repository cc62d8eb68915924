"""The headers that protect every answer, for those that are made on a short way of their own."""

from collections.abc import Callable
from io import BytesIO
from typing import Final, TypeAlias, cast

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django_permissions_policy import PermissionsPolicyMiddleware

from creditportal.middleware import PolicyMiddleware

View: TypeAlias = Callable[[HttpRequest], HttpResponse]
Headers: TypeAlias = list[tuple[str, str]]
_PROTECTION: Final = (
    SecurityMiddleware, PolicyMiddleware, PermissionsPolicyMiddleware, XFrameOptionsMiddleware
)  # fmt: skip


def protect_schemes() -> dict[bool, Headers]:
    """The headers of an answer that came securely, and of one that did not where that is allowed at all."""
    schemes = ("https",) if settings.SECURE_SSL_REDIRECT else ("https", "http")
    return {scheme == "https": _protect(scheme) for scheme in schemes}


def _protect(scheme: str) -> Headers:
    """The headers that every answer has, made once by the middleware that makes them for people."""

    def empty(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        del response.headers["Content-Type"]
        return response

    chain: View = empty
    for middleware in _PROTECTION:
        chain = cast("View", middleware(chain))
    request = WSGIRequest({"REQUEST_METHOD": "GET", "wsgi.url_scheme": scheme, "wsgi.input": BytesIO()})
    return [*chain(request).headers.items(), ("Cache-Control", "no-store, private")]
