"""Rights over data as an auditor sees them: what was asked for and until when, and which links are open."""

from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.roles import Permission
from applicants.disputing import is_late
from applicants.overseeing import is_overdue, list_corrections, list_data_requests, list_links_in_use
from core import clock
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.desk import show, staff_page

_PAGE: Final = 50


@staff_page(Permission.SEE_AUDIT)
def show_rights(request: StaffRequest) -> HttpResponse:
    """Requests and corrections with their clocks, newest first, and the links that still open something."""
    by, now = actor_of(request), clock.now()
    rows = list_data_requests(by=by, before=_place(request, "before"), limit=_PAGE + 1)
    disputes = list_corrections(by=by, before=_place(request, "corrections"), limit=_PAGE + 1)
    context = {
        "title": _("Requests about data"),
        "rows": [(row, is_overdue(row, now)) for row in rows[:_PAGE]],
        "next_before": rows[_PAGE - 1].pk if len(rows) > _PAGE else None,
        "corrections": [(row, is_late(row, now)) for row in disputes[:_PAGE]],
        "next_corrections": disputes[_PAGE - 1].pk if len(disputes) > _PAGE else None,
        "links": list_links_in_use(by=by, now=now),
    }
    return show(request, "staff/rights.html", context)


def _place(request: StaffRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
