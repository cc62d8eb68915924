"""Drafts do not live for ever: a mail 7 and 2 days before, then the draft ends and nothing else changes."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.actors import SITE
from appeals.clocks import draft_ends_at
from appeals.jurisdictions import get_jurisdiction
from appeals.models import Appeal, AppealStatus
from appeals.states import Event
from appeals.terms import section
from appeals.transitions import move
from core.calendars import legal_day
from core.errors import StaleError
from notifications.kinds import Kind
from notifications.queueing import queue_message


def expire_drafts(now: datetime) -> int:
    """Remind of drafts that end soon, end those whose time is over; how many ended."""
    drafts = Appeal.objects.filter(status=AppealStatus.DRAFT).select_related("decision", "applicant")
    return sum(_tend(draft, now) for draft in drafts.iterator(chunk_size=500))


def _tend(draft: Appeal, now: datetime) -> bool:
    ends_at = draft_ends_at(draft)
    try:
        with transaction.atomic():
            if now >= ends_at + timedelta(seconds=1):
                move(appeal=draft, event=Event.EXPIRE, by=SITE, now=now)
                return True
            _remind(draft, ends_at, now)
    except StaleError:
        # The applicant is at it this very moment: the next round sees what came of it.
        return False
    return False


def _remind(draft: Appeal, ends_at: datetime, now: datetime) -> None:
    due = next(
        (days for days in sorted(section("drafts")["remind_days"]) if now >= ends_at - timedelta(days=days)),
        None,
    )
    if due is None or (draft.reminded_days is not None and draft.reminded_days <= due):
        return
    not_told = Q(reminded_days__isnull=True) | Q(reminded_days__gt=due)
    if not Appeal.objects.filter(not_told, pk=draft.pk, version=draft.version).update(reminded_days=due):
        raise StaleError
    zone = get_jurisdiction(draft.applicant).zone
    queue_message(
        kind=Kind.DRAFT_EXPIRING, applicant=draft.applicant, about=draft.reference,
        params={"expires_on": legal_day(ends_at, zone)}, now=now,
    )  # fmt: skip
