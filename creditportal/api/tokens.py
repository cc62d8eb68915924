"""Giving out access tokens: allauth's endpoint, behind a count of how often one address asks."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.idp.oidc import views as idp
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.limits import Limit, count_hit
from core.clock import now

MAX_BYTES = 16 * 1024


@csrf_exempt
@require_POST
def issue_token(request: HttpRequest) -> HttpResponse:
    """Give a token for client credentials; errors are OAuth's own (RFC 6749), 429 when asked too often."""
    return _refusal(request) or idp.token(request)


@csrf_exempt
@require_POST
def revoke_token(request: HttpRequest) -> HttpResponse:
    """End a token."""
    return _refusal(request) or idp.revoke(request)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """Refuse before a secret is compared: that is costly on purpose."""
    times, seconds = settings.API_RATES["token"]
    count = count_hit(
        limit=Limit("api-token", times, seconds), who=get_adapter().get_client_ip(request), now=now()
    )
    if not count.is_allowed:
        return _error(429, "slow_down", {"Retry-After": str(count.wait_seconds)})
    is_form = request.content_type == "application/x-www-form-urlencoded"
    if not is_form or int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        return _error(400, "invalid_request")
    return None


def _error(status: int, code: str, headers: dict[str, Any] | None = None) -> HttpResponse:
    return JsonResponse({"error": code}, status=status, headers=headers)
