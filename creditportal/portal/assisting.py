"""Helpers: naming one, ending it; and the people whom somebody helps."""

from functools import partial

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from appeals.queries import list_appeals_for
from applicants.helping import (
    get_grant_to,
    get_own_grant,
    list_helped,
    list_helpers,
    name_helper,
    revoke_helper,
    take_up,
)
from core.clock import now
from creditportal.portal.access import PortalRequest, page, sent_only
from creditportal.portal.forms.rights import HelperForm
from creditportal.portal.keeping import read_typed
from creditportal.portal.pages import show, show_form
from creditportal.portal.registering import own_applicant
from creditportal.portal.standing_in import acting_for
from decisions.queries import list_decisions_for


@page
def show_helpers(request: PortalRequest) -> HttpResponseBase:
    """Name somebody who helps; see and end what was allowed."""
    applicant = own_applicant(request)
    form = HelperForm(read_typed(request))
    if request.method == "POST" and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("name", "email", "scope", "days")}
        grant = form.try_to(partial(name_helper, applicant=applicant, by=request.actor, now=now(), **typed))
        if grant is not None:
            messages.success(request, _("Saved. We wrote to this person."))
            return redirect("portal:helpers")
    at = now()
    rows = [
        {"grant": row, "is_open": row.revoked_at is None and row.expires_at > at}
        for row in list_helpers(applicant)
    ]
    return show_form(request, "helpers.html", form, {"rows": rows})


@sent_only
@page
def end_help(request: PortalRequest, reference: str) -> HttpResponseBase:
    """End one permission with one press."""
    grant = get_own_grant(applicant=own_applicant(request), reference=reference)
    revoke_helper(grant=grant, by=request.actor, now=now())
    messages.success(request, _("Ended. This person cannot see anything of yours any more."))
    return redirect("portal:helpers")


@require_safe
@page
def show_helped(request: PortalRequest) -> HttpResponseBase:
    """The people whom somebody helps."""
    return show(request, "helped.html", {"grants": list_helped(user=request.user, now=now())})


@require_safe
@page
def show_one_helped(request: PortalRequest, reference: str) -> HttpResponseBase:
    """The decisions and appeals of one person whom somebody helps."""
    at = now()
    grant = get_grant_to(user=request.user, reference=reference, now=at)
    take_up(grant=grant, user=request.user, now=at)
    by = acting_for(request.user, grant)
    context = {
        "grant": grant, "decisions": list_decisions_for(by=by, limit=10),
        "appeals": list_appeals_for(by=by, limit=10),
    }  # fmt: skip
    return show(request, "helped_one.html", context)
