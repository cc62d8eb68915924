"""Taking an appeal back, and taking it up again within 14 days: the clocks go on where they stopped."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from appeals.appealability import AlreadyOpenError, appeal_window, get_open_appeal
from appeals.clocks import due_on, reinstate_until
from appeals.jurisdictions import get_jurisdiction
from appeals.models import Appeal, AppealStatus, Request, RequestKind, RequestState, RulingState
from appeals.parties import check_own
from appeals.states import Event
from appeals.staying import begin_stay, end_stay
from appeals.transitions import move
from core.calendars import legal_day
from core.errors import ConflictError
from core.references import new_reference
from notifications.kinds import Kind
from notifications.queueing import queue_message


class ReinstateOverError(ConflictError):
    """The time to take the appeal up again has passed."""

    code = "reinstate-over"
    default_message = _("The time to take this appeal up again is over.")


def withdraw_appeal(*, appeal: Appeal, expected_version: int, by: Actor, now: datetime) -> Appeal:
    """Take the appeal back; what was withdrawn or deleted before stays so, a draft just ends."""
    check_own(appeal=appeal, by=by)
    if appeal.status == AppealStatus.WITHDRAWN or _is_ended_draft(appeal):
        return appeal
    was_draft = appeal.status == AppealStatus.DRAFT
    with transaction.atomic():
        appeal.rulings.filter(state=RulingState.PROPOSED).update(
            state=RulingState.RETURNED, return_reason="withdrawn"
        )
        move(
            appeal=appeal, event=Event.WITHDRAW, by=by, now=now, expected_version=expected_version,
            claimed_by_id=None, claimed_at=None, saved_at=now,
        )  # fmt: skip
        if not was_draft:
            cancel_requests(appeal=appeal, by=by, now=now)
            end_stay(appeal=appeal, now=now)
            _note(appeal, RequestKind.WITHDRAW, by, now)
            queue_message(
                kind=Kind.APPEAL_WITHDRAWN, applicant=appeal.applicant, about=appeal.reference,
                params={"reinstate_until": reinstate_until(appeal.applicant, now)}, now=now,
            )  # fmt: skip
    return appeal


def reinstate_appeal(*, appeal: Appeal, expected_version: int, by: Actor, now: datetime) -> Appeal:
    """Put a withdrawn appeal back where it was accepted before; taken up twice is taken up once."""
    check_own(appeal=appeal, by=by)
    if appeal.status == AppealStatus.QUEUED:
        return appeal
    _check_time(appeal, now)
    try:
        with transaction.atomic():
            move(
                appeal=appeal, event=Event.REINSTATE, by=by, now=now, expected_version=expected_version,
                saved_at=now,
            )  # fmt: skip
            if was_accepted(appeal) or _is_in_time(appeal):
                move(appeal=appeal, event=Event.ACCEPT, by=SITE, now=now)
                begin_stay(appeal=appeal, now=now)
            _note(appeal, RequestKind.REINSTATE, by, now)
            queue_message(
                kind=Kind.APPEAL_REINSTATED, applicant=appeal.applicant, about=appeal.reference,
                params={"due_on": due_on(appeal)}, now=now,
            )  # fmt: skip
    except IntegrityError as error:
        # Another appeal of the same decision was opened meanwhile.
        other = get_open_appeal(appeal.decision)
        if other is None:
            raise
        raise AlreadyOpenError(reference=other.reference) from error
    appeal.refresh_from_db()
    return appeal


def was_accepted(appeal: Appeal) -> bool:
    """Whether the appeal was taken in before."""
    return appeal.events.filter(event=Event.ACCEPT.value).exists()


def cancel_requests(*, appeal: Appeal, by: Actor, now: datetime) -> None:
    """End what is still asked of anybody, in the caller's transaction."""
    appeal.requests.filter(state=RequestState.OPEN).update(
        state=RequestState.CANCELLED, settled_by=by.code, settled_at=now
    )


def _is_ended_draft(appeal: Appeal) -> bool:
    return appeal.status == AppealStatus.CLOSED and appeal.submitted_at is None


def _is_in_time(appeal: Appeal) -> bool:
    sent = appeal.submitted_at
    return sent is not None and appeal_window(appeal.decision).is_open(sent)


def _note(appeal: Appeal, kind: RequestKind, by: Actor, now: datetime) -> None:
    # A right, not a favour: granted in the moment it is asked for, and kept among the requests.
    Request.objects.create(
        reference=new_reference("RQ"), appeal=appeal, kind=kind, state=RequestState.GRANTED,
        asked_by=by.code, asked_at=now, settled_by=SITE.code, settled_at=now,
    )  # fmt: skip


def _check_time(appeal: Appeal, now: datetime) -> None:
    withdrawn = appeal.events.filter(event=Event.WITHDRAW.value).last()
    if withdrawn is None or appeal.status != AppealStatus.WITHDRAWN:
        return
    today = legal_day(now, get_jurisdiction(appeal.applicant).zone)
    if today > reinstate_until(appeal.applicant, withdrawn.at):
        raise ReinstateOverError
