"""A statement of one's own beside a record: writing it, changing it, taking it away."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from applicants.describing import describe_record
from applicants.statements import check_offered, withdraw_statement, write_statement
from applicants.terms import get_data_terms
from core.clock import now
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.forms.rights import StatementForm
from creditportal.portal.keeping import read_typed
from creditportal.portal.pages import show_form
from creditportal.portal.registering import own_applicant


@page
def state(request: PortalRequest, characteristic: str) -> HttpResponseBase:
    """Put one's own words beside a record, change them, or take them away."""
    applicant = own_applicant(request)
    which: dict[str, Any] = {
        "applicant": applicant, "characteristic": characteristic, "by": request.actor, "now": now(),
    }  # fmt: skip
    if request.method == "POST" and request.POST.get("step") == "withdraw":
        withdraw_statement(**which)
        messages.success(request, _("Your statement is taken away."))
        return redirect("portal:held")
    check_offered(applicant, characteristic)
    terms = get_data_terms(applicant.jurisdiction)
    record = describe_record(applicant, characteristic, translation.get_language() or "zh-hans")
    initial = {"text": record.statement if record else ""}
    form = StatementForm(read_typed(request), terms=terms, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = form.try_to(partial(write_statement, **which, text=form.cleaned_data["text"]))
        if saved is not None:
            messages.success(request, _("Saved. Your statement stands beside the record."))
            return redirect("portal:held")
    return show_form(request, "statement.html", form, {"record": record})
