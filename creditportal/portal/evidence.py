"""Sending papers for a reason, and getting them back."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.limits import Limit, count_hit
from appeals.attaching import attach_evidence, attach_existing, check_open_for_papers, detach_evidence
from appeals.models import Appeal, AppealStatus, Ground
from appeals.queries import get_appeal_for
from core.clock import now
from core.errors import InputError, NotFoundError
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.advice import Paper, describe_advice, list_papers
from creditportal.portal.failures import TooOftenError
from creditportal.portal.forms.appealing import EvidenceForm
from creditportal.portal.grounds import explained, list_contested
from creditportal.portal.pages import show_form
from creditportal.portal.uploading import receives_files
from evidence.downloading import open_document
from evidence.queries import get_document_for, list_documents_for

UPLOADS: Final = Limit("portal-upload", times=30, seconds=60)


@receives_files
@page
def add_papers(request: PortalRequest, reference: str, code: str) -> HttpResponseBase:
    """Which papers count for one reason, the files sent so far, and a form for more."""
    appeal = get_appeal_for(by=request.actor, reference=reference)
    check_open_for_papers(appeal=appeal, by=request.actor)
    ground = get_ground(appeal, code)
    papers = list_papers(appeal, code)
    is_sent = request.method == "POST"
    form = EvidenceForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        kinds=[(paper.code, paper.label) for paper in papers],
    )
    if request.method == "POST" and (
        _rearrange(request, ground) or (form.is_valid() and _receive(request, form, ground))
    ):
        return redirect("portal:appeal_evidence", appeal.reference, code)
    return show_form(request, "appeal_evidence.html", form, _describe(appeal, ground, papers))


@require_safe
@page
def download(request: PortalRequest, reference: str) -> HttpResponseBase:
    """The checked copy of a file, as an attachment that no browser runs."""
    document = get_document_for(by=request.actor, reference=reference)
    opened = open_document(document=document, by=request.actor, now=now())
    response = FileResponse(
        opened.stream, as_attachment=True, filename=opened.filename, content_type=opened.media_type
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _rearrange(request: PortalRequest, ground: Ground) -> bool:
    """Take a file away, or use one that was sent before."""
    by, at = request.actor, now()
    if removed := request.POST.get("remove"):
        attachment = ground.attachments.select_related("document").filter(document__reference=removed).first()
        if attachment is None:
            raise NotFoundError
        attachment.ground = ground
        detach_evidence(attachment=attachment, by=by, now=at)
    elif reused := request.POST.get("reuse"):
        document = get_document_for(by=by, reference=reused)
        attach_existing(ground=ground, document=document, by=by, now=at)
    return bool(removed or request.POST.get("reuse"))


def _receive(request: PortalRequest, form: EvidenceForm, ground: Ground) -> bool:
    """Attach each file on its own, so that one that cannot be taken costs none of the others."""
    count = count_hit(limit=UPLOADS, who=request.actor.code, now=now())
    if not count.is_allowed:
        raise TooOftenError(wait_seconds=count.wait_seconds)
    files: Sequence[UploadedFile] = form.cleaned_data["papers"]
    problems: dict[tuple[str, str], None] = {}
    received = 0
    for file in files:
        try:
            _attach(request, form, ground, file)
            received += 1
        except InputError as error:
            problems |= dict.fromkeys(_name_problems(error, file, is_alone=len(files) == 1))
    for field, words in problems:
        form.add_error(field, words)
    if received:
        text = ngettext("%(count)s file has arrived.", "%(count)s files have arrived.", received)
        messages.success(request, text % {"count": received})
    return not problems


def _attach(request: PortalRequest, form: EvidenceForm, ground: Ground, file: UploadedFile) -> None:
    attach_evidence(
        ground=ground,
        kind=form.cleaned_data["kind"],
        upload=file,
        name=file.name or "",
        declared_type=file.content_type or "",
        issued_on=form.cleaned_data["issued_on"],
        by=request.actor,
        now=now(),
    )


def _name_problems(error: InputError, file: UploadedFile, *, is_alone: bool) -> list[tuple[str, str]]:
    found = []
    for name, words in error.fields.items():
        field = name if name in {"kind", "issued_on"} else "papers"
        prefix = "" if is_alone or field != "papers" else f"{file.name}{_(': ')}"
        found += [(field, f"{prefix}{text}") for text in words]
    return found or [("papers", str(error))]


def get_ground(appeal: Appeal, code: str) -> Ground:
    """The contested reason of an appeal, or 404."""
    ground = appeal.grounds.filter(code=code).first()
    if ground is None:
        raise NotFoundError
    ground.appeal = appeal
    return ground


def _describe(appeal: Appeal, ground: Ground, papers: list[Paper]) -> dict[str, Any]:
    document = explained(appeal.decision)
    contested = {row.code: row for row in list_contested(appeal, document)}
    row = contested[ground.code]
    labels = {paper.code: paper.label for paper in papers}
    used = {file.document.pk for file in row.files}
    sent = [
        file for file in list_documents_for(appeal.applicant) if file.kind in labels and file.pk not in used
    ]
    advice = describe_advice(appeal, ground.code, papers)
    return {
        "appeal": appeal,
        # Files cannot be kept while the language changes, so that form is left alone.
        "form_owner": "",
        "reason": row,
        "files": row.files,
        "is_waiting": any(file.is_waiting for file in row.files),
        "can_remove": appeal.status == AppealStatus.DRAFT,
        "papers": papers,
        "advice": advice,
        "has_more": not all(row.is_named for row in advice),
        "reusable": [{"document": file, "kind_label": labels[file.kind]} for file in sent],
    }
