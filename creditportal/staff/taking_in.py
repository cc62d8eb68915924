"""Ruling on whether an appeal is taken in: late or not, and by another person when that is reviewed."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.roles import Permission
from appeals.acceptance import accept_appeal, refuse_acceptance
from appeals.models import Appeal
from appeals.terms import list_refusal_reasons
from core import clock
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.around import ACCEPT, NOT_ACCEPT
from creditportal.staff.case import carry_out, load_case
from creditportal.staff.case_forms import AcceptForm, NotAcceptForm
from creditportal.staff.desk import staff_page


@staff_page(Permission.REVIEW_APPEAL, "POST")
def accept(request: StaffRequest, reference: str) -> HttpResponse:
    """Take the appeal in."""

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        return accept_appeal(
            appeal=appeal, result=typed["result"], reason=typed["reason"],
            expected_version=typed["version"], by=actor_of(request), now=clock.now(),
        )  # fmt: skip

    form = AcceptForm(request.POST, key=ACCEPT)
    return carry_out(
        request, load_case(request, reference), form, act,
        done=_("The appeal is taken in and waits for a reviewer."), anchor="taking-in",
    )  # fmt: skip


@staff_page(Permission.REVIEW_APPEAL, "POST")
def not_accept(request: StaffRequest, reference: str) -> HttpResponse:
    """Do not take the appeal in, with a coded reason."""

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        return refuse_acceptance(
            appeal=appeal, code=typed["code"], reason=typed["reason"],
            expected_version=typed["version"], by=actor_of(request), now=clock.now(),
        )  # fmt: skip

    form = NotAcceptForm(request.POST, key=NOT_ACCEPT, reasons=list_refusal_reasons())
    return carry_out(
        request, load_case(request, reference), form, act,
        done=_("The applicant is told why, and may ask another person to look at it."), anchor="taking-in",
    )  # fmt: skip
