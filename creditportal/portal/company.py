"""A firm and the people behind it; and, for each of these people, what firms ask of them."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applicants.describing import describe_held
from applicants.models import Applicant, ApplicantKind, RelatedPerson
from applicants.queries import get_own_applicant
from applicants.receivables import state_receivable
from applicants.related import (
    agree,
    disagree,
    get_related_of_firm,
    get_related_to,
    invite_person,
    list_firms_of,
    list_people,
    remove_person,
)
from core.clock import now
from core.errors import NotFoundError
from creditportal.bars import Bar
from creditportal.portal.access import PortalRequest, page, sent_only
from creditportal.portal.forms.company import InviteForm, InvoiceForm
from creditportal.portal.keeping import read_typed
from creditportal.portal.pages import show, show_form
from creditportal.portal.registering import own_applicant
from decisions.related import own_score

_RECORDS: Final = ("licence_check", "operating_months", "owners_disclosed_pct", "premises_proof")
INVOICE_PRODUCT: Final = "supply_chain_finance"
_ROW: Final = 46
_LEAST: Final = 350
_SPAN: Final = 600
_GATE: Final = 550


@require_safe
@page
def show_company(request: PortalRequest) -> HttpResponseBase:
    """Licence, who owns the firm and who agreed, and the one number that the people make together."""
    firm = _own_firm(request)
    language = translation.get_language() or "zh-hans"
    people = list_people(firm)
    held = {record.characteristic: record for record in describe_held(firm, language)}
    combined = held.get("related_person_score")
    context = {
        "firm": firm, "people": people, "records": [held[name] for name in _RECORDS if name in held],
        "owners": _owner_bars(people), "number": _number_bar(combined.value if combined else ""),
        "disclosed": sum(row.share_pct for row in people), "gate": _GATE,
        "missing": [row for row in people if not row.is_counted],
    }  # fmt: skip
    return show(request, "company.html", context)


@page
def invite(request: PortalRequest) -> HttpResponseBase:
    """Name one person behind the firm and ask for consent."""
    firm = _own_firm(request)
    form = InviteForm(read_typed(request))
    if request.method == "POST" and form.is_valid():
        asked = form.try_to(
            partial(invite_person, firm=firm, by=request.actor, now=now(), **form.cleaned_data)
        )
        if asked is not None:
            messages.success(
                request, _("We wrote to this person. Until the answer nothing of the person is used.")
            )
            return redirect("portal:company")
    return show_form(request, "invite.html", form)


@page
def tell_invoice(request: PortalRequest) -> HttpResponseBase:
    """Ask for the invoice that money is wanted on, and for the buyer who owes it."""
    firm = _own_firm(request)
    form = InvoiceForm(read_typed(request))
    if request.method == "POST" and form.is_valid():
        stated = form.try_to(
            partial(state_receivable, firm=firm, by=request.actor, now=now(), **form.cleaned_data)
        )
        if stated is not None:
            return redirect(f"{reverse('portal:apply')}?product={INVOICE_PRODUCT}")
    return show_form(request, "invoice.html", form)


@sent_only
@page
def remove(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Take somebody who left off the list."""
    related = get_related_of_firm(firm=_own_firm(request), reference=reference)
    remove_person(related=related, by=request.actor, now=now())
    messages.success(request, _("This person counts no more for the firm."))
    return redirect("portal:company")


@require_safe
@page
def list_firms(request: PortalRequest) -> HttpResponseBase:
    """The firms that named this person."""
    return show(request, "firms.html", {"rows": list_firms_of(request.user)})


@page
def answer_firm(request: PortalRequest, reference: str) -> HttpResponseBase:
    """What one firm asks, the person's own number, and the answer that can change at any time."""
    related = get_related_to(user=request.user, reference=reference)
    person = get_own_applicant(request.user)
    is_person = person is not None and person.kind == ApplicantKind.PERSON
    if request.method == "POST":
        _answer(request, related, person if is_person else None)
        return redirect("portal:firm", related.reference)
    score = own_score(person=person, now=now()) if is_person and person is not None else None
    context = {"related": related, "is_person": is_person, "score": score}
    return show(request, "firm.html", context)


def _answer(request: PortalRequest, related: RelatedPerson, person: Applicant | None) -> None:
    if request.POST.get("answer") == "yes":
        if person is None:
            raise NotFoundError
        agree(related=related, person=person, by=request.actor, now=now())
        messages.success(
            request, _("Thank you. Your assessment counts for the firm; the firm does not see it.")
        )
    else:
        disagree(related=related, by=request.actor, now=now())
        messages.success(request, _("Saved. Your assessment does not count for the firm."))


def _own_firm(request: PortalRequest) -> Applicant:
    applicant = own_applicant(request)
    if applicant.kind != ApplicantKind.FIRM:
        raise NotFoundError
    return applicant


def _owner_bars(people: Sequence[RelatedPerson]) -> dict[str, Any]:
    """One bar for each share; who agreed is filled, who did not is pale, and a word says so too."""
    holders = [row for row in people if row.share_pct > 0]
    rows = [
        {
            "row": row,
            "bar": Bar(
                label="", value=f"{row.share_pct.normalize():f}%", y=at * _ROW, x="0%",
                width=f"{row.share_pct}%", kind="bar" if row.is_counted else "bar-3",
            ),
        }
        for at, row in enumerate(holders)
    ]  # fmt: skip
    return {"rows": rows, "height": len(rows) * _ROW}


def _number_bar(value: str) -> dict[str, Any] | None:
    """The combined number on the scale, with the minimum for firms; nothing while it is unknown."""
    digits = "".join(char for char in value if char.isdecimal())
    if not digits:
        return None
    width = (int(digits) - _LEAST) * 100 / _SPAN
    return {"value": digits, "width": f"{width:.1f}%", "gate_x": f"{(_GATE - _LEAST) * 100 / _SPAN:.1f}%"}
