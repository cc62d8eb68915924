"""Whether this process lives, and whether the site can do its work."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from core import clock
from outbox.queries import get_health


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 while requests can be served; it also tells whether work behind them flows.

    A slow worker is no reason to turn people away, so only a missing database answers 503.
    """
    try:
        health = get_health(now=clock.now())
    except DatabaseError:
        return JsonResponse({"database": False}, status=503)
    return JsonResponse({"database": True, "work_flows": health.is_ready})
