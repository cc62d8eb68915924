"""The first page: what the site is, the steps to start, or where everything stands."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_safe

from appeals.queries import list_appeals_for
from appeals.rules import APPEALABLE
from appeals.states import ENDED
from applicants.models import Applicant
from applicants.queries import get_own_applicant
from applicants.terms import today_of
from core.clock import now
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.lines import describe_parts
from creditportal.portal.own_pages import kept
from creditportal.portal.pages import show
from decisions.explaining import explain
from decisions.lines import list_lines_for
from decisions.models import ADVERSE_OUTCOMES, ApplicationState, Decision, Line, LineState
from decisions.promises import list_open_for
from decisions.queries import list_applications_for, list_decisions_for
from notifications.queries import list_messages


@require_safe
def show_home(request: HttpRequest) -> HttpResponseBase:
    """What the site is, for visitors; for everybody else what to do next."""
    if not request.user.is_authenticated:
        return render(request, "portal/landing.html")
    if request.user.is_staff:
        return redirect("admin:index")
    return _show_own(request)


@page
@kept
def _show_own(request: PortalRequest) -> HttpResponseBase:
    applicant = get_own_applicant(request.user)
    if applicant is None:
        return show(request, "start.html")
    applications = list_applications_for(by=request.actor, limit=1)
    decisions = list_decisions_for(by=request.actor, limit=1)
    if not applications and not decisions:
        check = applicant.identity_checks.first()
        return show(
            request,
            "start.html",
            {"applicant": applicant, "is_firm": applicant.kind == "FIRM", "check": check},
        )
    told = _told(decisions[0]) if decisions else None
    context = {
        "applicant": applicant,
        "appeals": [row for row in list_appeals_for(by=request.actor, limit=5) if row.status not in ENDED],
        "waiting": next((row for row in applications if row.state == ApplicationState.RECEIVED), None),
        "lines": _living(list_lines_for(by=request.actor)),
        "latest": list_messages(user=request.user, limit=3),
        "decision": decisions[0] if decisions else None,
        "may_change": bool(decisions) and decisions[0].outcome in ADVERSE_OUTCOMES,
        "plans": list_open_for(by=request.actor),
        "may_apply": applicant.kind == "FIRM" or told is None or not _must_wait(applicant, told["reapply_on"]),
        "told": told,
    }
    return show(request, "home.html", context)


def _living(lines: list[Line]) -> list[dict[str, Any]]:
    return [
        {"line": line, "parts": describe_parts(line)} for line in lines if line.state != LineState.EXPIRED
    ]


def _must_wait(applicant: Applicant, reapply_on: str | None) -> bool:
    """Whether applying again is not possible yet; a firm may ask for its other product meanwhile."""
    return reapply_on is not None and reapply_on > today_of(applicant, now()).isoformat()


def _told(decision: Decision) -> dict[str, Any]:
    """What the start page tells of the newest decision: title, score and the days that come."""
    document = explain(decision=decision, language=translation.get_language() or "zh-hans", now=now())
    return {
        "title": document["outcome"]["title"],
        "score": document["score"]["value"],
        "band": document["score"]["band"]["label"],
        **document["next"],
        "appeal_until": document["next"]["appeal_until"] if decision.outcome in APPEALABLE else None,
    }
