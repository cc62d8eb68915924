"""What would change the result: routes as ladders, what somebody cannot do, and saving one as a plan."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.http import require_http_methods

from core.clock import now
from creditportal.portal.access import PortalRequest, page, sent_only
from creditportal.portal.decisions import newer_reference
from creditportal.portal.forms.routes import WishesForm
from creditportal.portal.keeping import read_typed
from creditportal.portal.pages import show_form
from decisions.models import WAITING_OUTCOMES, Decision
from decisions.promises import get_open_promise, save_promise
from decisions.queries import get_decision_for
from decisions.route_wishes import change_wishes
from decisions.route_words import describe_routes
from decisions.routes import find_routes_for


@require_http_methods(["GET", "HEAD", "POST"])
@page
def show_routes(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Two or three routes to another result, or why there is none; what one cannot do is kept."""
    decision = get_decision_for(by=request.actor, reference=reference)
    document = _describe(decision)
    form = WishesForm(read_typed(request), document=document)
    if request.method == "POST" and form.is_valid() and form.try_to(lambda: _keep(request, decision, form)):
        return redirect("portal:routes", decision.reference)
    context = {
        "document": document,
        "promise": get_open_promise(decision),
        "newer": newer_reference(decision),
        "waits": decision.outcome in WAITING_OUTCOMES,
    }
    return show_form(request, "routes.html", form, context)


@sent_only
@page
def save_plan(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Keep one route as a plan."""
    decision = get_decision_for(by=request.actor, reference=reference)
    promise = save_promise(
        decision=decision, route_key=request.POST.get("route", ""), by=request.actor, now=now()
    )
    return redirect("portal:plan", promise.reference)


def _describe(decision: Decision) -> dict[str, Any]:
    found = find_routes_for(decision=decision, now=now())
    return describe_routes(routes=found, language=translation.get_language() or "zh-hans")


def _keep(request: PortalRequest, decision: Decision, form: WishesForm) -> Any:
    return change_wishes(
        decision=decision, cannot=form.cannot, stated=form.stated, by=request.actor, now=now()
    )
