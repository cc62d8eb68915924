"""What an applicant may ask for around an appeal: a person, a quicker answer, a second look, taking it up."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from appeals.acceptance import ask_acceptance_review
from appeals.appealability import AlreadyOpenError, WindowOverError, get_open_appeal
from appeals.asking_for_a_person import ask_for_person
from appeals.petitions import ask_expedite
from appeals.queries import get_appeal_for
from appeals.withdrawing import ReinstateOverError, reinstate_appeal
from core.clock import now
from creditportal.portal.access import PortalRequest, page, sent_only
from creditportal.portal.appealing import read_version, why_not
from creditportal.portal.decisions import newer_reference
from creditportal.portal.escalation import outside_body
from creditportal.portal.forms.appealing import PersonForm, WishForm
from creditportal.portal.grounds import explained
from creditportal.portal.keeping import read_typed
from creditportal.portal.next_looks import find_next_look
from creditportal.portal.pages import show, show_form
from decisions.queries import get_decision_for
from decisions.setting_aside import checks_against, checks_that_stand


@page
def let_a_person_decide(request: PortalRequest, reference: str) -> HttpResponseBase:
    """One step from an automatic decision to somebody's desk."""
    decision = get_decision_for(by=request.actor, reference=reference)
    form = PersonForm(read_typed(request))
    if request.method == "POST" and form.is_valid():
        ask = partial(ask_for_person, decision=decision, by=request.actor)
        appeal = form.try_to(lambda: ask(**form.cleaned_data, now=now()))
        if appeal is not None:
            return redirect("portal:appeal_sent", appeal.reference)
    refusal = why_not(decision, may_draft=True)
    open_one = get_open_appeal(decision) if refusal else None
    document = explained(decision)
    against = checks_against(decision.result)
    standing = checks_that_stand(decision.result, decision.policy)
    context: dict[str, Any] = {
        "decision": decision,
        "title": document["outcome"]["title"],
        "against": [rule["label"] for rule in document["rules"] if rule["id"] in (standing or against)],
        "is_final": bool(standing),
        "refusal": refusal,
        "is_late": isinstance(refusal, WindowOverError),
        "open_reference": open_one.reference if open_one else "",
        "newer": newer_reference(decision),
    }
    return show_form(request, "appeal_person.html", form, context)


@page
def ask_faster(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Ask for a quicker answer because something depends on it."""
    appeal = get_appeal_for(by=request.actor, reference=reference)
    form = WishForm(read_typed(request))
    if request.method == "POST" and form.is_valid():
        ask = partial(ask_expedite, appeal=appeal, by=request.actor)
        if form.try_to(lambda: ask(**form.cleaned_data, now=now())) is not None:
            messages.success(request, _("You asked for a quicker answer. We will tell you whether we can."))
            return redirect("portal:appeal", appeal.reference)
    return show_form(request, "appeal_faster.html", form, {"appeal": appeal})


@sent_only
@page
def take_up_again(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Take a withdrawn appeal up again."""
    appeal = get_appeal_for(by=request.actor, reference=reference)
    version = read_version(request)
    try:
        reinstate_appeal(appeal=appeal, expected_version=version, by=request.actor, now=now())
    except (ReinstateOverError, AlreadyOpenError) as error:
        context = {
            "appeal": appeal,
            "words": str(error),
            "again": find_next_look(appeal.decision),
            "outside": outside_body(appeal.applicant.jurisdiction),
        }
        return show(request, "appeal_not_again.html", context, status=error.status)
    messages.success(request, _("Your appeal goes on where it stopped."))
    return redirect("portal:appeal", appeal.reference)


@sent_only
@page
def have_it_reviewed(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Have another person look at why the appeal was not accepted."""
    appeal = get_appeal_for(by=request.actor, reference=reference)
    version = read_version(request)
    ask_acceptance_review(appeal=appeal, expected_version=version, by=request.actor, now=now())
    messages.success(request, _("Another person now looks at whether your appeal can be accepted."))
    return redirect("portal:appeal", appeal.reference)
