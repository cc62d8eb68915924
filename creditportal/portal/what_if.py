"""What if: try other values and see the exact result; nothing is stored."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from core.clock import now
from core.errors import DomainError
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.decisions import newer_reference
from creditportal.portal.forms.routes import WhatIfForm
from creditportal.portal.keeping import read_typed
from creditportal.portal.pages import show_form
from decisions.models import Decision
from decisions.queries import get_decision_for
from decisions.what_if import TooManyTriesError, what_if
from decisions.what_if_words import describe_changeable, describe_what_if


@require_http_methods(["GET", "HEAD", "POST"])
@page
def try_out(request: PortalRequest, reference: str) -> HttpResponseBase:
    """The fields, and below them the result of what was typed; live where scripts run."""
    decision = get_decision_for(by=request.actor, reference=reference)
    language = translation.get_language() or "zh-hans"
    inputs = describe_changeable(decision=decision, language=language)
    form = WhatIfForm(read_typed(request), inputs=inputs)
    try:
        answer = _answer(request, decision, form) if request.method == "POST" else None
    except TooManyTriesError as error:
        return _refuse(request, error)
    if request.headers.get("HX-Request"):
        return _live(request, form, answer)
    context = {"decision": decision, "answer": answer, "newer": newer_reference(decision)}
    return show_form(request, "what_if.html", form, context)


def _answer(request: PortalRequest, decision: Decision, form: WhatIfForm) -> dict[str, Any] | None:
    if not form.is_valid():
        return None
    language = translation.get_language() or "zh-hans"
    result = form.try_to(
        lambda: what_if(decision=decision, changes=form.changes, by=request.actor, now=now())
    )
    return describe_what_if(decision=decision, result=result, language=language) if result else None


def _live(request: PortalRequest, form: WhatIfForm, answer: dict[str, Any] | None) -> HttpResponse:
    """The part of the page that is announced when it changes."""
    return render(request, "portal/parts/what_if_answer.html", {"answer": answer, "problems": form.problems})


def _refuse(request: PortalRequest, error: DomainError) -> HttpResponseBase:
    if not request.headers.get("HX-Request"):
        raise error
    return render(request, "portal/parts/what_if_answer.html", {"refusal": str(error)})
