"""Sending papers while a colleague decides: what would help, and what has been sent."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext

from accounts.limits import count_hit
from appeals.models import WaitingPapers
from appeals.papers import Paper
from appeals.waiting_papers import kinds_that_help, list_sent, send_papers, waits_for_papers
from core.clock import now
from core.errors import NotFoundError
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.decisions import newer_reference
from creditportal.portal.evidence import UPLOADS
from creditportal.portal.failures import MovedOnError, TooOftenError
from creditportal.portal.forms.measures import PapersForm
from creditportal.portal.keeping import read_typed
from creditportal.portal.pages import show_form
from creditportal.portal.registering import own_applicant
from creditportal.portal.uploading import keeps_words, receives_files
from decisions.decision_days import answer_by
from decisions.models import Decision
from decisions.queries import get_decision_for
from evidence.queries import get_document_for, list_documents_for


@keeps_words
@receives_files
@page
def send(request: PortalRequest, reference: str) -> HttpResponseBase:
    """A form for papers and words; the colleague who decides sees them."""
    decision = _own_waiting(request, reference)
    sent = list_sent([decision])
    form = _form(request, decision, sent)
    if request.method == "POST" and form.is_valid():
        if form.try_to(partial(_send, request, form, decision)) is not None:
            messages.success(request, gettext("It is here. The colleague who decides sees it."))
            return redirect("portal:waiting_papers", decision.reference)
        form.keep(_offered(decision, sent))
    context = {"decision": decision, "sent": sent, "answer_by": answer_by(decision)}
    return show_form(request, "waiting_papers.html", form, context)


def _own_waiting(request: PortalRequest, reference: str) -> Decision:
    """One of the person's own decisions that waits for a colleague, or the way to where it stands now."""
    decision = get_decision_for(by=request.actor, reference=reference)
    if decision.applicant_id != own_applicant(request).pk:
        raise NotFoundError
    if not waits_for_papers(decision, newer_reference(decision)):
        words = gettext("This application does not wait for papers.")
        raise MovedOnError(words, to=resolve_url("portal:decision", decision.reference))
    return decision


def _form(request: PortalRequest, decision: Decision, sent: list[WaitingPapers]) -> PapersForm:
    files = request.FILES if request.method == "POST" else None
    kinds = [(kind.code, kind.label) for kind in kinds_that_help(decision)]
    return PapersForm(read_typed(request), files, files=_offered(decision, sent), kinds=kinds)


def _offered(decision: Decision, sent: list[WaitingPapers]) -> list[tuple[str, str]]:
    """The files that were sent before, but not for this."""
    here = {file.pk for one in sent for file in one.documents.all()}
    files = list_documents_for(decision.applicant)
    return [(file.reference, file.display_name or "") for file in files if file.pk not in here]


def _send(request: PortalRequest, form: PapersForm, decision: Decision) -> WaitingPapers:
    data: dict[str, Any] = form.cleaned_data
    files = data["papers"]
    if files:
        count = count_hit(limit=UPLOADS, who=request.actor.code, now=now())
        if not count.is_allowed:
            raise TooOftenError(wait_seconds=count.wait_seconds)
    return send_papers(
        decision=decision,
        words=data["words"],
        kind=data["kind"],
        papers=[Paper(file, file.name or "", file.content_type or "") for file in files],
        again=[get_document_for(by=request.actor, reference=one) for one in data.get("again", [])],
        by=request.actor,
        now=now(),
    )
