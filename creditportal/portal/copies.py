"""A copy of everything, and deleting what may go."""

import json
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applicants.copying import ask_for_copy, get_own_request, list_requests, take_copy
from applicants.erasing import GOES, HOLDS, KEPT, ask_to_erase, list_reasons_against
from applicants.models import DataRequestKind, DataRequestState
from applicants.terms import get_data_terms
from core.clock import now
from core.errors import NotFoundError
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.escalation import outside_body
from creditportal.portal.forms.rights import EraseForm
from creditportal.portal.keeping import read_typed
from creditportal.portal.pages import show, show_form
from creditportal.portal.readable import make_readable
from creditportal.portal.registering import own_applicant
from notifications.copies import typeset_copy

_TYPES = {"json": "application/json", "html": "text/html; charset=utf-8", "pdf": "application/pdf"}


@page
def show_copies(request: PortalRequest) -> HttpResponseBase:
    """Ask for a copy; take one that is ready, for people or for machines."""
    applicant = own_applicant(request)
    if request.method == "POST":
        ask_for_copy(applicant=applicant, by=request.actor, now=now())
        messages.success(request, _("We are preparing your copy. You get a message when it is ready."))
        return redirect("portal:copies")
    requests = [row for row in list_requests(applicant) if row.kind == DataRequestKind.EXPORT]
    terms = get_data_terms(applicant.jurisdiction)
    context = {"requests": requests, "due_on": terms.copy_due(now()), "is_law": terms.has_copy_law}
    return show(request, "copies.html", context)


@require_safe
@page
def take(request: PortalRequest, reference: str, form: str) -> HttpResponseBase:
    """One copy as a file: JSON for machines, PDF and HTML for people."""
    if form not in _TYPES:
        raise NotFoundError
    asked = get_own_request(applicant=own_applicant(request), reference=reference)
    copy = take_copy(request=asked, by=request.actor, now=now())
    response = HttpResponse(_write(copy, form, request), content_type=_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{asked.reference}.{form}"'
    return response


def _write(copy: dict[str, Any], form: str, request: PortalRequest) -> str | bytes:
    if form == "json":
        return json.dumps(copy, ensure_ascii=False, indent=2)
    readable = make_readable(copy)
    if form == "html":
        return render_to_string("portal/copy_file.html", {"copy": readable}, request)
    looks = {"title": _("Who looked at my data"), "rows": readable["looks"]}
    words = {
        "title": _("A copy of everything"), "nothing": _("Nothing."),
        "note": _("The file for machines (JSON) also holds digests and the steps of each calculation."),
    }  # fmt: skip
    content = {**readable, **words, "sections": [*readable["sections"], looks]}
    return typeset_copy(content, language=translation.get_language() or "zh-hans")


@page
def erase(request: PortalRequest) -> HttpResponseBase:
    """Delete what may go, or read why nothing can go now."""
    applicant = own_applicant(request)
    form = EraseForm(read_typed(request))
    if request.method == "POST" and form.is_valid():
        sure = form.cleaned_data["is_sure"]
        asked = form.try_to(
            partial(ask_to_erase, applicant=applicant, is_sure=sure, by=request.actor, now=now())
        )
        if asked is not None and asked.state == DataRequestState.DONE:
            logout(request)
            return render(request, "portal/erased.html", {"reference": asked.reference, "kept": KEPT})
        if asked is not None:
            return redirect("portal:erase")
    against = [HOLDS[hold.code] for hold in list_reasons_against(applicant, now())]
    context: dict[str, Any] = {
        "against": against, "goes": GOES, "kept": KEPT, "outside": outside_body(applicant.jurisdiction),
        "due_on": get_data_terms(applicant.jurisdiction).copy_due(now()),
    }  # fmt: skip
    return show_form(request, "erase.html", form, context)
