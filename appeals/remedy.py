"""Ending a decided appeal: only once its effect is written and the letter is on its way."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE
from appeals.locking import lock_appeal
from appeals.models import Appeal, AppealStatus
from appeals.states import Event
from appeals.transitions import move
from core.errors import ConflictError
from core.killpoints import killpoint
from decisions.models import LineState, Outcome
from notifications.kinds import Kind
from notifications.models import Message

_GONE = frozenset({LineState.CLOSED, LineState.EXPIRED})


class EffectMissingError(ConflictError):
    """What the ruling gives is not there yet."""

    code = "effect-missing"
    default_message = _("The effect of this ruling has not been written yet.")


def close_decided(*, reference: str, now: datetime) -> None:
    """Close a decided appeal; raises, to be tried again and seen by staff, while something is missing."""
    with transaction.atomic():
        appeal = Appeal.objects.select_related("new_decision__line", "applicant", "decision").get(
            reference=reference
        )
        lock_appeal(appeal)
        if appeal.status not in (AppealStatus.DECIDED, AppealStatus.REMEDY):
            return
        if not is_told(appeal) or not has_effect(appeal):
            raise EffectMissingError
        killpoint("appeals.remedied_before_close")
        event = Event.CLOSE if appeal.status == AppealStatus.DECIDED else Event.REMEDY_CONFIRMED
        move(appeal=appeal, event=event, by=SITE, now=now)


def is_told(appeal: Appeal) -> bool:
    """Whether the answer is written to the applicant."""
    return Message.objects.filter(about=appeal.reference, kind=Kind.APPEAL_DECIDED.value).exists()


def has_effect(appeal: Appeal) -> bool:
    """Whether what the ruling gives stands: the new decision, and a living line where it gives one."""
    decision = appeal.new_decision
    if decision is None:
        return appeal.status == AppealStatus.DECIDED
    if decision.outcome != Outcome.APPROVE:
        return True
    return decision.line is not None and decision.line.state not in _GONE
