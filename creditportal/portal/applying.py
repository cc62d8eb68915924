"""Applying: the form, the answers to check, and the wait for the decision."""

from functools import partial
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from applicants.models import Applicant
from applicants.queries import get_own_applicant
from applicants.receivables import has_receivable
from core.clock import now
from core.errors import DomainError, NotFoundError
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.company import INVOICE_PRODUCT
from creditportal.portal.formatting import show_money
from creditportal.portal.forms.applying import ApplicationForm
from creditportal.portal.keeping import read_typed
from creditportal.portal.pages import show, show_form
from decisions.applying import (
    StillOpenError,
    check_application,
    check_may_apply,
    find_waiting,
    submit_application,
)
from decisions.line_states import IN_USE
from decisions.lines import list_lines_for
from decisions.models import Application
from decisions.policies import compiled, get_policy_in_force
from decisions.products import Product, list_products
from decisions.queries import get_application_for


@page
def apply(request: PortalRequest) -> HttpResponseBase:
    """Ask what is needed, show the answers to check, and send them once."""
    applicant = get_own_applicant(request.user)
    if applicant is None:
        return redirect("portal:home")
    products = list_products(kind=applicant.kind, now=now())
    product = _choose(products, request.GET.get("product", ""))
    if product is None:
        return show(request, "apply_product.html", {"products": _describe(products)})
    if product.code == INVOICE_PRODUCT and not has_receivable(applicant):
        return redirect("portal:invoice")
    refusal = None if request.method == "POST" else _refusal(applicant, product)
    if refusal is not None:
        own = list_lines_for(by=request.actor)
        line = next((row for row in own if row.product == product.code and row.state in IN_USE), None)
        waiting = find_waiting(applicant, product.code) if isinstance(refusal, StillOpenError) else None
        context = {"refusal": str(refusal), "line": line, "waiting": waiting}
        return show(request, "apply_not_now.html", context)
    form = ApplicationForm(read_typed(request), product=product, language=translation.get_language() or "")
    steps = {"check": _check, "send": _send}
    step = steps.get(request.POST.get("step", ""))
    answer = step(request, form, applicant) if step and form.is_valid() else None
    return answer or _ask(request, form)


@require_safe
@page
def wait(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Wait for the decision; once it is there, lead to it."""
    application = get_application_for(by=request.actor, reference=reference)
    decision = application.decisions.order_by("-id").first()
    if decision is None:
        template = "parts/waiting.html" if request.headers.get("HX-Request") else "application.html"
        return show(request, template, {"application": application})
    place = resolve_url("portal:decision", decision.reference)
    return HttpResponseClientRedirect(place) if request.headers.get("HX-Request") else redirect(place)


def _refusal(applicant: Applicant, product: Product) -> DomainError | None:
    """Why this product cannot be applied for today, before anything is filled in."""
    try:
        check_may_apply(applicant=applicant, product=product.code, now=now())
    except DomainError as error:
        return error
    return None


def _ask(request: PortalRequest, form: ApplicationForm) -> HttpResponseBase:
    is_change = request.POST.get("step") == "change"
    context = {"product": form.product.label(translation.get_language() or ""), "terms": form.terms_offered}
    return show_form(request, "apply.html", form, context | ({"problems": []} if is_change else {}))


def _check(request: PortalRequest, form: ApplicationForm, applicant: Applicant) -> HttpResponseBase | None:
    policy = compiled(get_policy_in_force(now=now()))
    terms = form.try_to(partial(check_application, policy=policy, applicant=applicant, **form.terms))
    if terms is None:
        return None
    context = {"answers": _answers(form, terms), "applicant": applicant}
    return show_form(request, "apply_check.html", form, context)


def _send(request: PortalRequest, form: ApplicationForm, applicant: Applicant) -> HttpResponseBase | None:
    sent = form.try_to(partial(_submit, form, request, applicant))
    return redirect("portal:application", sent.reference) if sent else None


def _submit(form: ApplicationForm, request: PortalRequest, applicant: Applicant) -> Application:
    key = form.cleaned_data["submission_key"]
    return submit_application(
        applicant=applicant, **form.terms, submission_key=key, by=request.actor, now=now()
    )


def _answers(form: ApplicationForm, terms: dict[str, Any]) -> list[tuple[str, str]]:
    words = form.words
    return [
        (_("Product"), form.product.label(translation.get_language() or "")),
        (_("Amount"), show_money(terms["amount_cny"], places=2)),
        (_("For how long"), words["term"]),
        (_("What for"), words["purpose"]),
        (_("How to repay"), words["method"]),
    ]


def _choose(products: list[Product], code: str) -> Product | None:
    if len(products) == 1 and not code:
        return products[0]
    if not code:
        return None
    chosen = next((product for product in products if product.code == code), None)
    if chosen is None:
        raise NotFoundError
    return chosen


def _describe(products: list[Product]) -> list[dict[str, Any]]:
    language = translation.get_language() or ""
    return [
        {"code": product.code, "label": product.label(language), "product": product} for product in products
    ]
