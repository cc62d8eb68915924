"""Decisions: the list, and one of them explained."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from appeals.appealability import check_appealable
from appeals.decision_pages import Looked, Standing, Visit, keep_page, look_at_decision
from appeals.waiting_papers import waits_for_papers
from core.clock import now
from core.errors import DomainError
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.explaining import arrange
from creditportal.portal.frozen import answer_page, is_usual, make_page, page_release
from creditportal.portal.pages import show
from decisions.explaining import explain
from decisions.models import ADVERSE_OUTCOMES, WAITING_OUTCOMES, Decision, DecisionKind, Outcome
from decisions.offer_ending import ended_on, last_day
from decisions.products import product_name
from decisions.queries import get_decision_for, list_decisions_for

_PAGE = 20
# Where one settles what an application waits for, by the first reason that somebody can do something about.
_SETTLED_AT: Final[Mapping[str, tuple[str, Promise]]] = {
    "S03": ("portal:identity", _("Confirm your identity")),
    "S04": ("portal:profile", _("See and add information")),
    "S06": ("portal:safety", _("Say whether it was you")),
}
MAINTENANCE: Final = "P04"


@require_safe
@page
def list_decisions(request: PortalRequest) -> HttpResponseBase:
    """The decisions about one person, newest first."""
    rows = list_decisions_for(by=request.actor, before=request.GET.get("before"), limit=_PAGE)
    older = rows[-1].reference if len(rows) == _PAGE else None
    return show(request, "decisions.html", {"rows": [_describe(row) for row in rows], "older": older})


@require_safe
@page
def show_decision(request: PortalRequest, reference: str) -> HttpResponseBase:
    """One decision: outcome first, then reasons, checks and score as they were frozen."""
    at, language = now(), translation.get_language() or "zh-hans"
    looked = _look(request, reference, language, at)
    if not is_usual(request, looked):
        return show(request, "decision.html", _context(request, looked, language, at))
    if looked.page is None:
        made = make_page(request, "decision.html", _context(request, looked, language, at))
        keep_page(looked=looked, language=language, page=made, now=at)
        looked = replace(looked, page=made)
    return answer_page(request, looked)


def _look(request: PortalRequest, reference: str, language: str, at: datetime) -> Looked:
    """How things stand; where the short way has looked already for the same person, what it saw."""
    visit: Visit | None = getattr(request, "visit", None)
    if visit and (visit.user_id, visit.language) == (request.user.pk, language) and not request.helping:
        return visit.looked
    return look_at_decision(
        by=request.actor, reference=reference, language=language, release=page_release(), now=at
    )


def _context(request: PortalRequest, looked: Looked, language: str, at: datetime) -> dict[str, Any]:
    """What the page is made from: the frozen explanation, and how things stand now."""
    standing = looked.standing
    decision = get_decision_for(by=request.actor, reference=standing.reference)
    document = explain(decision=decision, language=language, now=at)
    return {
        **arrange(document),
        "newer": standing.newer,
        "appeal": standing.appeal,
        "may_appeal": standing.may_appeal,
        "is_late": standing.is_late,
        "may_change": _may_change(decision, document, standing.newer),
        "is_maintenance": _waits_for_maintenance(document),
        "settled_at": settled_at(decision, document, standing.newer),
        "takes_papers": waits_for_papers(decision, standing.newer),
        "line": standing.line,
        "offered_line": standing.is_offered,
        "open_until": last_day(decision) if standing.is_offered else None,
        "offer_ended_on": ended_on(decision.line) if decision.line and not standing.is_offered else None,
        "is_taken": _is_taken(decision, standing),
        "unread": standing.unread,
        "evaluated_on": standing.evaluated_on,
        "disputes": dict(entry.split(" ") for entry in standing.disputes),
    }


def _is_taken(decision: Decision, standing: Standing) -> bool:
    """Whether what an application was approved for has become a line of the person."""
    is_given = (decision.kind, decision.outcome) == (DecisionKind.APPLICATION, Outcome.APPROVE)
    return is_given and bool(standing.line) and not standing.is_offered


def _may_change(decision: Decision, document: Mapping[str, Any], newer: str | None) -> bool:
    """Whether routes can be asked for: not on another engine's points, nor for what goes on by itself."""
    is_ours = document.get("engine") is None and decision.outcome not in WAITING_OUTCOMES
    return is_ours and decision.outcome in ADVERSE_OUTCOMES and newer is None


def settled_at(
    decision: Decision, document: Mapping[str, Any], newer: str | None
) -> tuple[str, Promise] | None:
    """Where the open point of an application that waits is settled."""
    if decision.outcome != Outcome.HOLD or newer is not None:
        return None
    codes = (reason["code"] for reason in document["reasons"])
    return next((_SETTLED_AT[code] for code in codes if code in _SETTLED_AT), None)


def _waits_for_maintenance(document: Mapping[str, Any]) -> bool:
    """Whether maintenance holds the application; the same code is said when it waits for a person."""
    is_held = document["outcome"]["code"] == Outcome.HOLD and document.get("engine") is None
    return is_held and any(reason["code"] == MAINTENANCE for reason in document["reasons"])


def _describe(decision: Decision) -> dict[str, Any]:
    """A row of the list, from the columns alone: explaining every row would cost too much."""
    language = translation.get_language() or "zh-hans"
    return {
        "reference": decision.reference,
        "decided_at": decision.decided_at,
        "product": product_name(decision.product, language),
        "amount": decision.request["amount_cny"],
        "kind": decision.get_kind_display(),
        "outcome": decision.get_outcome_display(),
        "is_replaced": newer_reference(decision) is not None,
    }


def newer_reference(decision: Decision) -> str | None:
    """The reference of the decision that replaced this one, if there is one."""
    newer = getattr(decision, "superseded_by", None)
    return newer.reference if newer is not None else None


def may_be_appealed(decision: Decision) -> bool:
    """Whether the button to appeal is of any use."""
    try:
        check_appealable(decision=decision, now=now())
    except DomainError:
        return False
    return True
