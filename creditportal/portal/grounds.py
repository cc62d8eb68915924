"""The contested reasons of an appeal and the files beside them, in the words of the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appeals.appealability import PERSON_GROUND, get_reason
from appeals.models import Appeal, Attachment, Claim
from applicants.showing import language_key
from core.clock import now
from decisions.explaining import explain
from decisions.models import Decision
from evidence.catalogue import list_kinds
from evidence.models import Document, DocumentState, ScanResult
from evidence.problems import describe_problem

_PROGRESS: Final[dict[str, tuple[Promise, str]]] = {
    "PENDING": (_("received, being checked"), "wait"),
    "REFUSED": (_("not usable"), "wait"),
    "REMOVED": (_("removed"), ""),
    "SCANNED": (_("scanned, no virus found, readable"), "accent"),
    "READY": (_("checked and readable"), "accent"),
    "SEEN": (_("seen by a person"), "accent"),
    "ACCEPTED": (_("accepted"), "good"),
    "NOT_ACCEPTED": (_("not accepted"), "wait"),
}


@dataclass(frozen=True)
class File:
    """One file beside a reason and how far it has come."""

    document: Document
    kind_label: str
    attached_at: datetime
    problem: str
    note: str
    progress: str | Promise
    tone: str
    is_waiting: bool = False
    is_counted: bool | None = None


@dataclass(frozen=True)
class ContestedReason:
    """One reason, what the applicant says about it, and the files for it."""

    code: str
    title: str
    meaning: str
    claim: str
    note: str
    files: list[File]


def explained(decision: Decision) -> dict[str, Any]:
    """The decision's explanation in the language of the page."""
    return explain(decision=decision, language=translation.get_language() or "zh-hans", now=now())


def list_contested(appeal: Appeal, document: Mapping[str, Any]) -> list[ContestedReason]:
    """The contested reasons in the order of the decision; what was read stays with the appeal."""
    known = {reason["code"]: reason for reason in [*document["reasons"], _person()]}
    papers = Attachment.objects.select_related("document")
    prefetch_related_objects([appeal], "grounds", Prefetch("grounds__attachments", queryset=papers))
    labels = {kind.code: kind.label for kind in list_kinds()}
    rows = [
        ContestedReason(
            code=ground.code,
            title=known[ground.code]["title"],
            meaning=known[ground.code]["meaning"],
            claim=str(Claim(ground.claim).label),
            note=ground.note or "",
            files=list_files(ground.attachments.all(), labels),
        )
        for ground in appeal.grounds.all()
        if ground.code in known
    ]
    return sorted(rows, key=lambda row: list(known).index(row.code))


def _person() -> dict[str, str]:
    """What stands for a reason where somebody asked for a person to decide."""
    entry, key = get_reason(PERSON_GROUND), language_key(translation.get_language() or "")
    return {"code": PERSON_GROUND, "title": entry["title"][key], "meaning": entry["meaning"][key]}


def list_files(attachments: Iterable[Attachment], labels: Mapping[str, str]) -> list[File]:
    """The files as they are shown, each with how far it has come."""
    return [_file(attachment, labels) for attachment in attachments]


def _file(attachment: Attachment, labels: Mapping[str, str]) -> File:
    document = attachment.document
    words, tone = _PROGRESS[_stage(attachment)]
    return File(
        document=document,
        kind_label=labels.get(document.kind, document.kind),
        attached_at=attachment.attached_at,
        problem=describe_problem(document.problem) if document.state == DocumentState.REFUSED else "",
        note=attachment.assessment_note if attachment.accepted is not None else "",
        progress=words,
        tone=tone,
        is_waiting=document.state == DocumentState.PENDING,
        is_counted=attachment.accepted,
    )


def _stage(attachment: Attachment) -> str:
    if attachment.accepted is not None:
        return "ACCEPTED" if attachment.accepted else "NOT_ACCEPTED"
    document = attachment.document
    if document.state != DocumentState.READY:
        return document.state
    if document.seen_at:
        return "SEEN"
    return "SCANNED" if document.scan == ScanResult.CLEAN else document.state
