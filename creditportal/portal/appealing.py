"""Appealing, one thing on a page: start, reasons, situation, check and send, withdraw."""

from functools import partial

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _

from appeals.appealability import (
    WindowOverError,
    allowed_claims,
    appeal_window,
    check_appealable,
    count_decided,
    get_open_appeal,
)
from appeals.clocks import reinstate_until
from appeals.jurisdictions import get_jurisdiction
from appeals.models import Appeal, AppealStatus
from appeals.opening import open_appeal, save_grounds, save_statement, submit_appeal
from appeals.queries import get_appeal_for
from appeals.states import Event, Party, Status, allowed_events
from appeals.withdrawing import withdraw_appeal
from core.clock import now
from core.errors import DomainError, StaleError
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.decisions import newer_reference
from creditportal.portal.failures import MovedOnError
from creditportal.portal.forms.appealing import GroundsForm, LateForm, StatementForm
from creditportal.portal.forms.base import PortalForm
from creditportal.portal.grounds import explained, list_contested
from creditportal.portal.keeping import read_typed
from creditportal.portal.pages import show, show_form
from decisions.models import Decision
from decisions.queries import get_decision_for


@page
def start(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Say what an appeal is and until when it is possible, then open the draft; a late one needs a reason."""
    decision = get_decision_for(by=request.actor, reference=reference)
    refusal = why_not(decision)
    is_late = isinstance(refusal, WindowOverError)
    form = LateForm(read_typed(request)) if is_late else PortalForm(request.POST or None)
    if request.method == "POST" and (not is_late or form.is_valid()):
        given = form.cleaned_data if is_late else {}
        appeal = (
            form.try_to(lambda: _open(decision, request, **given)) if is_late else _open(decision, request)
        )
        if appeal is not None:
            return redirect("portal:appeal", appeal.reference)
    open_one = get_open_appeal(decision) if refusal else None
    context = {
        "decision": decision,
        "title": explained(decision)["outcome"]["title"],
        "window": appeal_window(decision),
        "decision_days": get_jurisdiction(decision.applicant).decision_days,
        "is_second": count_decided(decision) > 0,
        "refusal": refusal,
        "is_late": is_late,
        "open_reference": open_one.reference if open_one else "",
        "newer": newer_reference(decision),
    }
    return show_form(request, "appeal_start.html", form, context)


def _open(decision: Decision, request: PortalRequest, *, late_reason: str = "") -> Appeal:
    return open_appeal(decision=decision, late_reason=late_reason, by=request.actor, now=now())


@page
def choose_reasons(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Ask which reasons are questioned and what is wrong with each."""
    appeal = get_draft(request, reference)
    document = explained(appeal.decision)
    form = GroundsForm(
        read_typed(request),
        initial=_saved_grounds(appeal),
        reasons=document["reasons"],
        claims={reason["code"]: allowed_claims(reason["code"]) for reason in document["reasons"]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = form.try_to(
                lambda: save_grounds(
                    appeal=appeal,
                    grounds=form.grounds,
                    expected_version=read_version(request),
                    by=request.actor,
                    now=now(),
                )
            )
        except StaleError:
            return _show_stale(request, "appeal_reasons.html", form, appeal)
        if saved is not None:
            return redirect("portal:appeal", appeal.reference)
    return show_form(request, "appeal_reasons.html", form, {"appeal": appeal})


@page
def tell_situation(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Take the applicant's own words."""
    appeal = get_draft(request, reference)
    saved = {"statement": appeal.statement, "is_urgent": appeal.is_urgent}
    form = StatementForm(read_typed(request), initial=saved)
    if request.method == "POST" and form.is_valid():
        keep = partial(
            save_statement, appeal=appeal, expected_version=read_version(request), by=request.actor
        )
        try:
            done = form.try_to(lambda: keep(**form.cleaned_data, now=now()))
        except StaleError:
            return _show_stale(request, "appeal_statement.html", form, appeal)
        if done is not None:
            return redirect("portal:appeal", appeal.reference)
    return show_form(request, "appeal_statement.html", form, {"appeal": appeal})


@page
def check_and_send(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Show everything once more and send it; sent twice is sent once."""
    appeal = get_appeal_for(by=request.actor, reference=reference)
    form = PortalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        send = partial(submit_appeal, appeal=appeal, expected_version=read_version(request), by=request.actor)
        if form.try_to(lambda: send(now=now())) is not None:
            return redirect("portal:appeal_sent", appeal.reference)
    if appeal.status != AppealStatus.DRAFT:
        return redirect("portal:appeal", appeal.reference)
    grounds = list_contested(appeal, explained(appeal.decision))
    context = {"appeal": appeal, "grounds": grounds, "newer": newer_reference(appeal.decision)}
    return show_form(request, "appeal_check.html", form, context)


@page
def withdraw(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Ask once whether the appeal shall end, then end it."""
    appeal = get_appeal_for(by=request.actor, reference=reference)
    is_draft = appeal.submitted_at is None
    if request.method == "POST":
        withdraw_appeal(appeal=appeal, expected_version=read_version(request), by=request.actor, now=now())
        messages.success(request, _("The draft is deleted.") if is_draft else _("Your appeal is withdrawn."))
        to = (
            ["portal:decision", appeal.decision.reference]
            if is_draft
            else ["portal:appeal", appeal.reference]
        )
        return redirect(*to)
    if Event.WITHDRAW not in allowed_events(status=Status(appeal.status), party=Party.APPLICANT):
        return redirect("portal:appeal", appeal.reference)
    window = appeal_window(appeal.decision)
    context = {
        "appeal": appeal,
        "is_draft": is_draft,
        "window": window,
        "is_late": not window.is_open(now()),
        "reinstate_until": reinstate_until(appeal.applicant, now()),
    }
    return show(request, "appeal_withdraw.html", context)


def get_draft(request: PortalRequest, reference: str) -> Appeal:
    """The draft, or a refusal when it was sent already."""
    appeal = get_appeal_for(by=request.actor, reference=reference)
    if appeal.status == AppealStatus.DRAFT:
        return appeal
    sent = _("This appeal was sent already, so it can no longer be changed.")
    words = draft_gone() if appeal.submitted_at is None else sent
    raise MovedOnError(words, to=resolve_url("portal:appeal", appeal.reference))


def draft_gone() -> str:
    """What is said about a draft that was deleted or ran out."""
    return _("This draft is deleted, and nothing of it was sent. You can start again from the decision.")


def _show_stale(request: PortalRequest, template: str, form: PortalForm, appeal: Appeal) -> HttpResponseBase:
    fresh = get_appeal_for(by=request.actor, reference=appeal.reference)
    return show_form(request, template, form, {"appeal": fresh, "is_stale": True}, status=StaleError.status)


def read_version(request: PortalRequest) -> int:
    """The version of the appeal that the form was made from; -1 when it says none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _saved_grounds(appeal: Appeal) -> dict[str, object]:
    saved: dict[str, object] = {}
    for ground in appeal.grounds.all():
        saved |= {
            f"contest_{ground.code}": True,
            f"claim_{ground.code}": ground.claim,
            f"note_{ground.code}": ground.note,
        }
    return saved


def why_not(decision: Decision, *, may_draft: bool = False) -> DomainError | None:
    """Why the decision cannot be appealed now, or None; a draft of one's own may be in the way or not."""
    if may_draft:
        known = get_open_appeal(decision)
        if known is not None and known.status == AppealStatus.DRAFT:
            return None
    try:
        check_appealable(decision=decision, now=now())
    except DomainError as error:
        return error
    return None
