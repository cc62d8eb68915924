"""What appeals hold about an applicant, and what stands against deleting."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from appeals.models import (
    Acceptance,
    Appeal,
    AppealEvent,
    Attachment,
    Extension,
    Finding,
    Ground,
    Pause,
    Remedy,
    Request,
    RequestItem,
    Rerun,
    Ruling,
    Stay,
)
from appeals.states import ENDED
from applicants.models import Applicant
from applicants.registers import Hold, Rows, dump, dump_all, holds, holds_back


@holds("appeals", title=_("Appeals, with all that was said"))
def read_appeals(applicant: Applicant) -> Rows:
    """Every appeal with reasons, papers, findings, requests, answers and the ruling."""
    return [_read(row) for row in Appeal.objects.filter(applicant=applicant).order_by("id")]


@holds_back
def list_appeal_holds(applicant: Applicant, now: datetime) -> Iterable[Hold]:
    """An appeal that has not ended."""
    open_ones = Appeal.objects.filter(applicant=applicant).exclude(status__in=[one.value for one in ENDED])
    if open_ones.exists():
        yield Hold("OPEN_APPEAL")


def _read(appeal: Appeal) -> dict[str, object]:
    return {
        **dump(appeal),
        "grounds": dump_all(Ground.objects.filter(appeal=appeal).order_by("id")),
        "papers": dump_all(Attachment.objects.filter(ground__appeal=appeal).order_by("id")),
        "findings": dump_all(Finding.objects.filter(ground__appeal=appeal).order_by("id")),
        "requests": dump_all(Request.objects.filter(appeal=appeal).order_by("id")),
        "request_items": dump_all(RequestItem.objects.filter(request__appeal=appeal).order_by("id")),
        "rulings": dump_all(Ruling.objects.filter(appeal=appeal).order_by("id"), "reason", "return_reason"),
        "acceptance": dump_all(Acceptance.objects.filter(appeal=appeal).order_by("id")),
        "extensions": dump_all(Extension.objects.filter(appeal=appeal).order_by("id"), "reason"),
        "pauses": dump_all(Pause.objects.filter(appeal=appeal).order_by("id")),
        "reruns": dump_all(Rerun.objects.filter(appeal=appeal).order_by("id")),
        "remedies": dump_all(Remedy.objects.filter(appeal=appeal)),
        "stays": dump_all(Stay.objects.filter(appeal=appeal)),
        "steps": dump_all(AppealEvent.objects.filter(appeal=appeal).order_by("id")),
    }
