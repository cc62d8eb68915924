"""The page of one case, and how an act on it is carried out or refused without losing what was typed."""

from collections.abc import Callable
from typing import Any, TypeAlias

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.roles import Permission
from appeals.concluding import find_rerun
from appeals.deriving import why_due
from appeals.models import Appeal
from appeals.parties import NotHolderError
from appeals.queries import get_appeal_for
from applicants.queries import reveal
from core import clock
from core.busy import told_when_busy
from core.errors import ConflictError, DomainError, NotFoundError, StaleError
from creditportal.staff.access import StaffRequest, actor_of, typed_text
from creditportal.staff.case_view import build_case
from creditportal.staff.desk import show, staff_page
from creditportal.staff.forms import CaseForm
from creditportal.staff.presence import come_in
from decisions.queries import record_access

Act: TypeAlias = Callable[[Appeal, dict[str, Any]], object]
_NAMED = "staff_named"


@staff_page(Permission.SEE_QUEUE)
def show_case(request: StaffRequest, reference: str) -> HttpResponse:
    """The case as it stands; who looks at its decision is noted."""
    appeal = load_case(request, reference)
    record_access(decision=appeal.decision, by=actor_of(request), now=clock.now())
    return case_page(request, appeal)


@staff_page(Permission.SEE_QUEUE, by_itself=True)
def show_rerun_state(request: StaffRequest, reference: str) -> HttpResponse:
    """How far the rerun of the present findings has come, for the page that waits for it."""
    rerun = find_rerun(load_case(request, reference))
    return JsonResponse({"state": rerun.state if rerun else ""})


@staff_page(Permission.SEE_QUEUE, "POST", by_itself=True)
def be_here(request: StaffRequest, reference: str) -> HttpResponse:
    """Say that somebody still looks at the case, and hear who else does."""
    appeal = load_case(request, reference)
    return JsonResponse({"others": come_in(appeal.reference, user=request.user, now=clock.now())})


@staff_page(Permission.SEE_QUEUE)
def show_why_due(request: StaffRequest, reference: str) -> HttpResponse:
    """How both dates of the case came about."""
    appeal = load_case(request, reference)
    context = {"title": _("Why this date"), "appeal": appeal, "why": why_due(appeal)}
    return show(request, "staff/why_due.html", context)


def load_case(request: StaffRequest, reference: str) -> Appeal:
    """The case; one's own is not found here, it is on the pages of applicants."""
    appeal = get_appeal_for(by=actor_of(request), reference=reference)
    if appeal.applicant.user_id == request.user.pk:
        raise NotFoundError
    return appeal


def case_page(
    request: StaffRequest,
    appeal: Appeal,
    *,
    form: CaseForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with the form that has something typed in it and what went wrong, if anything did."""
    language = get_language() or "zh-hans"
    case = build_case(
        appeal, by=actor_of(request), language=language, now=clock.now(),
        forms={form.key: form} if form else {}, chosen=request.GET.get("outcome"),
    )  # fmt: skip
    if case.header.is_name_shown:
        _note_name_shown(request, appeal)
    context = {
        "title": appeal.reference,
        "others": come_in(appeal.reference, user=request.user, now=clock.now()),
        "case": case,
        "appeal": appeal,
        "error": error,
        "errors": error is not None or bool(form and form.errors),
        "is_stale": isinstance(error, StaleError),
        "typed": typed_text(request) if error else [],
    }
    return show(request, "staff/case.html", context, status=status)


def carry_out(
    request: StaffRequest, appeal: Appeal, form: CaseForm, act: Act, *, done: str, anchor: str
) -> HttpResponse:
    """Do what the form asks for and come back there; a refusal shows the case with everything typed."""
    if not form.is_valid():
        return case_page(request, appeal, form=form, status=400)
    try:
        _do(act, appeal, form.cleaned_data)
    except NotHolderError as error:
        # Whose case it was when the page was opened is told that it moved on, not that it must be taken.
        is_old = form.cleaned_data["version"] != appeal.version
        return _refuse(request, appeal.reference, form, StaleError() if is_old else error)
    except DomainError as error:
        return _refuse(request, appeal.reference, form, error)
    messages.success(request, done)
    return redirect(f"{reverse('admin:case', args=[appeal.reference])}#{anchor}")


def _do(act: Act, appeal: Appeal, typed: dict[str, Any]) -> None:
    try:
        with told_when_busy():
            act(appeal, typed)
    except IntegrityError as error:
        # The database saw what the domain could not: somebody was quicker.
        raise ConflictError from error


def _refuse(request: StaffRequest, reference: str, form: CaseForm, error: DomainError) -> HttpResponse:
    appeal = load_case(request, reference)
    form.explain(error)
    form.renew(appeal.version)
    return case_page(request, appeal, form=form, error=error, status=error.status)


def _note_name_shown(request: StaffRequest, appeal: Appeal) -> None:
    """The full name on a case that one holds is a look at personal data: noted once a visit and claim."""
    mark = f"{appeal.reference}:{appeal.claimed_by_id}"
    named: list[str] = request.session.get(_NAMED, [])
    if mark not in named:
        reveal(applicant=appeal.applicant, field="name", by=actor_of(request), now=clock.now())
        request.session[_NAMED] = [*named[-49:], mark]
