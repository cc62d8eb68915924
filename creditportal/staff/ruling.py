"""The acts that end a review: propose, sign as the second person, send back."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.roles import Permission
from appeals.deciding import countersign, propose, return_proposal
from appeals.models import Appeal
from core import clock
from core.errors import DomainError
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.case import carry_out, case_page, load_case
from creditportal.staff.desk import staff_page
from creditportal.staff.forms import CaseForm, ReturnForm
from creditportal.staff.ruling_view import COUNTERSIGN, RETURN, ruling_form


@staff_page(Permission.REVIEW_APPEAL, "POST")
def rule(request: StaffRequest, reference: str) -> HttpResponse:
    """Rule on the case: final at once, or proposed to a second person."""
    appeal = load_case(request, reference)
    try:
        form = ruling_form(appeal, data=request.POST)
    except DomainError as error:
        return case_page(request, appeal, error=error, status=error.status)
    if "preview" in request.POST:
        form.is_valid()
        return case_page(request, appeal, form=form)

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        return propose(
            appeal=appeal, outcome=typed["outcome"], reason=typed["reason"], letter_zh=typed["letter_zh"],
            letter_en=typed["letter_en"], expected_version=typed["version"],
            by=actor_of(request), now=clock.now(),
        )  # fmt: skip

    return carry_out(request, appeal, form, act, done=_("Your ruling is saved."), anchor="decide")


@staff_page(Permission.COUNTERSIGN, "POST")
def sign(request: StaffRequest, reference: str) -> HttpResponse:
    """Agree as the second person."""

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        return countersign(
            appeal=appeal, expected_version=typed["version"], by=actor_of(request), now=clock.now()
        )

    form = CaseForm(request.POST, key=COUNTERSIGN)
    return carry_out(
        request,
        load_case(request, reference),
        form,
        act,
        done=_("You signed. The case is decided."),
        anchor="decide",
    )


@staff_page(Permission.COUNTERSIGN, "POST")
def send_back(request: StaffRequest, reference: str) -> HttpResponse:
    """Send the proposal back with a reason."""

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        return return_proposal(
            appeal=appeal, reason=typed["reason"], expected_version=typed["version"],
            by=actor_of(request), now=clock.now(),
        )  # fmt: skip

    form = ReturnForm(request.POST, key=RETURN)
    return carry_out(
        request, load_case(request, reference), form, act, done=_("The proposal went back."), anchor="decide"
    )
