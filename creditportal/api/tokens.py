"""Giving out access tokens: allauth's endpoint, behind what it does not refuse by itself."""

import base64
import binascii
from typing import Final

from allauth.account.adapter import get_adapter
from allauth.idp.oidc import views as idp
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.limits import Limit, count_hit
from core.clock import now

MAX_BYTES: Final = 16 * 1024


@csrf_exempt
@require_POST
def issue_token(request: HttpRequest) -> HttpResponse:
    """Give a token for client credentials; errors are OAuth's own (RFC 6749), 429 when asked too often."""
    refusal = _refusal(request)
    if refusal is None and request.POST.get("grant_type") != "client_credentials":
        refusal = _error(400, "unsupported_grant_type")
    if refusal is None and "resource" in request.POST:
        refusal = _error(400, "invalid_target")
    return refusal or idp.token(request)


@csrf_exempt
@require_POST
def revoke_token(request: HttpRequest) -> HttpResponse:
    """End a token (RFC 7009)."""
    return _refusal(request) or idp.revoke(request)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """Refuse before a secret is compared, which is costly on purpose, and what no database could look up."""
    times, seconds = settings.API_RATES["token"]
    count = count_hit(
        limit=Limit("api-token", times, seconds), who=get_adapter().get_client_ip(request), now=now()
    )
    if not count.is_allowed:
        return _error(429, "slow_down", wait=count.wait_seconds)
    is_form = request.content_type == "application/x-www-form-urlencoded"
    if not is_form or len(request.body) > MAX_BYTES:
        return _error(400, "invalid_request")
    values = [*request.POST, *(value for listed in request.POST.lists() for value in listed[1])]
    if any("\x00" in value for value in values):
        return _error(400, "invalid_request")
    return _error(401, "invalid_client") if b"\x00" in _credentials(request) else None


def _credentials(request: HttpRequest) -> bytes:
    try:
        return base64.b64decode(request.META.get("HTTP_AUTHORIZATION", "").partition(" ")[2])
    except (binascii.Error, ValueError):
        return b""


def _error(status: int, code: str, *, wait: int = 0) -> HttpResponse:
    headers = {"Retry-After": str(wait)} if wait else {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="api"'
    return JsonResponse({"error": code}, status=status, headers=headers)
