"""Who holds an appeal: taken by exactly one independent reviewer, given back, or lost by leaving it idle."""

from datetime import datetime

from django.db import transaction

from accounts.actors import SITE, Actor
from appeals.clocks import lapses_on
from appeals.independence import check_independent
from appeals.jurisdictions import get_jurisdiction
from appeals.models import Appeal, AppealStatus
from appeals.parties import is_holder
from appeals.states import Event
from appeals.transitions import move
from core.calendars import legal_day
from core.errors import StaleError
from core.killpoints import killpoint


def claim_appeal(*, appeal: Appeal, expected_version: int, by: Actor, now: datetime) -> Appeal:
    """Take the appeal; of many who try exactly one gets it, and asking again changes nothing."""
    if appeal.status == AppealStatus.IN_REVIEW and is_holder(appeal=appeal, by=by):
        return appeal
    check_independent(appeal=appeal, by=by)
    # Who takes it reads the statement and concludes for himself, whatever somebody else did before.
    move(
        appeal=appeal, event=Event.CLAIM, by=by, now=now, expected_version=expected_version,
        claimed_by_id=by.user_id, claimed_at=now, saved_at=now, statement_read_at=None, verified_at=None,
    )  # fmt: skip
    killpoint("appeals.claimed_before_answer")
    return appeal


def release_appeal(
    *, appeal: Appeal, expected_version: int, by: Actor, now: datetime, note: str = ""
) -> Appeal:
    """Give the appeal back to the queue; a supervisor may take it off somebody's desk."""
    if appeal.status == AppealStatus.QUEUED:
        return appeal
    move(
        appeal=appeal, event=Event.RELEASE, by=by, now=now, expected_version=expected_version, note=note,
        claimed_by_id=None, claimed_at=None,
    )  # fmt: skip
    return appeal


def lapse_claims(now: datetime) -> int:
    """Put appeals that nobody touched for two working days back into the queue; how many there were."""
    held = Appeal.objects.filter(status=AppealStatus.IN_REVIEW).select_related("decision", "applicant")
    return sum(_lapse(appeal, now) for appeal in held)


def _lapse(appeal: Appeal, now: datetime) -> bool:
    last_day = lapses_on(appeal)
    today = legal_day(now, get_jurisdiction(appeal.applicant).zone)
    if last_day is None or today <= last_day:
        return False
    try:
        with transaction.atomic():
            move(appeal=appeal, event=Event.LAPSE, by=SITE, now=now, claimed_by_id=None, claimed_at=None)
    except StaleError:
        return False
    return True
