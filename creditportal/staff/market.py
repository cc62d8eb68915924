"""The market condition on the desk: what holds, what is proposed, and the second person's answer."""

from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Permission
from core import clock
from core.errors import ConflictError, DomainError
from creditportal.staff.access import StaffRequest, actor_of, typed_text
from creditportal.staff.desk import show, staff_page
from creditportal.staff.policy_forms import MarketForm, MarketReturnForm
from creditportal.staff.trail import name_actors
from decisions.market import (
    SwitchAnsweredError,
    approve_market,
    last_switch,
    late_review,
    open_proposal,
    propose_market,
    return_market,
)
from decisions.models import Market, MarketSwitch
from decisions.policies import current_market

_SEE: Final = Permission.APPROVE_POLICY


def describe_market(*, by: Actor, now: datetime) -> dict[str, Any]:
    """The condition, since when and why, the review, and a proposal that waits."""
    switch, proposal = last_switch(now), open_proposal()
    people = [code for row in (switch, proposal) if row for code in (row.proposed_by, row.approved_by)]
    return {
        "market": Market(current_market(now)).label,
        "switch": switch,
        "late": late_review(now) is not None,
        "proposal": proposal,
        "can_propose": by.can(Permission.MANAGE_POLICY) and proposal is None,
        "can_agree": proposal is not None and by.can(_SEE) and proposal.proposed_by != by.code,
        "can_return": proposal is not None and by.can(_SEE),
        "names": name_actors(people),
    }


@staff_page(_SEE, "GET", "HEAD", "POST")
def switch_one(request: StaffRequest) -> HttpResponse:
    """The condition that holds, its history, and proposing another."""
    if request.method != "POST":
        return _page(request)
    form = MarketForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=400)
    try:
        propose_market(by=actor_of(request), now=clock.now(), **form.cleaned_data)
    except DomainError as error:
        form.explain(error)
        return _page(request, form=form, error=error, status=error.status)
    messages.success(request, _("Proposed. It holds when somebody else agrees."))
    return redirect("admin:market")


@staff_page(_SEE, "POST")
def agree_to_switch(request: StaffRequest, key: int) -> HttpResponse:
    """Agree as the second person."""
    try:
        approve_market(switch=_load(key), by=actor_of(request), now=clock.now())
    except DomainError as error:
        return _page(request, error=error, status=error.status)
    messages.success(request, _("The market condition holds from now on for new decisions."))
    return redirect("admin:market")


@staff_page(_SEE, "POST")
def return_switch(request: StaffRequest, key: int) -> HttpResponse:
    """Answer the proposal with no."""
    form = MarketReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, return_form=form, status=400)
    try:
        return_market(
            switch=_load(key), reason=form.cleaned_data["reason"], by=actor_of(request), now=clock.now()
        )
    except DomainError as error:
        return _page(request, return_form=form, error=error, status=error.status)
    messages.success(request, _("The proposal went back."))
    return redirect("admin:market")


def _load(key: int) -> MarketSwitch:
    row = MarketSwitch.objects.filter(pk=key).first()
    if row is None:
        raise SwitchAnsweredError
    return row


def _page(
    request: StaffRequest,
    *,
    form: MarketForm | None = None,
    return_form: MarketReturnForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    described = describe_market(by=actor_of(request), now=clock.now())
    history = list(MarketSwitch.objects.order_by("-pk")[:20])
    people = [code for row in history for code in (row.proposed_by, row.approved_by)]
    failed = form or return_form
    context = {
        "title": _("Market condition"),
        "form": form or MarketForm(),
        "return_form": return_form or MarketReturnForm(),
        "history": history,
        "error": error,
        "typed": typed_text(request) if isinstance(error, ConflictError) else [],
        "errors": error is not None or bool(failed and failed.errors),
        **described,
        "names": name_actors(people),
    }
    return show(request, "staff/market.html", context, status=status)
