"""Checking an appeal in: it passes by itself when it is in time and its files are checked, or after 15 minutes."""

from datetime import datetime

from django.db import transaction

from accounts.actors import SITE
from appeals.models import Appeal, AppealStatus, Attachment
from appeals.opening import SCREEN_WAIT
from appeals.rules import appeal_window
from appeals.states import Event
from appeals.transitions import move
from core.errors import StaleError
from evidence.models import DocumentState


def screen(appeal: Appeal, now: datetime) -> Appeal:
    """Move a sent appeal to the queue when it is ready; a late one stays for a person to look at."""
    if appeal.status != AppealStatus.SUBMITTED or not is_ready(appeal, now):
        return appeal
    with transaction.atomic():
        move(appeal=appeal, event=Event.SCREEN, by=SITE, now=now)
        if appeal.submitted_at is not None and appeal_window(appeal.decision).is_open(appeal.submitted_at):
            move(appeal=appeal, event=Event.ACCEPT, by=SITE, now=now)
    return appeal


def screen_waiting(now: datetime) -> int:
    """Screen every appeal that waits; whoever else is at one wins."""
    passed = 0
    for appeal in Appeal.objects.filter(status=AppealStatus.SUBMITTED).select_related("decision", "applicant"):
        try:
            passed += screen(appeal, now).status != AppealStatus.SUBMITTED
        except StaleError:
            continue
    return passed


def is_ready(appeal: Appeal, now: datetime) -> bool:
    """Whether every file is checked, or the appeal has waited long enough."""
    if appeal.submitted_at is None:
        return False
    return now >= appeal.submitted_at + SCREEN_WAIT or not _has_unchecked_files(appeal)


def _has_unchecked_files(appeal: Appeal) -> bool:
    return Attachment.objects.filter(
        ground__appeal=appeal, document__state=DocumentState.PENDING
    ).exists()
