"""The first page: what the site is, the steps to start, or where everything stands."""

from collections.abc import Mapping
from datetime import date
from operator import itemgetter
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from appeals.answering_measures import answer_by
from appeals.clocks import reinstate_until
from appeals.models import AppealStatus
from appeals.own_reading import OwnStart, read_own_start
from appeals.rules import APPEALABLE
from applicants.models import Applicant
from applicants.terms import today_of
from core.clock import now
from core.days import read_day
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.lines import describe_parts
from creditportal.portal.own_pages import kept
from creditportal.portal.pages import show
from decisions.freezing import coming_evaluation
from decisions.line_states import IN_USE
from decisions.models import (
    ADVERSE_OUTCOMES,
    WAITING_OUTCOMES,
    ApplicationState,
    Decision,
    Line,
    LineState,
)
from decisions.warning_catalogue import get_measure_terms

_WAITS_FOR_YOU: Final = frozenset({AppealStatus.DRAFT, AppealStatus.INFO_REQUESTED})


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
    own = read_own_start(user_id=request.user.pk, language=_language(), now=now())
    if own is None:
        return show(request, "start.html")
    request.place = own.applicant.jurisdiction
    if own.application is None and own.decision is None:
        words = {
            "applicant": own.applicant,
            "is_firm": own.applicant.kind == "FIRM",
            "check": own.applicant.identity_checks.first(),
            "unread": own.unread,
        }
        return show(request, "start.html", words)
    told = _told(own, own.decision, own.explanation) if own.decision and own.explanation else None
    application = own.application
    context = {
        "applicant": own.applicant,
        "appeals": own.appeals,
        "ended_early": _ended_early(own),
        "measures": _asked(own),
        "at": now(),
        "waiting": application if application and application.state == ApplicationState.RECEIVED else None,
        "lines": _living(own.lines),
        "latest": own.messages,
        "decision": own.decision,
        "may_change": own.decision is not None and own.decision.outcome in ADVERSE_OUTCOMES,
        "waits": own.decision is not None and own.decision.outcome in WAITING_OUTCOMES,
        "plans": own.plans,
        "may_apply": _may_apply(own, told),
        "told": told,
        "is_all_done": _is_all_done(own),
        "unread": own.unread,
    }
    return show(request, "home.html", context)


def _is_all_done(own: OwnStart) -> bool:
    """Whether no application, offer, appeal, measure or message of a person waits for an answer.

    Beside a decision against somebody, who may still do something about it, it would sound wrong. A firm may
    have an older application for its other product, so nothing is said of firms.
    """
    decision = own.decision
    return (
        own.applicant.kind == "PERSON"
        and own.unread == 0
        and not own.measures
        and decision is not None
        and decision.outcome not in ADVERSE_OUTCOMES
        and not any(line.state == LineState.OFFERED for line in own.lines)
        and not any(appeal.status in _WAITS_FOR_YOU for appeal in own.appeals)
        and (own.application is None or own.application.state != ApplicationState.RECEIVED)
    )


def _ended_early(own: OwnStart) -> list[dict[str, Any]]:
    """Appeals that were withdrawn or not accepted, while something can still be done about it."""
    today = today_of(own.applicant, now())
    running = {one.decision_id for one in own.appeals}
    return [
        {"appeal": one, "until": until}
        for one in own.ended_early
        if one.decision_id not in running and (until := reinstate_until(own.applicant, one.saved_at)) >= today
    ]


def _asked(own: OwnStart) -> list[dict[str, Any]]:
    """The measures that wait for a word of the person, in words, with the day by which it is asked for."""
    language = _language()
    return [
        {
            "row": one, "title": terms.say("title", language), "meaning": terms.say("meaning", language),
            "is_plan": terms.effect == "plan", "answer_by": answer_by(one, now=now()),
        }
        for one in own.measures for terms in [get_measure_terms()[one.code]]
    ]  # fmt: skip


def _living(lines: list[Line]) -> list[dict[str, Any]]:
    return [
        {"line": line, "parts": describe_parts(line)} for line in lines if line.state != LineState.EXPIRED
    ]


def _may_apply(own: OwnStart, told: Mapping[str, Any] | None) -> bool:
    """Whether applying leads anywhere; a firm may ask for its other product meanwhile."""
    if own.applicant.kind == "FIRM" or own.decision is None or told is None:
        return True
    is_open = own.decision.outcome in WAITING_OUTCOMES or any(line.state in IN_USE for line in own.lines)
    return not is_open and not _must_wait(own.applicant, told["reapply_on"])


def _must_wait(applicant: Applicant, reapply_on: date | None) -> bool:
    """Whether applying again is not possible yet."""
    return reapply_on is not None and reapply_on > today_of(applicant, now())


def _told(own: OwnStart, decision: Decision, document: Mapping[str, Any]) -> dict[str, Any]:
    """What the start page tells of the newest decision: title, score and the days that come."""
    applicant = own.applicant
    is_running = any(
        one.decision_id == decision.pk and one.status != AppealStatus.DRAFT for one in own.appeals
    )
    may_appeal = decision.outcome in APPEALABLE and not is_running
    is_offered = any(line.state == LineState.OFFERED for line in own.lines)
    after = {name: read_day(day) if day else None for name, day in document["next"].items()}
    today = today_of(applicant, now())
    evaluated_on = after["next_evaluation_on"]
    days = [
        (_("Next evaluation"), evaluated_on and coming_evaluation(evaluated_on, today=today)),
        (_("You may apply again"), after["reapply_on"]),
        (_("Last day to appeal"), after["appeal_until"] if may_appeal else None),
        (_("Last day of the offer"), after.get("offer_until") if is_offered and not is_running else None),
    ]
    return {
        "title": document["outcome"]["title"],
        "score": document["score"]["value"],
        "band": document["score"]["band"]["label"],
        "reapply_on": after["reapply_on"],
        "days": sorted((row for row in days if row[1] and row[1] >= today), key=itemgetter(1)),
    }


def _language() -> str:
    return translation.get_language() or "zh-hans"
