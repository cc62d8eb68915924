"""Limit and price: what sets the limit, what borrowing would cost, and taking the offer whole or smaller."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from appeals.appealability import free_since
from core.clock import now
from core.errors import InputError, NotFoundError
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.decisions import newer_reference
from creditportal.portal.forms.offers import OfferForm
from creditportal.portal.grounds import explained
from creditportal.portal.pages import show_form
from decisions.models import Decision, Line, LineState
from decisions.offer_ending import ended_on, last_day
from decisions.offers import (
    EARLY_DAYS,
    OfferGoneError,
    OfferTerms,
    accept_offer,
    offer_terms,
    quote,
    repaid_early,
    signed_sheet,
)
from decisions.queries import get_decision_for


@page
def show_offer(request: PortalRequest, reference: str) -> HttpResponseBase:
    """The offer of a decision; amount and term can be tried by address, and taken by a signed act."""
    decision = get_decision_for(by=request.actor, reference=reference)
    document = explained(decision)
    if decision.line is None or document["limit"] is None or document["price"] is None:
        raise NotFoundError
    is_open = decision.line.state == LineState.OFFERED
    signed = None if is_open else signed_sheet(line=decision.line, decision=decision)
    if request.method == "POST" and not is_open:
        words = _("You have signed this offer already. The signed cost sheet is kept here.")
        messages.info(request, words if signed else OfferGoneError.default_message)
        return redirect("portal:line", decision.line.reference)
    terms = offer_terms(decision=decision, line=decision.line)
    asked = request.POST if request.method == "POST" else _tried(request, terms)
    form = OfferForm(asked, terms=terms, language=translation.get_language() or "")
    form.is_valid()
    if request.method == "POST" and _accept(request, form, decision, decision.line):
        messages.success(request, _("Done. The offer is yours, and the signed cost sheet is kept here."))
        return redirect("portal:line", decision.line.reference)
    sheet = _quote(form, terms)
    context = {
        "document": document,
        "decision": decision,
        "line": decision.line,
        "newer": newer_reference(decision),
        "sheet": sheet,
        "is_open": is_open,
        "open_until": last_day(decision),
        "is_held_open": free_since(decision) is None,
        "ended_on": ended_on(decision.line),
        "signed": signed,
        "problems": form.problems if request.method == "POST" or request.GET else [],
    }
    return show_form(request, "offer.html", form, context)


def _quote(form: OfferForm, terms: OfferTerms) -> dict[str, object] | None:
    """The cost of what is chosen; what cannot be used is told beside its field, once."""
    try:
        sheet = quote(terms=terms, **_chosen(form))
        early = repaid_early(terms=terms, sheet=sheet)
        left = terms.most_cny - sheet.amount
        return {**sheet.to_dict(), "early": early, "early_days": EARLY_DAYS, "left": left}
    except InputError as error:
        if not form.errors:
            form.tell(error)
        return None


def _accept(request: PortalRequest, form: OfferForm, decision: Decision, line: Line) -> bool:
    accept = partial(accept_offer, line=line, decision=decision, by=request.actor, now=now())
    is_read = bool(form.cleaned_data.get("is_read"))
    return form.try_to(lambda: accept(**_chosen(form), is_read=is_read)) is not None


def _chosen(form: OfferForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "amount_cny": data.get("amount_cny", ""),
        "term": data.get("term", ""),
        "method": data.get("method", ""),
    }


def _tried(request: PortalRequest, terms: OfferTerms) -> dict[str, str]:
    """What stands in the address, else what was asked for, as far as the offer goes."""
    usual = {
        "amount_cny": f"{terms.asked_cny:,.2f}".removesuffix(".00"),
        "term": str(terms.asked_term),
        "method": terms.asked_method if terms.asked_method in terms.methods else terms.methods[0],
    }
    return {name: request.GET.get(name, value) for name, value in usual.items()}
