"""What documents hold about an applicant, who opened them, and what goes when data is deleted."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from applicants.models import Applicant
from applicants.registers import Look, Rows, dump_all, erases, holds, noted_looks
from evidence import vault
from evidence.arriving import forget_upload
from evidence.models import Document, DocumentState, Download, Upload


@holds("documents", title=_("Papers that you sent"))
def read_documents(applicant: Applicant) -> Rows:
    """Every paper; the papers themselves can be opened on the pages of the appeal."""
    rows = Document.objects.filter(applicant=applicant).order_by("id")
    return dump_all(rows, "original_key", "safe_key", "uploaded_by")


@noted_looks
def list_document_looks(applicant: Applicant, limit: int) -> list[Look]:
    """Who opened a paper."""
    rows = Download.objects.filter(document__applicant=applicant).select_related("document")
    return [
        Look(row.at, f"user:{row.user_id}", "DOCUMENT", row.document.reference)
        for row in rows.order_by("-id")[:limit]
    ]


@erases
def erase_documents(applicant: Applicant, now: datetime) -> Mapping[str, int]:
    """The files, those on their way too, and what their senders called them."""
    for upload in Upload.objects.filter(applicant=applicant):
        forget_upload(upload)
    rows = list(Document.objects.filter(applicant=applicant).exclude(state=DocumentState.REMOVED))
    for row in rows:
        for key in filter(None, (row.original_key, row.safe_key)):
            vault.remove(key)
    removed = Document.objects.filter(pk__in=[row.pk for row in rows])
    return {"documents": removed.update(state=DocumentState.REMOVED, display_name="", safe_key="")}
