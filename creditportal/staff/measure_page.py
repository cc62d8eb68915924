"""One measure on the desk: what changed, what it would do, signing it, or not taking it."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.roles import Permission
from appeals.answering_measures import get_answer_for, settle_answer
from applicants.showing import show_money
from core import clock
from core.errors import DomainError
from creditportal.staff.access import StaffRequest, actor_of, typed_text
from creditportal.staff.desk import show, staff_page
from creditportal.staff.forms import DeclineMeasureForm, MeasureForm, ReplyForm
from creditportal.staff.measure_view import describe_answer, describe_pending, describe_warnings
from decisions.lines import available
from decisions.measure_deciding import approve_measure, decline_measure, needs_two
from decisions.measure_states import WAITING
from decisions.measures import get_measure_for
from decisions.models import Measure, MeasureState
from decisions.products import product_name
from decisions.warnings import list_open_warnings

_READ = Permission.SEE_QUEUE
_DECIDE = Permission.DECIDE_REFERRAL


@staff_page(_READ)
def show_measure(request: StaffRequest, reference: str) -> HttpResponse:
    """One measure with the warnings that it answers; one's own is not found."""
    return _page(request, _load(request, reference))


@staff_page(_DECIDE, "POST")
def sign_measure(request: StaffRequest, reference: str) -> HttpResponse:
    """Sign a measure."""
    measure, form = _load(request, reference), MeasureForm(request.POST)
    if not form.is_valid():
        return _page(request, measure, approving=form, status=400)
    try:
        done = approve_measure(
            measure=measure, reason=form.cleaned_data["reason"], by=actor_of(request), now=clock.now(),
            expected_version=form.cleaned_data["version"],
        )  # fmt: skip
    except DomainError as error:
        form.explain(error)
        return _page(request, measure, approving=form, error=error, status=error.status)
    is_half = done.state == MeasureState.SIGNED
    messages.success(
        request, _("You signed. A second person signs too.") if is_half else _("The measure is taken.")
    )
    return redirect("admin:measure", reference=measure.reference)


@staff_page(_DECIDE, "POST")
def pass_over_measure(request: StaffRequest, reference: str) -> HttpResponse:
    """Do not take a measure."""
    measure, form = _load(request, reference), DeclineMeasureForm(request.POST)
    if not form.is_valid():
        return _page(request, measure, declining=form, status=400)
    try:
        following = decline_measure(
            measure=measure, reason=form.cleaned_data["reason"], by=actor_of(request), now=clock.now(),
            wants_next=form.cleaned_data["wants_next"], expected_version=form.cleaned_data["version"],
        )  # fmt: skip
    except DomainError as error:
        form.explain(error)
        return _page(request, measure, declining=form, error=error, status=error.status)
    messages.success(request, _("The measure is not taken."))
    return redirect("admin:measure", reference=(following or measure).reference)


@staff_page(_DECIDE, "POST")
def reply_to_answer(request: StaffRequest, reference: str) -> HttpResponse:
    """Say whether what the person answered does."""
    by, form = actor_of(request), ReplyForm(request.POST, auto_id="reply-%s")
    answer = get_answer_for(by=by, reference=reference)
    if not form.is_valid():
        return _page(request, answer.measure, replying=form, status=400)
    try:
        settle_answer(answer=answer, **form.cleaned_data, by=by, now=clock.now())
    except DomainError as error:
        form.explain(error)
        return _page(request, answer.measure, replying=form, error=error, status=error.status)
    messages.success(request, _("The person is told."))
    return redirect("admin:measure", reference=reference)


def _load(request: StaffRequest, reference: str) -> Measure:
    return get_measure_for(by=actor_of(request), reference=reference)


def _amounts(measure: Measure) -> dict[str, Decimal]:
    line = measure.line
    return {"total": line.total_cny, "drawn": line.drawn_cny, "available": available(line)}


def _page(
    request: StaffRequest,
    measure: Measure,
    *,
    approving: MeasureForm | None = None,
    declining: DeclineMeasureForm | None = None,
    replying: ReplyForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    measure.refresh_from_db()
    now, language = clock.now(), get_language() or "zh-hans"
    seen = {"version": measure.version}
    waits = measure.state in WAITING
    context: dict[str, Any] = {
        "title": measure.reference,
        "row": describe_pending([measure], now=now)[0],
        "measure": measure,
        "product": product_name(measure.line.product, language),
        "parts": {name: show_money(amount) for name, amount in _amounts(measure).items()},
        "warnings": describe_warnings(list_open_warnings(applicant=measure.applicant)),
        "needs_two": waits and needs_two(measure=measure, now=now),
        "can_decide": waits and request.user.can(_DECIDE),
        "is_own_signature": measure.signed_by_id == request.user.pk,
        "may_see_reasons": request.user.can(_DECIDE),
        "may_see_figures": request.user.can(Permission.SEE_RUNS),
        "approving": approving or MeasureForm(initial=seen, auto_id="approve-%s"),
        "declining": declining or DeclineMeasureForm(initial=seen, auto_id="decline-%s"),
        "answer": describe_answer(measure),
        "replying": replying or ReplyForm(auto_id="reply-%s"),
        "can_reply": request.user.can(_DECIDE) and request.user.can(Permission.SEE_PERSONAL_DATA),
        "error": error,
        "typed": typed_text(request) if error else [],
        "errors": error is not None or bool((approving or declining or replying) and status != 200),
    }
    return show(request, "staff/measure.html", context, status=status)
