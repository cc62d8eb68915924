"""Taking a withdrawn appeal up again: within 14 days, the clocks go on where they stopped."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from appeals.appealability import AlreadyOpenError, get_open_appeal
from appeals.clocks import due_at, reinstate_until
from appeals.jurisdictions import get_jurisdiction
from appeals.models import Appeal, AppealStatus
from appeals.parties import check_own
from appeals.states import Event
from appeals.transitions import move
from core.calendars import legal_day
from core.errors import ConflictError


class ReinstateOverError(ConflictError):
    """The time to take the appeal up again has passed."""

    code = "reinstate-over"
    default_message = _("The time to take this appeal up again is over. You may be able to open a new one.")


def reinstate_appeal(*, appeal: Appeal, expected_version: int, by: Actor, now: datetime) -> Appeal:
    """Put a withdrawn appeal back into the queue; taken up twice is taken up once."""
    check_own(appeal=appeal, by=by)
    if appeal.status == AppealStatus.QUEUED:
        return appeal
    _check_time(appeal, now)
    try:
        with transaction.atomic():
            move(appeal=appeal, event=Event.REINSTATE, by=by, now=now, expected_version=expected_version)
            Appeal.objects.filter(pk=appeal.pk).update(due_at=due_at(appeal))
    except IntegrityError as error:
        # Another appeal of the same decision was opened meanwhile.
        other = get_open_appeal(appeal.decision)
        if other is None:
            raise
        raise AlreadyOpenError(reference=other.reference) from error
    appeal.refresh_from_db()
    return appeal


def _check_time(appeal: Appeal, now: datetime) -> None:
    withdrawn = appeal.events.filter(event=Event.WITHDRAW.value).last()
    if withdrawn is None or appeal.status != AppealStatus.WITHDRAWN:
        return
    today = legal_day(now, get_jurisdiction(appeal.applicant).zone)
    if today > reinstate_until(appeal.applicant, withdrawn.at):
        raise ReinstateOverError
