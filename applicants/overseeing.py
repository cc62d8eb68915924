"""What an auditor sees of rights over data: requests with their clocks, links in use, who looked."""

from datetime import datetime

from accounts.actors import Actor
from accounts.roles import Permission
from applicants.models import Applicant, DataRequest, DataRequestState, Dispute, ShareLink
from applicants.registers import Look, list_looks
from applicants.terms import get_data_terms
from core.calendars import legal_day
from core.errors import ForbiddenError


def list_data_requests(*, by: Actor, before: int | None = None, limit: int = 50) -> list[DataRequest]:
    """Requests about data, newest first; the copy itself is never read here."""
    _check_may_oversee(by)
    rows = DataRequest.objects.select_related("applicant").defer("body").order_by("-pk")
    return list((rows.filter(pk__lt=before) if before else rows)[:limit])


def list_corrections(*, by: Actor, before: int | None = None, limit: int = 50) -> list[Dispute]:
    """Records that somebody asked to have corrected, newest first, without what was written."""
    _check_may_oversee(by)
    rows = Dispute.objects.select_related("applicant").defer("claim", "extension_reason", "answer")
    rows = rows.order_by("-pk")
    return list((rows.filter(pk__lt=before) if before else rows)[:limit])


def is_overdue(request: DataRequest, now: datetime) -> bool:
    """Whether the last day of a request that still runs has passed where the applicant lives."""
    zone = get_data_terms(request.applicant.jurisdiction).zone
    return request.state == DataRequestState.REQUESTED and legal_day(now, zone) > request.due_on


def list_links_in_use(*, by: Actor, now: datetime, limit: int = 50) -> list[ShareLink]:
    """Links that still open something, the newest first."""
    _check_may_oversee(by)
    rows = ShareLink.objects.filter(revoked_at=None, expires_at__gt=now).select_related("applicant")
    return list(rows.order_by("-pk")[:limit])


def list_looks_at(*, by: Actor, reference: str, limit: int = 50) -> list[Look]:
    """Who looked at one applicant's data, newest first; nothing for other references."""
    _check_may_oversee(by)
    applicant = Applicant.objects.filter(reference=reference).first()
    return [] if applicant is None else list_looks(applicant, limit=limit)


def _check_may_oversee(by: Actor) -> None:
    if not by.can(Permission.SEE_AUDIT):
        raise ForbiddenError
