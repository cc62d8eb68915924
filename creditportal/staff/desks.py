"""Sharing work: cases given to a colleague, and a whole desk handed over; each case recorded on its own."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import Permission
from appeals.claiming import MOST_AT_ONCE, HandOver, assign_appeal, assign_many, hand_over_desk
from appeals.models import Appeal
from core import clock
from core.errors import InputError, NotFoundError
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
    chosen, later = request.POST.getlist("case"), request.POST.get("later", "").split()
    if not chosen:
        raise InputError(_("Choose the cases and a colleague first."))
    form = ManyForm(request.POST, colleagues=list_colleagues())
    if len(chosen) > MOST_AT_ONCE or not form.is_valid():
        return _show_parts(request, form, [*chosen, *later], status=400)
    done = assign_many(
        appeals=_find(chosen), to=form.cleaned_data["to"], by=actor_of(request), now=clock.now()
    )
    known = {*done.moved, *done.left}
    unknown = {one: str(NotFoundError.default_message) for one in chosen if one not in known}
    _tell(request, HandOver(done.moved, {**done.left, **unknown}))
    return _show_parts(request, form, later) if later else redirect(_view_before(request))


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


def _view_before(request: StaffRequest) -> str:
    """The view of the queue in which the cases were chosen, as it was narrowed."""
    queue, before = reverse("admin:queue"), urlsplit(request.headers.get("Referer", ""))
    return f"{queue}?{before.query}" if before.path == queue and before.query else queue


def _find(references: Sequence[str]) -> list[Appeal]:
    rows = Appeal.objects.select_related(
        "decision__applicant", "decision__application", "applicant", "claimed_by"
    )
    return list(rows.filter(reference__in=references).order_by("due_at", "pk"))


def _show_parts(
    request: StaffRequest, form: ManyForm, chosen: Sequence[str], *, status: int = 200
) -> HttpResponse:
    """What was chosen, in parts of what can be given at once, and the form that gives the first of them."""
    kept = list(dict.fromkeys(chosen))
    context = {
        "title": _("Give the chosen cases to a colleague"), "form": form, "most": MOST_AT_ONCE,
        "first": kept[:MOST_AT_ONCE], "later": kept[MOST_AT_ONCE:], "count": len(kept),
        "errors": status != 200, "is_too_many": len(chosen) > MOST_AT_ONCE,
    }  # fmt: skip
    return show(request, "staff/assign_parts.html", context, status=status)


def _tell(request: StaffRequest, done: HandOver) -> None:
    if done.moved:
        count = len(done.moved)
        words = ngettext("%(count)d case moved.", "%(count)d cases moved.", count) % {"count": count}
        messages.success(request, words)
    elif not done.left:
        messages.info(request, _("There was nothing on this desk."))
    for reference, why in done.left.items():
        messages.warning(request, f"{reference}{_(': ')}{why}")
