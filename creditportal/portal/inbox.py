"""Messages: the list, one of them, and the way to what it is about."""

from django.http.response import HttpResponseBase
from django.urls import reverse

from core.clock import now
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.pages import show
from notifications.letters import find_letter_beside
from notifications.queries import get_message_for, list_messages, mark_read

_PAGE = 20
_PLACES = {
    "DE": "portal:decision", "AP": "portal:appeal", "LA": "portal:application", "LN": "portal:line",
    "DS": "portal:dispute", "PR": "portal:plan",
}  # fmt: skip
_PAGES = {"DR": "portal:copies", "CU": "portal:company", "ME": "portal:warnings"}


@page
def show_messages(request: PortalRequest) -> HttpResponseBase:
    """The messages of one person, newest first."""
    rows = list_messages(user=request.user, before=request.GET.get("before"), limit=_PAGE)
    older = rows[-1].reference if len(rows) == _PAGE else None
    return show(request, "messages.html", {"rows": rows, "older": older})


@page
def show_message(request: PortalRequest, reference: str) -> HttpResponseBase:
    """One message, marked as read."""
    message = get_message_for(by=request.actor, reference=reference)
    mark_read(message=message, by=request.actor, now=now())
    context = {"message": message, "to": _place(message.about), "letter": find_letter_beside(message)}
    return show(request, "message.html", context)


def _place(about: str) -> str | None:
    prefix = about.partition("-")[0]
    if prefix in _PAGES:
        return reverse(_PAGES[prefix])
    return reverse(_PLACES[prefix], args=[about]) if prefix in _PLACES else None
