"""Decisions: the list, and one of them explained."""

from collections.abc import Mapping
from typing import Any, Final

from django.http.response import HttpResponseBase
from django.utils import translation
from django.views.decorators.http import require_safe

from appeals.appealability import check_appealable, get_open_appeal
from core.clock import now
from core.errors import DomainError
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.explaining import arrange
from creditportal.portal.pages import show
from decisions.explaining import explain
from decisions.models import ADVERSE_OUTCOMES, Decision, LineState
from decisions.products import product_name
from decisions.queries import get_decision_for, list_decisions_for, record_access

_PAGE = 20
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
    at = now()
    decision = get_decision_for(by=request.actor, reference=reference)
    document = explain(decision=decision, language=translation.get_language() or "zh-hans", now=at)
    record_access(decision=decision, by=request.actor, now=at)
    context = {
        **arrange(document),
        "newer": newer_reference(decision),
        "appeal": get_open_appeal(decision),
        "may_appeal": may_be_appealed(decision),
        "may_change": _may_change(decision, document),
        "is_maintenance": _waits_for_maintenance(document),
        "offered_line": _offered_line(decision),
    }
    return show(request, "decision.html", context)


def _may_change(decision: Decision, document: Mapping[str, Any]) -> bool:
    """Whether routes can be asked for; none are proved on the points of another engine."""
    is_ours = document.get("engine") is None
    return is_ours and decision.outcome in ADVERSE_OUTCOMES and newer_reference(decision) is None


def _waits_for_maintenance(document: Mapping[str, Any]) -> bool:
    is_ours = document.get("engine") is None
    return is_ours and any(reason["code"] == MAINTENANCE for reason in document["reasons"])


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


def _offered_line(decision: Decision) -> str:
    """The reference of the line that waits to be taken up, or nothing."""
    line = decision.line
    return line.reference if line is not None and line.state == LineState.OFFERED else ""


def may_be_appealed(decision: Decision) -> bool:
    """Whether the button to appeal is of any use."""
    try:
        check_appealable(decision=decision, now=now())
    except DomainError:
        return False
    return True
