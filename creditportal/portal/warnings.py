"""Warnings and measures: what changed on a line by itself, what it means, and what can be said against it."""

from typing import Final

from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from core.clock import now
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.pages import show
from creditportal.portal.registering import own_applicant
from decisions.models import DecisionKind
from decisions.queries import list_decisions_for
from decisions.scores import newest_scored, score_history

_MOST: Final = 50
_DROP: Final = 50


@require_safe
@page
def show_warnings(request: PortalRequest) -> HttpResponseBase:
    """The measures on this person's lines, and marked drops of the score; none is the usual case."""
    applicant = own_applicant(request)
    rows = list_decisions_for(by=request.actor, limit=_MOST)
    measures = [row for row in rows if row.kind != DecisionKind.APPLICATION]
    newest = newest_scored(by=request.actor)
    points = score_history(decision=newest, language=request.LANGUAGE_CODE or "zh-hans") if newest else []
    drops = [point for point in points if point.change is not None and point.change <= -_DROP]
    context = {"applicant": applicant, "measures": measures, "drops": drops, "today": now()}
    return show(request, "warnings.html", context)
