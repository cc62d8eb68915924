"""Notes for colleagues, who needs particular care, and keeping away from somebody one knows."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import Permission
from appeals.models import Appeal
from appeals.noting import add_note, mark_vulnerable
from appeals.relations import declare_relation, end_relation, recuse
from core import clock
from core.errors import NotFoundError
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.around import CARE, NOTE, RECUSE, RELATION
from creditportal.staff.case import carry_out, load_case
from creditportal.staff.case_forms import CareForm, NoteForm, RecuseForm, RelationForm
from creditportal.staff.desk import staff_page

REVIEW = Permission.REVIEW_APPEAL


@staff_page(Permission.SEE_PERSONAL_DATA, "POST")
def note(request: StaffRequest, reference: str) -> HttpResponse:
    """Note something for colleagues."""

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        return add_note(appeal=appeal, text=typed["text"], by=actor_of(request), now=clock.now())

    form = NoteForm(request.POST, key=NOTE)
    return carry_out(
        request, load_case(request, reference), form, act,
        done=_("Noted. Only colleagues read it."), anchor="said",
    )  # fmt: skip


@staff_page(REVIEW, "POST")
def care(request: StaffRequest, reference: str) -> HttpResponse:
    """Note that the person needs particular care."""

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        return mark_vulnerable(
            appeal=appeal, note=typed["note"], expected_version=typed["version"],
            by=actor_of(request), now=clock.now(),
        )  # fmt: skip

    form = CareForm(request.POST, key=CARE)
    return carry_out(
        request, load_case(request, reference), form, act,
        done=_("Noted. If nothing changes, two people must agree."), anchor="independence",
    )  # fmt: skip


@staff_page(REVIEW, "POST")
def step_back(request: StaffRequest, reference: str) -> HttpResponse:
    """Step back from the case for good."""

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        return recuse(appeal=appeal, reason=typed["reason"], by=actor_of(request), now=clock.now())

    form = RecuseForm(request.POST, key=RECUSE)
    return carry_out(
        request, load_case(request, reference), form, act,
        done=_("You stepped back. A colleague takes the case."), anchor="independence",
    )  # fmt: skip


@staff_page(Permission.COUNTERSIGN, "POST")
def end(request: StaffRequest, reference: str, key: int) -> HttpResponse:
    """Say as a supervisor that a colleague's relation to the applicant is over."""
    appeal = load_case(request, reference)
    relation = appeal.applicant.declared_relations.filter(pk=key).first()
    if relation is None:
        raise NotFoundError
    end_relation(relation=relation, by=actor_of(request), now=clock.now())
    messages.success(request, _("Noted that the relation is over."))
    return redirect(f"{reverse('admin:case', args=[appeal.reference])}#independence")


@staff_page(REVIEW, "POST")
def relate(request: StaffRequest, reference: str) -> HttpResponse:
    """Declare how one stands to the applicant; what one holds of that person goes back."""

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        return declare_relation(
            user=request.user, applicant=appeal.applicant, kind=typed["kind"], note=typed["note"],
            by=actor_of(request), now=clock.now(),
        )  # fmt: skip

    form = RelationForm(request.POST, key=RELATION)
    return carry_out(
        request, load_case(request, reference), form, act,
        done=_("Noted. Colleagues look after this person's cases."), anchor="independence",
    )  # fmt: skip
