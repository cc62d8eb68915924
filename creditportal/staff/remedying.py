"""Confirming that a ruling took effect, against its own clock."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.roles import Permission
from appeals.clocks import list_clocks
from appeals.models import Appeal, AppealStatus
from appeals.queries import may
from appeals.remedy import confirm_remedy, has_effect, is_in_our_books, is_told
from appeals.states import Clock, Event
from core import clock
from core.errors import DomainError
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.case import load_case
from creditportal.staff.desk import show, staff_page
from creditportal.staff.forms import CaseForm
from creditportal.staff.trail import name_actors


@staff_page(Permission.SEE_QUEUE)
def show_remedy(request: StaffRequest, reference: str) -> HttpResponse:
    """What the ruling gives, how far that has come and until when it must be there."""
    return _page(request, load_case(request, reference))


@staff_page(Permission.COUNTERSIGN, "POST")
def confirm(request: StaffRequest, reference: str) -> HttpResponse:
    """Confirm that what the ruling gives is there."""
    appeal = load_case(request, reference)
    form = CaseForm(request.POST, key="remedy")
    if not form.is_valid():
        return _page(request, appeal, form=form, status=400)
    version = form.cleaned_data["version"]
    try:
        confirm_remedy(appeal=appeal, expected_version=version, by=actor_of(request), now=clock.now())
    except DomainError as error:
        return _page(request, load_case(request, reference), error=error, status=error.status)
    messages.success(request, _("Confirmed. The case is closed."))
    return redirect("admin:case", reference=appeal.reference)


def _page(
    request: StaffRequest,
    appeal: Appeal,
    *,
    form: CaseForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    remedy = getattr(appeal, "remedy", None)
    clocks = {state.clock: state for state in list_clocks(appeal, clock.now())}
    by = actor_of(request)
    context = {
        "title": _("Putting the result into effect"),
        "appeal": appeal,
        "remedy": remedy,
        "names": name_actors([remedy.confirmed_by] if remedy else []),
        "clock": clocks.get(Clock.REMEDY),
        "is_waiting": appeal.status == AppealStatus.REMEDY,
        "is_told": is_told(appeal),
        "has_effect": bool(appeal.outcome) and has_effect(appeal),
        "is_ours": is_in_our_books(appeal),
        "can_confirm": Event.REMEDY_CONFIRMED in may(appeal, by),
        "form": form or CaseForm(key="remedy", initial={"version": appeal.version}),
        "error": error,
        "errors": status >= 400,
    }
    return show(request, "staff/remedy.html", context, status=status)
