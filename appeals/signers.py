"""Whom to ask for a second signature, and who may not give it; where nobody may, that is told too."""

from datetime import datetime

from accounts.actors import Actor
from accounts.colleagues import list_supervisors
from accounts.models import User
from appeals.independence import Conflict, NotIndependentError, list_conflicts
from appeals.models import Appeal
from notifications.kinds import Kind
from notifications.queueing import queue_message


def ask_for_signature(
    *, appeal: Appeal, proposer: int, kind: Kind = Kind.APPEAL_TO_COUNTERSIGN, now: datetime
) -> None:
    """Ask every supervisor who may sign; if there is none, tell the supervisors and the proposer so."""
    supervisors = {user: list_conflicts(appeal=appeal, user_id=user.pk) for user in list_supervisors()}
    involved = list_involved(appeal=appeal, proposer=proposer)
    signers = [user for user, near in supervisors.items() if not near and user.pk not in involved]
    # Who appeals learns nothing here of what colleagues do.
    others = [user for user, near in supervisors.items() if Conflict.SELF not in near]
    for user in signers or {*others, *User.objects.filter(pk=proposer, is_active=True)}:
        queue_message(
            kind=kind if signers else Kind.NOBODY_MAY_SIGN, user=user, about=appeal.reference, now=now
        )


def list_involved(*, appeal: Appeal, proposer: int) -> set[int]:
    """Who made the proposal, or the findings that it rests on: none of them is its second person."""
    return {proposer, *appeal.findings.filter(is_current=True).values_list("found_by", flat=True)}


def check_second_person(*, appeal: Appeal, proposer: int, by: Actor) -> None:
    """Refuse the second signature of whoever is involved in what is proposed."""
    if by.user_id in list_involved(appeal=appeal, proposer=proposer):
        raise NotIndependentError
