"""Saved plans: the list, and one of them with what is done and until when it is honoured."""

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_safe

from core.clock import now
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.pages import show
from decisions.promise_words import describe_promise
from decisions.promises import drop_promise, get_promise_for, list_promises_for


@require_safe
@page
def list_plans(request: PortalRequest) -> HttpResponseBase:
    """The plans of one person, newest first."""
    return show(request, "plans.html", {"rows": list_promises_for(by=request.actor)})


@require_http_methods(["GET", "HEAD", "POST"])
@page
def show_plan(request: PortalRequest, reference: str) -> HttpResponseBase:
    """One plan; it can be given up."""
    promise = get_promise_for(by=request.actor, reference=reference)
    if request.method == "POST":
        drop_promise(promise=promise, by=request.actor, now=now())
        return redirect("portal:plan", promise.reference)
    language = translation.get_language() or "zh-hans"
    plan = describe_promise(promise=promise, language=language, now=now())
    return show(request, "plan.html", {"plan": plan, "promise": promise})
