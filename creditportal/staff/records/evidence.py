"""Records of documents; their names and contents stay with the case."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from creditportal.staff.code_values import paper_name
from creditportal.staff.naming import beside
from creditportal.staff.records.base import RecordAdmin
from creditportal.staff.records.columns import actor, column, link_to


def _kind(code: str) -> str:
    return beside(paper_name(code), code)


class DocumentAdmin(RecordAdmin):
    """Each file that was received and how far its checks came."""

    singular, plural = _("document"), _("documents")
    needs = Permission.SEE_QUEUE
    found_by = ("reference", "applicant__reference")
    list_filter = ("state", "scan")
    list_select_related = ("applicant",)
    columns = (
        column("reference", _("reference")),
        link_to("applicant", _("applicant")),
        column("kind", _("kind of evidence"), show=_kind),
        column("media_type", _("type of file")),
        column("size_bytes", _("bytes")),
        column("state", _("state")),
        column("scan", _("virus check")),
        column("uploaded_at", _("received")),
    )
    details = (
        column("sha256", _("SHA-256")),
        column("problem", _("problem")),
        column("issued_on", _("issued")),
        column("checked_at", _("checked")),
        column("seen_at", _("first seen by a person")),
        actor("uploaded_by", _("sent by")),
    )
