"""What colleagues note for each other, and who needs particular care; none of it reaches the applicant."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import prefetch_related_objects

from accounts.actors import Actor
from accounts.roles import Permission
from appeals.models import Appeal, InternalNote, Request, RequestKind
from appeals.parties import check_staff, person_of
from appeals.transitions import swap
from audit.log import record
from audit.verbs import Verb
from core.audiences import ExternalText, InternalText
from core.texts import NOTE_LENGTH, clean_text


@dataclass(frozen=True)
class Said:
    """One line of the conversation about an appeal."""

    at: datetime
    who: str
    kind: str
    text: InternalText | ExternalText
    is_internal: bool


def add_note(*, appeal: Appeal, text: str, by: Actor, now: datetime) -> InternalNote:
    """Note something for colleagues."""
    check_staff(appeal=appeal, by=by, permission=Permission.SEE_QUEUE)
    words = clean_text(text, field="text", limit=NOTE_LENGTH, is_required=True)
    with transaction.atomic():
        note = InternalNote.objects.create(
            appeal=appeal, text=InternalText(words), written_by_id=person_of(by), written_at=now
        )
        record(
            verb=Verb.APPEAL_NOTED, subject=appeal.reference, actor=by.code, now=now,
            private={"text": words},
        )  # fmt: skip
    return note


def mark_vulnerable(
    *, appeal: Appeal, note: str, expected_version: int | None = None, by: Actor, now: datetime
) -> Appeal:
    """Note that the person needs particular care: turning the appeal down then takes two people."""
    check_staff(appeal=appeal, by=by)
    words = clean_text(note, field="note", limit=NOTE_LENGTH, is_required=True)
    with transaction.atomic():
        if not appeal.is_vulnerable:
            swap(appeal=appeal, expected_version=expected_version, is_vulnerable=True)
            record(verb=Verb.APPEAL_CARE_NEEDED, subject=appeal.reference, actor=by.code, now=now)
        add_note(appeal=appeal, text=words, by=by, now=now)
    return appeal


def conversation(appeal: Appeal, *, for_staff: bool = False) -> list[Said]:
    """What was asked, answered and, for colleagues only, noted; oldest first."""
    prefetch_related_objects([appeal], "requests__items")
    said = [line for request in appeal.requests.all() for line in _of(request, for_staff)]
    if for_staff:
        notes = appeal.notes.select_related("written_by")
        said += [
            Said(n.written_at, f"user:{n.written_by_id}", "NOTE", n.text, is_internal=True) for n in notes
        ]
    return sorted(said, key=lambda line: line.at)


def _of(request: Request, for_staff: bool) -> list[Said]:  # noqa: FBT001 - handed through
    lines = []
    if request.text and (for_staff or request.kind != RequestKind.THIRD_PARTY):
        lines.append(Said(request.asked_at, request.asked_by, request.kind, request.text, is_internal=False))
    for item in request.items.all():
        lines.append(Said(request.asked_at, request.asked_by, request.kind, item.text, is_internal=False))
        if item.answer and item.answered_at:
            lines.append(Said(item.answered_at, "applicant", "ANSWER", item.answer, is_internal=False))
    if request.reason and request.settled_at:
        lines.append(
            Said(request.settled_at, request.settled_by, "REASON", request.reason, is_internal=False)
        )
    if for_staff and request.answer and request.settled_at:
        answer = InternalText(request.answer)
        lines.append(Said(request.settled_at, request.settled_by, "THIRD_PARTY", answer, is_internal=True))
    return lines
