"""A credit line: what it is made up of, and what happened to it."""

from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from creditportal.portal.access import PortalRequest, page
from creditportal.portal.pages import show
from decisions.lines import get_line_for, line_parts


@require_safe
@page
def show_line(request: PortalRequest, reference: str) -> HttpResponseBase:
    """The four parts of a line, and each change with its reasons."""
    line = get_line_for(by=request.actor, reference=reference)
    changes = list(line.changes.select_related("decision").order_by("-id"))
    newest = next((change.decision for change in changes if change.decision), None)
    return show(
        request,
        "line.html",
        {"line": line, "parts": line_parts(line), "changes": changes, "decision": newest},
    )
