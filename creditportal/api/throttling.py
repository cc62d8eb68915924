"""How often a client may call, counted in the database so that every process sees the same number."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.actors import Actor
from accounts.limits import Limit, count_hit
from core.clock import now


def limit_of(what: str) -> Limit:
    """How often each client may read or write."""
    times, seconds = settings.API_RATES[what]
    return Limit(f"api-{what}", times, seconds)


class ClientThrottle(BaseThrottle):
    """Counts each client's reading and writing apart, so that one does not use up the other."""

    def __init__(self) -> None:
        self._wait = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count this call and return whether it is within the limit."""
        client = request.auth
        if not isinstance(client, Actor):
            return True
        what = "read" if request.method in {"GET", "HEAD"} else "write"
        count = count_hit(limit=limit_of(what), who=client.code, now=now())
        self._wait = count.wait_seconds
        return count.is_allowed

    def wait(self) -> float:
        """Return in how many seconds the next call is allowed."""
        return float(self._wait)
