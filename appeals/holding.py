"""What appeals hold about an applicant, what stands against deleting, and what goes then."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import pgtrigger
from django.utils.translation import gettext_lazy as _

from appeals.models import (
    Acceptance,
    Appeal,
    AppealEvent,
    Attachment,
    Extension,
    Finding,
    Ground,
    MeasureAnswer,
    Pause,
    Remedy,
    Request,
    RequestItem,
    RequestKind,
    Rerun,
    Ruling,
    Stay,
    WaitingPapers,
)
from appeals.states import ENDED
from applicants.models import Applicant
from applicants.registers import Hold, Rows, dump, dump_all, erases, holds, holds_back
from audit.erasing import erase_private

_WISHES = (RequestKind.MORE_TIME, RequestKind.EXPEDITE)


@holds("appeals", title=_("Appeals, with all that was said"))
def read_appeals(applicant: Applicant) -> Rows:
    """Every appeal with reasons, papers, findings, requests, answers and the ruling."""
    return [_read(row) for row in Appeal.objects.filter(applicant=applicant).order_by("id")]


@holds("measure_answers", title=_("What you answered to measures"))
def read_answers(applicant: Applicant) -> Rows:
    """Every answer to a measure, and what we said to it."""
    return dump_all(MeasureAnswer.objects.filter(measure__applicant=applicant).order_by("id"), "answered_by")


@holds("waiting_papers", title=_("What you sent while a person decided"))
def read_waiting_papers(applicant: Applicant) -> Rows:
    """Every sending of words and papers for a decision that waited."""
    rows = WaitingPapers.objects.filter(decision__applicant=applicant).order_by("id")
    return [
        {**dump(row, "sent_by"), "papers": list(row.documents.values_list("reference", flat=True))}
        for row in rows
    ]


@holds_back
def list_appeal_holds(applicant: Applicant, now: datetime) -> Iterable[Hold]:
    """An appeal that has not ended."""
    open_ones = Appeal.objects.filter(applicant=applicant).exclude(status__in=[one.value for one in ENDED])
    if open_ones.exists():
        yield Hold("OPEN_APPEAL")


@erases
def erase_words(applicant: Applicant, now: datetime) -> Mapping[str, int]:
    """Everything that the applicant wrote; what was found and ruled stays, without a name."""
    appeals = Appeal.objects.filter(applicant=applicant)
    for reference in appeals.values_list("reference", flat=True):
        erase_private(subject=reference, by="site", now=now)
    Ground.objects.filter(appeal__in=appeals).update(note="")
    MeasureAnswer.objects.filter(measure__applicant=applicant).update(text="")
    WaitingPapers.objects.filter(decision__applicant=applicant).update(text="")
    RequestItem.objects.filter(request__appeal__in=appeals).update(answer="")
    # A settled request is kept as it was; that the person's reason for it goes is the one exception.
    with pgtrigger.ignore("appeals.Request:settled_stays"):
        asked = Request.objects.filter(appeal__in=appeals, kind__in=_WISHES)
        asked.update(text="")
    return {"appeals": appeals.update(statement="", late_reason="")}


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
        "extensions": dump_all(
            Extension.objects.filter(appeal=appeal).order_by("id"), "reason", "settled_reason"
        ),
        "pauses": dump_all(Pause.objects.filter(appeal=appeal).order_by("id")),
        "reruns": dump_all(Rerun.objects.filter(appeal=appeal).order_by("id")),
        "remedies": dump_all(Remedy.objects.filter(appeal=appeal)),
        "stays": dump_all(Stay.objects.filter(appeal=appeal)),
        "steps": dump_all(AppealEvent.objects.filter(appeal=appeal).order_by("id")),
    }
