"""A record that is wrong: saying so, following the check, taking it back."""

from functools import partial
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.http import require_safe

from applicants.describing import describe_fact, describe_record, label_of
from applicants.disputing import get_dispute_for, is_late, open_dispute, withdraw_dispute
from applicants.models import Dispute
from applicants.sources import is_asked
from applicants.statements import statements_of
from applicants.terms import get_data_terms
from core.clock import now
from core.errors import NotFoundError
from creditportal.portal.access import PortalRequest, page, sent_only
from creditportal.portal.escalation import outside_body
from creditportal.portal.forms.rights import DisputeForm
from creditportal.portal.keeping import read_typed
from creditportal.portal.pages import show, show_form
from creditportal.portal.registering import own_applicant


@page
def dispute_record(request: PortalRequest, characteristic: str) -> HttpResponseBase:
    """Say that one record is wrong."""
    applicant = own_applicant(request)
    record = describe_record(applicant, characteristic, _language())
    if record is None:
        raise NotFoundError
    form = DisputeForm(read_typed(request))
    if request.method == "POST" and form.is_valid():
        dispute = form.try_to(
            partial(
                open_dispute, applicant=applicant, characteristic=characteristic, by=request.actor, now=now(),
                claim=form.cleaned_data["claim"],
            )
        )  # fmt: skip
        if dispute is not None:
            return redirect("portal:dispute", dispute.reference)
    terms = get_data_terms(applicant.jurisdiction)
    law = terms.dispute_law_in(_language(), terms.dispute_law)
    context = {
        "record": record, "due_on": terms.dispute_due(now()), "law": law,
        "forward_days": terms.forward_days if is_asked(record.source) else None,
        "may_state": terms.has_own_statement,
    }  # fmt: skip
    return show_form(request, "dispute_record.html", form, context)


@require_safe
@page
def show_dispute(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Where a check stands, and how it ended."""
    dispute = _own(request, reference)
    terms = get_data_terms(dispute.applicant.jurisdiction)
    context: dict[str, Any] = {
        "dispute": dispute, "may_state": terms.has_own_statement,
        "law": terms.dispute_law_in(_language(), dispute.law),
        "label": label_of(dispute.characteristic, _language()),
        "before": describe_fact(dispute.fact, _language()),
        "after": describe_fact(dispute.new_fact, _language()) if dispute.new_fact else None,
        "has_stated": dispute.characteristic in statements_of(dispute.applicant),
        "is_late": is_late(dispute, now()), "outside": outside_body(dispute.applicant.jurisdiction),
    }  # fmt: skip
    return show(request, "dispute.html", context)


@sent_only
@page
def take_back(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Take it back; the record counts again."""
    dispute = _own(request, reference)
    withdraw_dispute(dispute=dispute, by=request.actor, now=now())
    return redirect("portal:dispute", dispute.reference)


def _own(request: PortalRequest, reference: str) -> Dispute:
    return get_dispute_for(by=request.actor, reference=reference)


def _language() -> str:
    return translation.get_language() or "zh-hans"
