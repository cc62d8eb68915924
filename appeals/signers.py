"""Whom to ask for the second signature on a ruling; where nobody may give it, that is told too."""

from datetime import datetime

from accounts.colleagues import list_supervisors
from accounts.models import User
from appeals.independence import Conflict, list_conflicts
from appeals.models import Appeal
from notifications.kinds import Kind
from notifications.queueing import queue_message


def ask_for_signature(*, appeal: Appeal, proposer: int, now: datetime) -> None:
    """Ask every supervisor who may sign; if there is none, tell the supervisors and the proposer so."""
    supervisors = {user: list_conflicts(appeal=appeal, user_id=user.pk) for user in list_supervisors()}
    took_part = {proposer, *appeal.findings.filter(is_current=True).values_list("found_by", flat=True)}
    signers = [user for user, near in supervisors.items() if not near and user.pk not in took_part]
    # Who appeals learns nothing here of what colleagues do.
    others = [user for user, near in supervisors.items() if Conflict.SELF not in near]
    kind = Kind.APPEAL_TO_COUNTERSIGN if signers else Kind.NOBODY_MAY_SIGN
    for user in signers or {*others, *User.objects.filter(pk=proposer, is_active=True)}:
        queue_message(kind=kind, user=user, about=appeal.reference, now=now)
