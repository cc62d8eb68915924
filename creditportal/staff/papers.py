"""Papers that wait to be looked at, of every open case: by kind, with the same file sent by others."""

from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.roles import Permission
from appeals.unread import list_unread
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.desk import show, staff_page
from evidence.catalogue import list_kinds
from evidence.paging import find_duplicates

_LONGEST_KEY: Final = 18


@staff_page(Permission.SEE_PERSONAL_DATA)
def show_papers(request: StaffRequest) -> HttpResponse:
    """The papers that nobody has accepted or refused yet, those of the case due first at the top."""
    kinds = {kind.code: kind.label for kind in list_kinds()}
    kind = request.GET.get("kind", "") if request.GET.get("kind") in kinds else ""
    is_mine, after = "mine" in request.GET, request.GET.get("after", "")
    start = int(after) if after.isascii() and after.isdigit() and len(after) <= _LONGEST_KEY else None
    page = list_unread(by=actor_of(request), kind=kind, is_mine=is_mine, after=start)
    same = find_duplicates([row.document for row in page.rows]) if page.rows else {}
    context = {
        "title": _("Papers to check"),
        "rows": [
            {
                "paper": row,
                "appeal": row.ground.appeal,
                "label": kinds.get(row.document.kind, row.document.kind),
                "same": same.get(row.document.sha256, []),
            }
            for row in page.rows
        ],
        "kinds": sorted(kinds.items()),
        "kind": kind,
        "is_mine": is_mine,
        "is_first_page": start is None,
        "next_after": page.next_after,
    }
    return show(request, "staff/papers.html", context)
