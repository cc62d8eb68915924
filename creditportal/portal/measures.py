"""Answering a measure: choosing a repayment plan, or offering a guarantee with papers."""

from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.translation import get_language, gettext, ngettext

from accounts.limits import count_hit
from appeals.answering_measures import answer_by, answer_measure, can_answer, newest_answers
from appeals.models import MeasureAnswer
from appeals.papers import Paper
from core.clock import now
from core.errors import NotFoundError
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.evidence import UPLOADS
from creditportal.portal.failures import MovedOnError, TooOftenError
from creditportal.portal.forms.measures import OfferForm, PlanForm
from creditportal.portal.keeping import read_typed
from creditportal.portal.pages import show_form
from creditportal.portal.registering import own_applicant
from creditportal.portal.uploading import keeps_words, receives_files
from decisions.measure_plans import Plan, key_of, list_plans
from decisions.measures import get_measure_for
from decisions.models import Measure, MeasureState
from decisions.warning_catalogue import get_measure_terms
from evidence.queries import get_document_for, list_documents_for


@keeps_words
@receives_files
@page
def answer(request: PortalRequest, reference: str) -> HttpResponseBase:
    """The plans to choose from, or what can be offered, and the words that go with it."""
    measure = _own_measure(request, reference)
    terms = get_measure_terms()[measure.code]
    is_plan = terms.effect == "plan"
    form = _form(request, measure, is_plan=is_plan)
    if request.method == "POST" and form.is_valid():
        done = form.try_to(partial(_answer, request, form, measure))
        if done is not None:
            messages.success(request, gettext("Your answer is here. We read it and write to you."))
            return redirect("portal:warnings")
        measure.line.refresh_from_db()
        form.keep(_offered(measure, is_plan=is_plan))
    language = get_language() or "zh-hans"
    context = {
        "measure": measure,
        "title": terms.say("title", language),
        "meaning": terms.say("meaning", language),
        "is_plan": is_plan,
        "answer_by": answer_by(measure, now=now()),
        "owed": measure.line.drawn_cny,
    }
    return show_form(request, "measure_answer.html", form, context)


def show_plan(term: int, instalment: Decimal, interest: Decimal) -> str:
    """One repayment plan in a sentence."""
    span = ngettext("%(n)s month", "%(n)s months", term) % {"n": term}
    words = gettext("%(span)s: ¥%(instalment)s each time, interest in all ¥%(interest)s")
    return words % {"span": span, "instalment": f"{instalment:,}", "interest": f"{interest:,}"}


def _own_measure(request: PortalRequest, reference: str) -> Measure:
    """One of the person's own measures that waits for an answer, or the way to where it stands now."""
    measure = get_measure_for(by=request.actor, reference=reference)
    if measure.applicant_id != own_applicant(request).pk or measure.state == MeasureState.TOLD:
        raise NotFoundError
    if not can_answer(measure, newest_answers([measure]).get(measure.pk)):
        words = gettext("This measure does not wait for an answer of yours.")
        raise MovedOnError(words, to=resolve_url("portal:warnings"))
    return measure


def _form(request: PortalRequest, measure: Measure, *, is_plan: bool) -> PlanForm | OfferForm:
    offered = _offered(measure, is_plan=is_plan)
    if is_plan:
        return PlanForm(read_typed(request), plans=offered)
    sent = request.FILES if request.method == "POST" else None
    return OfferForm(read_typed(request), sent, files=offered)


def _offered(measure: Measure, *, is_plan: bool) -> list[tuple[str, str]]:
    """What can be chosen: the plans as they are now, or the files that were sent before."""
    if is_plan:
        return [_choice(plan) for plan in list_plans(measure)]
    return [(file.reference, file.display_name or "") for file in list_documents_for(measure.applicant)]


def _choice(plan: Plan) -> tuple[str, str]:
    return key_of(plan), show_plan(plan.term, plan.instalment, plan.total_interest)


def _answer(request: PortalRequest, form: PlanForm | OfferForm, measure: Measure) -> MeasureAnswer:
    data: dict[str, Any] = form.cleaned_data
    files = data.get("papers") or []
    if files:
        count = count_hit(limit=UPLOADS, who=request.actor.code, now=now())
        if not count.is_allowed:
            raise TooOftenError(wait_seconds=count.wait_seconds)
    return answer_measure(
        measure=measure,
        words=data["words"],
        plan=data.get("plan", ""),
        papers=[Paper(file, file.name or "", file.content_type or "") for file in files],
        again=[get_document_for(by=request.actor, reference=one) for one in data.get("again", [])],
        by=request.actor,
        now=now(),
    )
