"""Applications that the rules leave to a person: the list, one of them, and deciding it."""

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.roles import Permission
from appeals.answering_measures import list_answers_to_read
from appeals.waiting_papers import list_sent
from core import clock
from core.errors import ConflictError, DomainError, NotFoundError
from core.references import normalise_reference
from creditportal.staff.access import StaffRequest, actor_of, typed_text
from creditportal.staff.desk import show, staff_page
from creditportal.staff.forms import ReasonForm, ReferralForm, TypedForm
from creditportal.staff.measure_view import describe_pending
from decisions.explaining import explain
from decisions.measures import list_pending
from decisions.models import Decision, Outcome, ReferralProposal
from decisions.products import product_name
from decisions.queries import get_decision_for
from decisions.referral import (
    countersign_referral,
    decide_referral,
    describe_referral,
    list_referrals,
    return_referral,
)

_PAGE: Final = 50
_DECIDE: Final = Permission.DECIDE_REFERRAL


@staff_page(_DECIDE)
def show_referrals(request: StaffRequest) -> HttpResponse:
    """The referrals that wait, the oldest first, and the measures on lines that wait for a signature."""
    after = request.GET.get("after", "")
    rows = list_referrals(
        by=actor_of(request), before=normalise_reference(after) if after else None, limit=_PAGE + 1
    )
    answers, more = ([], 0) if after else list_answers_to_read(by=actor_of(request))
    language = get_language() or "zh-hans"
    names = {code: product_name(code, language) for code in {row.decision.product for row in rows}}
    context = {
        "title": _("Referrals"),
        "rows": [(row, names[row.decision.product]) for row in rows[:_PAGE]],
        "with_papers": {
            one.decision.application_id for one in list_sent(row.decision for row in rows[:_PAGE])
        },
        "next_after": rows[_PAGE - 1].decision.reference if len(rows) > _PAGE else None,
        "is_first_page": not after,
        "answers": answers,
        "more_answers": more,
        "pending": [] if after else describe_pending(list_pending(by=actor_of(request)), now=clock.now()),
    }
    return show(request, "staff/referrals.html", context)


@staff_page(_DECIDE, "GET", "HEAD", "POST")
def decide_one(request: StaffRequest, reference: str) -> HttpResponse:
    """One referral with what it was made from, and the decision of a person."""
    decision = _load(request, reference)
    if request.method != "POST":
        return _page(request, decision)
    form = ReferralForm(request.POST)

    def act() -> str:
        made = decide_referral(
            decision=decision, outcome=form.cleaned_data["outcome"], reason=form.cleaned_data["reason"],
            by=actor_of(request), now=clock.now(),
        )  # fmt: skip
        waits = isinstance(made, ReferralProposal)
        return _("Your proposal waits for a second signature.") if waits else _("The application is decided.")

    return _carry_out(request, decision, form, act)


@staff_page(Permission.COUNTERSIGN, "POST")
def sign_one(request: StaffRequest, reference: str) -> HttpResponse:
    """Agree as the second person."""
    decision = _load(request, reference)

    def act() -> str:
        countersign_referral(decision=decision, by=actor_of(request), now=clock.now())
        return _("You signed. The application is decided.")

    return _carry_out(request, decision, TypedForm(request.POST), act)


@staff_page(Permission.COUNTERSIGN, "POST")
def return_one(request: StaffRequest, reference: str) -> HttpResponse:
    """Send the proposal back with a reason."""
    decision = _load(request, reference)
    form = ReasonForm(request.POST)

    def act() -> str:
        return_referral(
            decision=decision, reason=form.cleaned_data["reason"], by=actor_of(request), now=clock.now()
        )
        return _("The proposal went back.")

    return _carry_out(request, decision, form, act)


def _load(request: StaffRequest, reference: str) -> Decision:
    """The referral; one's own is not found here, nor is a decision that was never referred."""
    decision = get_decision_for(by=actor_of(request), reference=reference)
    if decision.outcome != Outcome.REFER or decision.applicant.user_id == request.user.pk:
        raise NotFoundError
    return decision


def _carry_out(
    request: StaffRequest, decision: Decision, form: TypedForm, act: Callable[[], str]
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, decision, form=form, status=400)
    try:
        done = _do(act)
    except DomainError as error:
        form.explain(error)
        return _page(request, decision, form=form, error=error, status=error.status)
    messages.success(request, done)
    return redirect("admin:referral", reference=decision.reference)


def _do(act: Callable[[], str]) -> str:
    try:
        return act()
    except IntegrityError as error:
        raise ConflictError from error


def _page(
    request: StaffRequest,
    decision: Decision,
    *,
    form: TypedForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    referral = describe_referral(decision=decision, by=actor_of(request))
    explained = explain(decision=decision, language=get_language() or "zh-hans", now=clock.now())
    standing = Decision.objects.filter(supersedes=decision).first()
    context = {
        "title": decision.reference,
        "decision": decision,
        "referral": referral,
        "explained": explained,
        "standing": standing,
        "papers_sent": list_sent([decision]),
        "proposals": list(decision.proposals.select_related("proposed_by", "signed_by")),
        "form": form if isinstance(form, ReferralForm) else ReferralForm(),
        "return_form": form if isinstance(form, ReasonForm) else ReasonForm(),
        "error": error,
        "typed": typed_text(request) if error else [],
        "errors": error is not None or bool(form and form.errors),
    }
    return show(request, "staff/referral.html", context, status=status)
