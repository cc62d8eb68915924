"""Asking the applicant or a third party, and answering what the applicant asks for."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.roles import Permission
from appeals.models import Appeal, Request
from appeals.petitions import grant_request, refuse_request
from appeals.requesting import ask_applicant, ask_third_party, record_third_party_answer
from core import clock
from core.errors import NotFoundError
from core.references import normalise_reference
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.around import ANSWER, OUTSIDE, ask_form, settle_key
from creditportal.staff.case import carry_out, load_case
from creditportal.staff.case_forms import AnswerForm, AskOutsideForm, YesOrNoForm
from creditportal.staff.desk import staff_page

REVIEW = Permission.REVIEW_APPEAL


@staff_page(REVIEW, "POST")
def ask(request: StaffRequest, reference: str) -> HttpResponse:
    """Ask the applicant for things until a day; our own clock waits."""
    appeal, now = load_case(request, reference), clock.now()
    form = ask_form(appeal, now=now, data=request.POST)

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        return ask_applicant(
            appeal=appeal, items=form.items, due_on=typed["due_on"], expected_version=typed["version"],
            by=actor_of(request), now=now,
        )  # fmt: skip

    return carry_out(
        request, appeal, form, act, done=_("The applicant is asked. Our own clock waits."), anchor="requests"
    )


@staff_page(REVIEW, "POST")
def ask_outside(request: StaffRequest, reference: str) -> HttpResponse:
    """Ask a third party; no clock waits."""

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        return ask_third_party(
            appeal=appeal, source=typed["source"], text=typed["text"], chase_on=typed["chase_on"],
            expected_version=typed["version"], by=actor_of(request), now=clock.now(),
        )  # fmt: skip

    form = AskOutsideForm(request.POST, key=OUTSIDE)
    return carry_out(
        request, load_case(request, reference), form, act,
        done=_("It is noted whom you asked."), anchor="requests",
    )  # fmt: skip


@staff_page(REVIEW, "POST")
def note_answer(request: StaffRequest, reference: str, asked: str) -> HttpResponse:
    """Write down what a third party answered."""
    appeal = load_case(request, reference)
    about = _get_request(appeal, asked)

    def act(_appeal: Appeal, typed: dict[str, Any]) -> object:
        return record_third_party_answer(
            request=about, answer=typed["answer"], expected_version=typed["version"],
            by=actor_of(request), now=clock.now(),
        )  # fmt: skip

    form = AnswerForm(request.POST, key=ANSWER)
    return carry_out(
        request, appeal, form, act, done=_("The answer is noted. The review goes on."), anchor="requests"
    )


@staff_page(REVIEW, "POST")
def settle(request: StaffRequest, reference: str, asked: str) -> HttpResponse:
    """Agree to what the applicant asks for, or not with a reason."""
    appeal = load_case(request, reference)
    about = _get_request(appeal, asked)

    def act(_appeal: Appeal, typed: dict[str, Any]) -> object:
        answer = grant_request if typed["agreed"] else refuse_request
        return answer(
            request=about, reason=typed["reason"], expected_version=typed["version"],
            by=actor_of(request), now=clock.now(),
        )  # fmt: skip

    form = YesOrNoForm(request.POST, key=settle_key(about))
    return carry_out(
        request, appeal, form, act, done=_("The applicant is told what you decided."), anchor="requests"
    )


def _get_request(appeal: Appeal, reference: str) -> Request:
    found = appeal.requests.select_related("about").filter(reference=normalise_reference(reference)).first()
    if found is None:
        raise NotFoundError
    # One row in hand, not two: what is done to the request is done to the case that was loaded.
    found.appeal = appeal
    return found
