"""Taking an appeal in or not: ruling on a late one, refusing with a coded reason, and the review of that."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from appeals.appealability import AlreadyOpenError, get_open_appeal
from appeals.clocks import acceptance_review_until, due_on
from appeals.independence import check_independent
from appeals.jurisdictions import get_jurisdiction
from appeals.models import Acceptance, AcceptanceResult, Appeal, AppealStatus
from appeals.notices import send_refusal
from appeals.parties import check_own, check_staff, person_of
from appeals.states import Event
from appeals.staying import begin_stay
from appeals.terms import CodedReason, list_refusal_reasons
from appeals.transitions import IllegalMoveError, move
from core.audiences import ExternalText
from core.calendars import legal_day
from core.errors import ConflictError, InputError
from core.texts import NOTE_LENGTH, clean_text
from notifications.kinds import Kind
from notifications.queueing import queue_message

_TAKEN: Final = frozenset(
    {AcceptanceResult.IN_TIME, AcceptanceResult.LATE_ACCEPTED, AcceptanceResult.ACCEPTED}
)
LATE: Final = "LATE"


class ReviewOverError(ConflictError):
    """The time to have a refusal reviewed has passed."""

    code = "acceptance-review-over"
    default_message = _("The time to ask for this review ended on %(last_on)s.")


class ReviewedOnceError(ConflictError):
    """A second person has looked at it already."""

    code = "acceptance-reviewed"
    default_message = _("Another person has already reviewed this. You can turn to the outside body.")


def accept_appeal(
    *,
    appeal: Appeal,
    result: str = AcceptanceResult.ACCEPTED,
    reason: str,
    expected_version: int | None = None,
    by: Actor,
    now: datetime,
) -> Appeal:
    """Take the appeal in: it was in time after all, it is late for a good reason, or it belongs here."""
    check_staff(appeal=appeal, by=by)
    if appeal.status == AppealStatus.QUEUED:
        return appeal
    if result not in _TAKEN:
        raise InputError(fields={"result": [_("Choose one of the answers.")]})
    text = clean_text(reason, field="reason", limit=NOTE_LENGTH, is_required=True)
    check_independent(appeal=appeal, by=by)
    with transaction.atomic():
        move(appeal=appeal, event=Event.ACCEPT, by=by, now=now, expected_version=expected_version)
        _write(appeal, result, text, by, now)
        begin_stay(appeal=appeal, now=now)
        queue_message(
            kind=Kind.APPEAL_ACCEPTED, applicant=appeal.applicant, about=appeal.reference,
            params={"due_on": due_on(appeal)}, now=now,
        )  # fmt: skip
    return appeal


def refuse_acceptance(
    *, appeal: Appeal, code: str, reason: str, expected_version: int | None = None, by: Actor, now: datetime
) -> Appeal:
    """Do not take the appeal in, with a coded reason; another person reviews that if the applicant asks."""
    check_staff(appeal=appeal, by=by)
    chosen = _coded(code)
    text = clean_text(reason, field="reason", limit=NOTE_LENGTH, is_required=True)
    check_independent(appeal=appeal, by=by)
    with transaction.atomic():
        move(
            appeal=appeal, event=Event.NOT_ACCEPT, by=by, now=now, expected_version=expected_version,
            saved_at=now,
        )  # fmt: skip
        refusal = _write(appeal, AcceptanceResult.REFUSED, text, by, now, code=code)
        send_refusal(appeal=appeal, acceptance=refusal, reason=chosen, by=by, now=now)
        words = chosen.text(appeal.applicant.language)
        until = acceptance_review_until(appeal.applicant, now)
        queue_message(
            kind=Kind.APPEAL_NOT_ACCEPTED, applicant=appeal.applicant, about=appeal.reference,
            params={"reason": words, "review_until": until}, now=now,
        )  # fmt: skip
    return appeal


def ask_acceptance_review(
    *, appeal: Appeal, expected_version: int | None = None, by: Actor, now: datetime
) -> Appeal:
    """Ask another person to review that the appeal was not accepted; once, within 14 days."""
    check_own(appeal=appeal, by=by)
    if appeal.status == AppealStatus.SCREENING:
        return appeal
    if appeal.status != AppealStatus.NOT_ACCEPTED:
        raise IllegalMoveError(status=AppealStatus(appeal.status).label)
    refusals = list(appeal.acceptances.filter(result=AcceptanceResult.REFUSED))
    if len(refusals) > 1:
        raise ReviewedOnceError
    last_on = acceptance_review_until(appeal.applicant, refusals[-1].ruled_at)
    if legal_day(now, get_jurisdiction(appeal.applicant).zone) > last_on:
        raise ReviewOverError(last_on=last_on)
    try:
        move(appeal=appeal, event=Event.REVIEW_ACCEPTANCE, by=by, now=now, expected_version=expected_version)
    except IntegrityError as error:
        # Another appeal of the same decision was opened meanwhile.
        other = get_open_appeal(appeal.decision)
        if other is None:
            raise
        raise AlreadyOpenError(reference=other.reference) from error
    return appeal


def list_acceptances(appeal: Appeal) -> list[Acceptance]:
    """What was ruled about taking this appeal in, oldest first."""
    return list(appeal.acceptances.select_related("ruled_by"))


def _coded(code: str) -> CodedReason:
    for reason in list_refusal_reasons():
        if reason.code == code:
            return reason
    raise InputError(fields={"code": [_("Choose one of the reasons.")]})


def _write(appeal: Appeal, result: str, text: str, by: Actor, now: datetime, *, code: str = "") -> Acceptance:
    return Acceptance.objects.create(
        appeal=appeal, result=result, code=code, reason=ExternalText(text), ruled_by_id=person_of(by),
        ruled_at=now,
    )  # fmt: skip
