"""What the site wrote to a colleague, and the way to what each message is about."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from core import clock
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.desk import show, staff_page
from notifications.queries import get_message_for, list_messages, mark_read

_PAGE = 30


@staff_page(None)
def show_inbox(request: StaffRequest) -> HttpResponse:
    """The colleague's messages, newest first."""
    before = request.GET.get("before") or None
    rows = list_messages(user=request.user, before=before, limit=_PAGE + 1)
    context = {
        "title": _("Messages"),
        "letters": rows[:_PAGE],
        "next_before": rows[_PAGE - 1].reference if len(rows) > _PAGE else None,
    }
    return show(request, "staff/inbox.html", context)


@staff_page(None)
def open_message(request: StaffRequest, reference: str) -> HttpResponse:
    """One message; what it is about is one click away."""
    by = actor_of(request)
    message = get_message_for(by=by, reference=reference)
    mark_read(message=message, by=by, now=clock.now())
    return show(request, "staff/message.html", {"title": message.subject_text, "message": message})


@staff_page(None)
def stay(request: StaffRequest) -> HttpResponse:
    """Nothing but a sign of life, so that the session goes on."""
    return HttpResponse(status=204)
