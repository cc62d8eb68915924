"""Messages: the list, one of them, and the way to what it is about."""

from typing import Final

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.clock import now
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.pages import show
from notifications.kinds import TOPICS, Topic
from notifications.letters import find_letter_beside
from notifications.queries import get_message_for, list_messages, mark_read

_PAGE = 20
TOPIC_WORDS: Final[dict[Topic, Promise]] = {
    Topic.DECISIONS: _("Applications and decisions"), Topic.APPEALS: _("Appeals"),
    Topic.LINES: _("Lines and repayments"), Topic.PLANS: _("Plans"), Topic.DATA: _("My data and helpers"),
}  # fmt: skip
_PLACES = {
    "DE": "portal:decision", "AP": "portal:appeal", "LA": "portal:application", "LN": "portal:line",
    "DS": "portal:dispute", "PR": "portal:plan",
}  # fmt: skip
_PAGES = {"DR": "portal:copies", "CU": "portal:company", "ME": "portal:warnings", "HG": "portal:helpers"}


@page
def show_messages(request: PortalRequest) -> HttpResponseBase:
    """The messages of one person, newest first, of one topic or all; an unknown topic is all."""
    asked = request.GET.get("about", "")
    topic = Topic(asked) if asked in TOPICS else None
    rows = list_messages(user=request.user, topic=topic, before=request.GET.get("before"), limit=_PAGE + 1)
    older = rows[_PAGE - 1].reference if len(rows) > _PAGE else None
    context = {"rows": rows[:_PAGE], "older": older, "topic": topic, "topics": TOPIC_WORDS}
    return show(request, "messages.html", context)


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
