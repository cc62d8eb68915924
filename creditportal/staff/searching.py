"""Finding a case by its reference, or a person by the full ID number, which is recorded with its reason."""

from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Permission
from appeals.models import Appeal
from appeals.queries import knows_appeal
from appeals.queue import list_rows
from applicants.models import Applicant
from applicants.queries import find_by_id_number
from core import clock
from core.errors import DomainError
from core.references import UnknownReferenceError, normalise_reference
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.desk import show, staff_page
from creditportal.staff.forms import SearchForm
from creditportal.staff.queue import write_rows

_FEW: Final = 20
_RECORDS: Final = {
    "CU": "applicants_applicant",
    "LA": "decisions_application",
    "DE": "decisions_decision",
    "LN": "decisions_line",
    "EV": "evidence_document",
    "MS": "notifications_message",
}


@staff_page(Permission.SEE_QUEUE, "GET", "HEAD", "POST")
def search_cases(request: StaffRequest) -> HttpResponse:
    """A reference leads to its case or record; an ID number to the person's cases, once a reason is given.

    Whoever opens the address, after signing in again, finds the empty field.
    """
    if request.method != "POST":
        return show(request, "staff/search.html", {"title": _("Search"), "search": SearchForm()})
    form = SearchForm(request.POST)
    if not form.is_valid():
        return _ask_again(request, form)
    try:
        reference = normalise_reference(form.cleaned_data["text"])
    except UnknownReferenceError as error:
        if not _looks_like_a_number(form.cleaned_data["text"]):
            form.add_error("text", str(error))
            return _ask_again(request, form)
        return _search_by_number(request, form)
    return _go_to(request, form, reference)


def _go_to(request: StaffRequest, form: SearchForm, reference: str) -> HttpResponse:
    if reference[:2] in _RECORDS:
        return redirect(f"{reverse(f'admin:{_RECORDS[reference[:2]]}_changelist')}?q={reference}")
    if not knows_appeal(by=actor_of(request), reference=reference):
        form.add_error("text", _("There is no case with this reference."))
        return _ask_again(request, form, status=404)
    return redirect("admin:case", reference=reference)


def _search_by_number(request: StaffRequest, form: SearchForm) -> HttpResponse:
    if not request.user.can(Permission.SEE_PERSONAL_DATA):
        raise PermissionDenied
    typed = form.cleaned_data
    if not typed["reason"]:
        form.add_error("reason", _("Say why: a search by ID number is recorded with its reason."))
        return _ask_again(request, form)
    try:
        applicant = _find(typed["text"], typed["reason"], actor_of(request))
    except DomainError as error:
        form.add_error("text", str(error))
        return _ask_again(request, form, status=error.status)
    sent = _list_sent(applicant) if applicant else []
    rows = write_rows(list_rows(by=actor_of(request), appeals=sent), now=clock.now(), besides=request.user)
    context = {
        "title": _("Search result"),
        "search": form,
        "applicant": applicant,
        "rows": rows,
        "is_done": True,
    }
    return show(request, "staff/search.html", context)


def _find(number: str, reason: str, by: Actor) -> Applicant | None:
    return find_by_id_number(id_number=number, reason=reason, by=by, now=clock.now())


def _list_sent(applicant: Applicant) -> list[Appeal]:
    sent = Appeal.objects.filter(applicant=applicant, submitted_at__isnull=False).order_by("-pk")
    return list(sent.only("reference")[:_FEW])


def _ask_again(request: StaffRequest, form: SearchForm, *, status: int = 400) -> HttpResponse:
    return show(
        request, "staff/search.html", {"title": _("Search"), "search": form, "errors": True}, status=status
    )


def _looks_like_a_number(text: str) -> bool:
    return sum(character.isdigit() for character in text) >= 9
