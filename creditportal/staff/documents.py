"""Handing a document to a reviewer: never shown inside a page, always as a file."""

from django.http import FileResponse
from django.http.response import HttpResponseBase

from accounts.roles import Permission
from core import clock
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.desk import staff_page
from evidence.downloading import open_document
from evidence.queries import get_document_for


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
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
