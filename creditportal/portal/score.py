"""The score: where it stands, what it is made of, how it moved, and one input by itself."""

from typing import Any, Final

from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from appeals.appealability import get_open_appeal
from applicants.dispute_marks import open_disputes
from applicants.terms import today_of
from core.clock import now
from core.days import read_day
from core.errors import NotFoundError
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.charts_compare import list_steps
from creditportal.portal.decisions import may_be_appealed
from creditportal.portal.grounds import explained
from creditportal.portal.pages import show
from decisions.attributes import list_attributes
from decisions.explanation_material import get_material
from decisions.freezing import coming_evaluation
from decisions.scores import biggest_gains, newest_scored, score_history, stale_since
from evidence.catalogue import list_kinds

_MOST_PAPERS: Final = 6


@require_safe
@page
def show_score(request: PortalRequest) -> HttpResponseBase:
    """The score with its areas, its way from 350, its history and the three biggest gains."""
    decision = newest_scored(by=request.actor)
    if decision is None:
        return show(request, "score_none.html")
    language = _language()
    document = explained(decision)
    context = {
        "document": document,
        "decision": decision,
        "groups": _groups(document),
        "steps": _steps(document),
        "gains": biggest_gains(document, decision, language),
        "points": score_history(decision=decision, language=language),
        "stale_since": stale_since(decision, now=now()),
        "next_on": coming_evaluation(
            read_day(document["next"]["next_evaluation_on"]), today=today_of(decision.applicant, now())
        ),
    }
    return show(request, "score.html", context)


@require_safe
@page
def show_item(request: PortalRequest, code: str) -> HttpResponseBase:
    """One input of the score: the own value, its step, points, source and date; and how to put it right."""
    decision = newest_scored(by=request.actor)
    if decision is None:
        raise NotFoundError
    document = explained(decision)
    row = next((one for one in document["characteristics"] if one["code"] == code), None)
    if row is None:
        raise NotFoundError
    who = "enterprise" if decision.applicant.kind == "FIRM" else "personal"
    papers = [kind for kind in list_kinds(who=who) if code in kind.inputs]
    context = {
        "document": document,
        "row": row,
        "attributes": list_attributes(
            decision=decision, name=code, material=get_material(decision, _language())
        ),
        "papers": papers[:_MOST_PAPERS],
        "reasons": _reasons_about(document, code),
        "appeal": get_open_appeal(decision),
        "may_appeal": may_be_appealed(decision),
        "disputes": open_disputes(decision.applicant),
    }
    return show(request, "score_item.html", context)


def _groups(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The inputs under the area that they belong to."""
    return [
        {**area, "rows": [row for row in document["characteristics"] if row["dimension"] == area["code"]]}
        for area in document["dimensions"]
    ]


def _steps(document: dict[str, Any]) -> list[dict[str, Any]]:
    start = document["waterfall"][0]["running"] if document["waterfall"] else document["score"]["min"]
    return list_steps(document["characteristics"], start=start, words=(_("Start"), _("Score")))


def _reasons_about(document: dict[str, Any], code: str) -> list[dict[str, Any]]:
    return [
        reason
        for reason in document["reasons"]
        if any(fact["characteristic"] == code for fact in reason["facts"])
    ]


def _language() -> str:
    return translation.get_language() or "zh-hans"
