"""How long somebody stays signed in: said before it ends, and begun again on a word."""

from django.conf import settings
from django.http import JsonResponse

from accounts.sessions import seconds_left
from core.clock import now
from creditportal.portal.access import PortalRequest, page


@page
def stay(request: PortalRequest) -> JsonResponse:
    """The seconds that are left; looking alone takes nothing up again, sending begins the time anew."""
    if request.method == "POST":
        request.session.modified = True
        return JsonResponse({"seconds": settings.SESSION_COOKIE_AGE})
    return JsonResponse({"seconds": seconds_left(key=request.session.session_key, now=now())})
