"""Handing a document to a reviewer: as pictures that we drew, or as a file; never the raw file in a page."""

from typing import Any, TypeVar

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import Permission
from core import clock
from core.errors import DomainError, NotFoundError
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.case import load_case
from creditportal.staff.case_forms import RedactForm
from creditportal.staff.case_view import build_case
from creditportal.staff.desk import show, staff_page
from creditportal.staff.reviewing import get_attachment
from evidence.downloading import open_document
from evidence.models import Document, RedactedCopy
from evidence.paging import Box, list_pages, open_marked_copy, open_page, redact_document
from evidence.queries import get_document_for

Response = TypeVar("Response", bound=HttpResponseBase)


@staff_page(Permission.SEE_PERSONAL_DATA)
def download_document(request: StaffRequest, reference: str) -> HttpResponseBase:
    """The safe copy as an attachment that a browser neither guesses about nor runs."""
    by = actor_of(request)
    document = get_document_for(by=by, reference=reference)
    opened = open_document(document=document, by=by, now=clock.now())
    response = FileResponse(
        opened.stream, as_attachment=True, filename=opened.filename, content_type=opened.media_type
    )
    response.headers["Content-Length"] = str(opened.size_bytes)
    return _closed(response)


@staff_page(Permission.SEE_PERSONAL_DATA)
def show_paper(request: StaffRequest, reference: str, code: str, document: str) -> HttpResponse:
    """The pages of a paper beside the values that it is meant to prove, with its checklist."""
    return _viewer(request, reference, code, document, RedactForm(auto_id="redact-%s"))


@staff_page(Permission.SEE_PERSONAL_DATA)
def show_page(request: StaffRequest, reference: str, number: int) -> HttpResponse:
    """One page as a picture that says who looks at it."""
    by = actor_of(request)
    document = get_document_for(by=by, reference=reference)
    copy = _get_copy(document, request.GET.get("copy", ""))
    picture = open_page(document=document, number=number, redaction=copy, by=by, now=clock.now())
    response = HttpResponse(picture, content_type="image/jpeg")
    response.headers["Content-Disposition"] = f'inline; filename="{document.reference}-{number}.jpg"'
    return _closed(response)


@staff_page(Permission.SEE_PERSONAL_DATA)
def download_marked(request: StaffRequest, reference: str) -> HttpResponse:
    """Every page in one PDF that says on each page who took it and when."""
    by = actor_of(request)
    document = get_document_for(by=by, reference=reference)
    copy = _get_copy(document, request.GET.get("copy", ""))
    bound = open_marked_copy(document=document, redaction=copy, by=by, now=clock.now())
    response = HttpResponse(bound, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{document.reference}-marked.pdf"'
    return _closed(response)


@staff_page(Permission.SEE_PERSONAL_DATA, "POST")
def redact(request: StaffRequest, reference: str, code: str, document: str) -> HttpResponse:
    """A copy of the paper, or of an earlier copy, with one more part black; the original is kept."""
    form = RedactForm(request.POST, auto_id="redact-%s")
    if not form.is_valid():
        return _viewer(request, reference, code, document, form, status=400)
    by = actor_of(request)
    paper = get_attachment(load_case(request, reference), code, document).document
    earlier = _get_copy(paper, request.GET.get("copy", ""))
    boxes = [Box(**box) for box in earlier.boxes] if earlier else []
    try:
        copy = redact_document(
            document=paper, boxes=[*boxes, _box(form.cleaned_data)], reason=form.cleaned_data["reason"],
            by=by, now=clock.now(),
        )  # fmt: skip
    except DomainError as error:
        form.explain(error)
        return _viewer(request, reference, code, document, form, status=error.status)
    messages.success(request, _("The blackened copy is made. The original is kept."))
    return redirect(f"{reverse('admin:paper', args=[reference, code, document])}?copy={copy.pk}")


def _viewer(
    request: StaffRequest, reference: str, code: str, document: str, form: RedactForm, *, status: int = 200
) -> HttpResponse:
    by, appeal = actor_of(request), load_case(request, reference)
    attachment = get_attachment(appeal, code, document)
    paper = attachment.document
    copy = _get_copy(paper, request.GET.get("copy", ""))
    case = build_case(appeal, by=by, language=request.LANGUAGE_CODE, now=clock.now(), forms={})
    reason = next(one for one in case.reasons if one.ground.code == attachment.ground.code)
    context = {
        "title": paper.reference,
        "appeal": appeal,
        "case": case,
        "reason": reason,
        "paper": next(one for one in reason.papers if one.document.pk == paper.pk),
        "pages": list_pages(document=paper, redaction=copy, by=by),
        "copies": list(paper.redacted_copies.select_related("made_by")),
        "copy": copy,
        "form": form,
        "errors": bool(form.errors),
    }
    return show(request, "staff/paper.html", context, status=status)


def _get_copy(document: Document, key: str) -> RedactedCopy | None:
    if not key:
        return None
    copy = document.redacted_copies.filter(pk=key).first() if key.isascii() and key.isdigit() else None
    if copy is None:
        raise NotFoundError
    return copy


def _box(typed: dict[str, Any]) -> Box:
    shares = {name: typed[name] / 100 for name in ("left", "top", "right", "bottom")}
    return Box(page=typed["page"], **shares)


def _closed(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
