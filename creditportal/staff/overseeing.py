"""Rights over data as an auditor sees them: what was asked for and until when, and which links are open."""

from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.roles import Permission
from applicants.overseeing import is_overdue, list_data_requests, list_links_in_use
from core import clock
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.desk import show, staff_page

_PAGE: Final = 50


@staff_page(Permission.SEE_AUDIT)
def show_rights(request: StaffRequest) -> HttpResponse:
    """Requests about data with their clocks, newest first, and the links that still open something."""
    by, now, text = actor_of(request), clock.now(), request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    rows = list_data_requests(by=by, before=before, limit=_PAGE + 1)
    context = {
        "title": _("Requests about data"),
        "rows": [(row, is_overdue(row, now)) for row in rows[:_PAGE]],
        "next_before": rows[_PAGE - 1].pk if len(rows) > _PAGE else None,
        "links": list_links_in_use(by=by, now=now),
    }
    return show(request, "staff/rights.html", context)
