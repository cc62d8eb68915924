"""What we asked the applicant for: each thing answered on its own and kept, and more time to do it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _

from accounts.limits import count_hit
from appeals.answering import answer_item, list_requests
from appeals.answering_with_papers import answer_with_kept_paper, answer_with_paper
from appeals.clocks import due_on
from appeals.models import Appeal, ItemState, Request, RequestItem, RequestKind, RequestState
from appeals.petitions import ask_more_time
from appeals.queries import get_appeal_for
from appeals.requesting import last_day_to_answer
from core.clock import now
from core.errors import NotFoundError
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.advice import list_every_paper
from creditportal.portal.evidence import UPLOADS
from creditportal.portal.failures import MovedOnError, TooOftenError
from creditportal.portal.forms.appealing import AnswerForm, MoreTimeForm
from creditportal.portal.keeping import read_typed
from creditportal.portal.pages import show, show_form
from creditportal.portal.uploading import keeps_words, receives_files
from evidence.catalogue import get_kind
from evidence.queries import get_document_for, list_documents_for


@page
def show_questions(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Everything that we asked for, what was answered, and until when the rest is due."""
    appeal = get_appeal_for(by=request.actor, reference=reference)
    asked = [row for row in list_requests(appeal) if row.kind == RequestKind.ITEMS]
    if not asked:
        raise NotFoundError
    context = {
        "appeal": appeal,
        "asked": asked[-1],
        "items": list(asked[-1].items.all()),
        "left": sum(item.state == ItemState.OPEN for item in asked[-1].items.all()),
        "wish": next((row for row in _wishes(appeal, asked[-1])), None),
    }
    return show(request, "appeal_questions.html", context)


@keeps_words
@receives_files
@page
def answer(request: PortalRequest, reference: str, position: int) -> HttpResponseBase:
    """Answer one thing, in words, with a paper, or by saying that it cannot be had."""
    appeal = get_appeal_for(by=request.actor, reference=reference)
    asked = get_open_request(appeal)
    item = asked.items.filter(position=position).first()
    if item is None:
        raise NotFoundError
    item.request = asked
    form = _form(request, appeal, item)
    if request.method == "POST" and form.is_valid():
        done = form.try_to(partial(_answer, request, form, item))
        if done is not None:
            is_last = done.state != RequestState.OPEN
            messages.success(request, _thanks(is_last=is_last))
            return redirect("portal:appeal" if is_last else "portal:appeal_questions", appeal.reference)
    left = asked.items.filter(state=ItemState.OPEN).exclude(pk=item.pk).count()
    context = {
        "appeal": appeal,
        "asked": asked,
        "item": item,
        "is_last": not left,
        "wanted": get_kind(item.evidence_kind).label if item.evidence_kind else "",
    }
    return show_form(request, "appeal_answer.html", form, context)


@page
def more_time(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Ask for a later day to answer."""
    appeal = get_appeal_for(by=request.actor, reference=reference)
    asked = get_open_request(appeal)
    form = MoreTimeForm(read_typed(request))
    if request.method == "POST" and form.is_valid():
        ask = partial(ask_more_time, request=asked, by=request.actor)
        if form.try_to(lambda: ask(**form.cleaned_data, now=now())) is not None:
            messages.success(request, _("You asked for more time. We will answer you."))
            return redirect("portal:appeal_questions", appeal.reference)
    context = {
        "appeal": appeal,
        "asked": asked,
        "legal_day": due_on(appeal),
        "last_on": last_day_to_answer(appeal, now()),
    }
    return show_form(request, "appeal_more_time.html", form, context)


def get_open_request(appeal: Appeal) -> Request:
    """What we wait for, or a page that shows where the appeal stands now."""
    found = appeal.requests.filter(kind=RequestKind.ITEMS, state=RequestState.OPEN).first()
    if found is None:
        words = _("This is no longer asked for. You can still send papers until we decide.")
        raise MovedOnError(words, to=resolve_url("portal:appeal", appeal.reference))
    found.appeal = appeal
    return found


def _form(request: PortalRequest, appeal: Appeal, item: RequestItem) -> AnswerForm:
    is_sent = request.method == "POST"
    files = [(file.reference, file.display_name) for file in list_documents_for(appeal.applicant)]
    kinds = [] if item.evidence_kind else [(one.code, one.label) for one in list_every_paper(appeal)]
    return AnswerForm(
        read_typed(request),
        request.FILES if is_sent else None,
        initial={"answer": item.answer, "cannot": item.state == ItemState.CANNOT},
        kinds=kinds,
        files=files,
        wanted=item.evidence_kind,
    )


def _answer(request: PortalRequest, form: AnswerForm, item: RequestItem) -> Request:
    data: dict[str, Any] = form.cleaned_data
    by, at = request.actor, now()
    paper: UploadedFile | None = data.get("paper")
    if paper is not None:
        count = count_hit(limit=UPLOADS, who=by.code, now=at)
        if not count.is_allowed:
            raise TooOftenError(wait_seconds=count.wait_seconds)
        return answer_with_paper(
            item=item, answer=data["answer"], kind=data["kind"], upload=paper, name=paper.name or "",
            declared_type=paper.content_type or "", by=by, now=at,
        )  # fmt: skip
    if data.get("reuse"):
        kept = get_document_for(by=by, reference=data["reuse"])
        return answer_with_kept_paper(item=item, answer=data["answer"], document=kept, by=by, now=at)
    document = None if data["cannot"] else item.document
    return answer_item(
        item=item, answer=data["answer"], document=document, cannot=data["cannot"], by=by, now=at
    )


def _thanks(*, is_last: bool) -> str:
    if is_last:
        return _("Thank you. Everything is answered, and your appeal goes on.")
    return _("Your answer is kept. Please answer the rest too.")


def _wishes(appeal: Appeal, asked: Request) -> list[Request]:
    return [row for row in list_requests(appeal) if row.about_id == asked.pk]
