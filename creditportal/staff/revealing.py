"""Showing one identity field in full: asked for by name, recorded, and shown once."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from applicants.queries import get_applicant_for, reveal
from core import clock
from creditportal.staff.access import StaffRequest, actor_of, page_before
from creditportal.staff.desk import show, staff_page

REVEALABLE = {
    "name": _("Name"),
    "id_number": _("ID number"),
    "birth_date": _("Date of birth"),
    "phone": _("Phone"),
    "bank_card": _("Bank card"),
}


@staff_page(Permission.SEE_PERSONAL_DATA, "POST")
def reveal_field(request: StaffRequest, reference: str) -> HttpResponse:
    """The field in full on a page of its own; leaving the page hides it again."""
    by, field = actor_of(request), request.POST.get("field", "")
    applicant = get_applicant_for(by=by, reference=reference)
    value = reveal(applicant=applicant, field=field, by=by, now=clock.now())
    context = {
        "title": REVEALABLE[field],
        "applicant": applicant,
        "value": value,
        "back": page_before(request),
    }
    return show(request, "staff/revealed.html", context)
