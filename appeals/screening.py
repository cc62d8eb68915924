"""Checking an appeal in: it is acknowledged at once, and passes by itself when it was sent in time.

It waits until its files are checked, or 15 minutes.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.actors import SITE
from appeals.appealability import PERSON_GROUND, appeal_window
from appeals.clocks import first_end
from appeals.models import Appeal, AppealStatus, Attachment
from appeals.opening import SCREEN_APPEAL, SCREEN_WAIT
from appeals.states import Event
from appeals.staying import begin_stay
from appeals.terms import terms_of
from appeals.transitions import move
from core.calendars import legal_day
from core.errors import StaleError
from evidence.models import DocumentState
from notifications.kinds import Kind
from notifications.models import Message
from notifications.queueing import queue_message
from outbox.queueing import queue_work


def screen(appeal: Appeal, now: datetime) -> Appeal:
    """Move a sent appeal to the queue when it is ready; a late one stays for a person to look at."""
    if appeal.status != AppealStatus.SUBMITTED or not is_ready(appeal, now):
        return appeal
    with transaction.atomic():
        move(appeal=appeal, event=Event.SCREEN, by=SITE, now=now)
        if appeal.submitted_at is not None and appeal_window(appeal.decision).is_open(appeal.submitted_at):
            move(appeal=appeal, event=Event.ACCEPT, by=SITE, now=now)
            begin_stay(appeal=appeal, now=now)
    return appeal


def screen_one(*, reference: str, now: datetime) -> None:
    """Acknowledge and screen one appeal; one that waits for its files is looked at again in the end."""
    with transaction.atomic():
        appeal = _whole(Appeal.objects.filter(submitted_at__isnull=False)).get(reference=reference)
        assert appeal.submitted_at is not None
        _acknowledge(appeal, appeal.submitted_at, now)
        if screen(appeal, now).status == AppealStatus.SUBMITTED:
            queue_work(
                kind=SCREEN_APPEAL, subject=reference, key=f"{SCREEN_APPEAL}:{reference}:late", now=now,
                due_at=appeal.submitted_at + SCREEN_WAIT,
            )  # fmt: skip


def screen_with_document(*, reference: str, now: datetime) -> None:
    """Screen every sent appeal that uses this document."""
    with transaction.atomic():
        for appeal in _sent().filter(grounds__attachments__document__reference=reference).distinct():
            screen(appeal, now)


def screen_waiting(now: datetime) -> int:
    """Screen every appeal that waits; one that somebody else is at is left to them. How many passed."""
    passed = 0
    for appeal in _sent():
        try:
            passed += screen(appeal, now).status != AppealStatus.SUBMITTED
        except StaleError:
            continue
    return passed


def is_ready(appeal: Appeal, now: datetime) -> bool:
    """Whether every file is checked, it has waited long enough, or it asks for a person at once."""
    if appeal.submitted_at is None:
        return False
    if appeal.grounds.filter(code=PERSON_GROUND).exists():
        return True
    return now >= appeal.submitted_at + SCREEN_WAIT or not _has_unchecked_files(appeal)


def _has_unchecked_files(appeal: Appeal) -> bool:
    return Attachment.objects.filter(ground__appeal=appeal, document__state=DocumentState.PENDING).exists()


def _acknowledge(appeal: Appeal, submitted_at: datetime, now: datetime) -> None:
    """Tell the applicant, once, that the appeal came in and by which day the answer comes."""
    applicant, terms = appeal.applicant, terms_of(appeal)
    told = Message.objects.filter(applicant=applicant, kind=Kind.APPEAL_RECEIVED, about=appeal.reference)
    if not told.exists():
        queue_message(
            kind=Kind.APPEAL_RECEIVED, applicant=applicant, about=appeal.reference,
            params={"due_on": legal_day(first_end(terms, submitted_at), terms.timezone)}, now=now,
        )  # fmt: skip


def _sent() -> QuerySet[Appeal]:
    return _whole(Appeal.objects.filter(status=AppealStatus.SUBMITTED))


def _whole(appeals: QuerySet[Appeal]) -> QuerySet[Appeal]:
    return appeals.select_related("decision__application", "decision__applicant", "applicant__user")
