"""Sharing work: cases given to a colleague, and a whole desk handed over; each case recorded on its own."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import Permission
from appeals.claiming import MOST_AT_ONCE, HandOver, assign_appeal, assign_many, hand_over_desk
from appeals.models import Appeal
from core import clock
from core.errors import InputError
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.case import carry_out, load_case
from creditportal.staff.case_forms import AssignForm, HandOverForm, ManyForm
from creditportal.staff.colleagues import list_colleagues, list_desks
from creditportal.staff.desk import show, staff_page

ASSIGN: Final = "assign"


@staff_page(Permission.COUNTERSIGN, "POST")
def assign(request: StaffRequest, reference: str) -> HttpResponse:
    """Give one case to a colleague."""

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        return assign_appeal(
            appeal=appeal, to=typed["to"], expected_version=typed["version"],
            by=actor_of(request), now=clock.now(),
        )  # fmt: skip

    form = AssignForm(request.POST, key=ASSIGN, colleagues=list_colleagues())
    return carry_out(
        request, load_case(request, reference), form, act,
        done=_("The case is on your colleague's desk."), anchor="history",
    )  # fmt: skip


@staff_page(Permission.COUNTERSIGN, "POST")
def assign_chosen(request: StaffRequest) -> HttpResponse:
    """Give the chosen cases of the queue to a colleague; what could not be given is named with why."""
    references = request.POST.getlist("case")
    if len(references) > MOST_AT_ONCE:
        raise InputError(_("At most %(count)d cases can be given at once.") % {"count": MOST_AT_ONCE})
    form = ManyForm(request.POST, colleagues=list_colleagues())
    if not form.is_valid() or not references:
        raise InputError(_("Choose the cases and a colleague first."))
    rows = Appeal.objects.filter(reference__in=references).select_related(
        "decision__applicant", "decision__application", "applicant", "claimed_by"
    )
    done = assign_many(appeals=list(rows), to=form.cleaned_data["to"], by=actor_of(request), now=clock.now())
    _tell(request, done)
    return redirect("admin:queue")


@staff_page(Permission.COUNTERSIGN, "GET", "HEAD", "POST")
def show_desks(request: StaffRequest) -> HttpResponse:
    """Who holds how much, and the form to hand a whole desk over."""
    desks = list_desks()
    form = HandOverForm(request.POST or None, colleagues=desks)
    if request.method == "POST" and form.is_valid():
        done = hand_over_desk(
            from_user=form.cleaned_data["desk"], to=form.cleaned_data["to"],
            by=actor_of(request), now=clock.now(),
        )  # fmt: skip
        _tell(request, done)
        return redirect("admin:desks")
    context = {"title": _("Desks"), "desks": desks, "form": form, "errors": bool(form.errors)}
    return show(request, "staff/desks.html", context, status=400 if form.errors else 200)


def _tell(request: StaffRequest, done: HandOver) -> None:
    if done.moved:
        count = len(done.moved)
        words = ngettext("%(count)d case moved.", "%(count)d cases moved.", count) % {"count": count}
        messages.success(request, words)
    elif not done.left:
        messages.info(request, _("There was nothing on this desk."))
    for reference, why in done.left.items():
        messages.warning(request, f"{reference}: {why}")
