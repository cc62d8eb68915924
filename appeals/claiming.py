"""Who holds an appeal: taken by exactly one independent reviewer, given to one, given back, or lost."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from accounts.models import User
from accounts.roles import Permission
from appeals.clocks import lapses_on
from appeals.independence import NotIndependentError, check_independent, list_conflicts
from appeals.jurisdictions import get_jurisdiction
from appeals.models import Appeal, AppealStatus, RequestKind, RequestState, RulingState
from appeals.parties import check_staff, is_holder
from appeals.requesting import settle
from appeals.states import Event
from appeals.transitions import move, swap
from core.audiences import InternalText
from core.calendars import legal_day
from core.errors import DomainError, ForbiddenError, InputError, StaleError
from core.killpoints import killpoint
from notifications.kinds import Kind
from notifications.queueing import queue_message

ON_A_DESK: Final = (
    AppealStatus.IN_REVIEW,
    AppealStatus.INFO_REQUESTED,
    AppealStatus.WAITING_THIRD_PARTY,
)
MOST_AT_ONCE: Final = 50
"""How many cases one order gives to a colleague; a whole desk may be larger."""
_GOES_BACK: Final = (AppealStatus.IN_REVIEW, AppealStatus.WAITING_THIRD_PARTY, AppealStatus.PROPOSED)
# Who takes a case reads the statement and concludes for himself, whatever somebody else did before.
_AFRESH: Final[dict[str, Any]] = {"statement_read_at": None, "verified_at": None}


@dataclass(frozen=True)
class HandOver:
    """What became of a desk: the references that moved, and those that could not, each with why."""

    moved: list[str]
    left: dict[str, str]


def claim_appeal(*, appeal: Appeal, expected_version: int, by: Actor, now: datetime) -> Appeal:
    """Take the appeal; of many who try exactly one gets it, and asking again changes nothing."""
    if appeal.status == AppealStatus.IN_REVIEW and is_holder(appeal=appeal, by=by):
        return appeal
    check_independent(appeal=appeal, by=by)
    move(
        appeal=appeal, event=Event.CLAIM, by=by, now=now, expected_version=expected_version,
        claimed_by_id=by.user_id, claimed_at=now, saved_at=now, **_AFRESH,
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


def assign_appeal(
    *, appeal: Appeal, to: User, expected_version: int | None = None, by: Actor, now: datetime
) -> Appeal:
    """Give an appeal to an independent colleague, from the queue or from another desk."""
    check_staff(appeal=appeal, by=by, permission=Permission.COUNTERSIGN)
    if appeal.claimed_by_id == to.pk and appeal.status in ON_A_DESK:
        return appeal
    if not to.can(Permission.REVIEW_APPEAL):
        raise InputError(fields={"to": [_("This colleague cannot review appeals.")]})
    if list_conflicts(appeal=appeal, user_id=to.pk):
        raise NotIndependentError(_("This colleague took part in the matter before. Choose another one."))
    event = Event.ASSIGN if appeal.status == AppealStatus.QUEUED else Event.HAND_OVER
    with transaction.atomic():
        move(
            appeal=appeal, event=event, by=by, now=now, expected_version=expected_version,
            claimed_by_id=to.pk, claimed_at=now, saved_at=now, **_AFRESH,
        )  # fmt: skip
        queue_message(kind=Kind.APPEAL_ON_YOUR_DESK, user=to, about=appeal.reference, now=now)
    return appeal


def assign_many(*, appeals: list[Appeal], to: User, by: Actor, now: datetime) -> HandOver:
    """Give several appeals to a colleague, each on its own; who or what cannot is named."""
    if len(appeals) > MOST_AT_ONCE:
        raise InputError(_("At most %(count)d cases can be given at once.") % {"count": MOST_AT_ONCE})
    return _give(appeals, to, by, now)


def hand_over_desk(*, from_user: User, to: User | None = None, by: Actor, now: datetime) -> HandOver:
    """Empty a desk: to one colleague, or back to the queue where nobody is named."""
    if not by.can(Permission.COUNTERSIGN):
        raise ForbiddenError
    held = Appeal.objects.filter(claimed_by=from_user, status__in=ON_A_DESK).order_by("due_at", "pk")
    appeals = list(held.select_related("decision__applicant", "decision__application", "applicant"))
    if to is not None:
        return _give(appeals, to, by, now)
    in_review = [appeal for appeal in appeals if appeal.status == AppealStatus.IN_REVIEW]
    done = _each(
        in_review, lambda one: release_appeal(appeal=one, expected_version=one.version, by=by, now=now)
    )
    waiting = {one.reference: str(_("It waits for an answer. Name a colleague for it.")) for one in appeals}
    return HandOver(done.moved, {**done.left, **{r: w for r, w in waiting.items() if r not in done.moved}})


def put_back(*, appeal: Appeal, now: datetime, note: str) -> None:
    """Take an appeal off a desk because its holder may not go on; a waiting one goes on waiting unheld."""
    nobody: dict[str, Any] = {"claimed_by_id": None, "claimed_at": None}
    if appeal.status == AppealStatus.INFO_REQUESTED:
        swap(appeal=appeal, expected_version=None, **nobody)
    elif appeal.status in _GOES_BACK:
        # What was proposed ends with it, and what was asked outside: who comes next begins afresh.
        appeal.rulings.filter(state=RulingState.PROPOSED).update(
            state=RulingState.RETURNED, return_reason=InternalText(note)
        )
        for request in appeal.requests.filter(kind=RequestKind.THIRD_PARTY, state=RequestState.OPEN):
            settle(request=request, state=RequestState.CANCELLED, by=SITE, now=now)
        move(appeal=appeal, event=Event.LAPSE, by=SITE, now=now, note=note, **nobody)


def lapse_claims(now: datetime) -> int:
    """Put appeals back that nobody touched for two working days or whose holder may not go on; how many."""
    held = Appeal.objects.filter(status=AppealStatus.IN_REVIEW).select_related(
        "decision", "applicant", "claimed_by"
    )
    return sum(_lapse(appeal, now) for appeal in held)


def _lapse(appeal: Appeal, now: datetime) -> bool:
    last_day = lapses_on(appeal)
    today = legal_day(now, get_jurisdiction(appeal.applicant).zone)
    is_gone = appeal.claimed_by is not None and not appeal.claimed_by.can(Permission.REVIEW_APPEAL)
    if not is_gone and (last_day is None or today <= last_day):
        return False
    try:
        with transaction.atomic():
            holder = appeal.claimed_by
            move(appeal=appeal, event=Event.LAPSE, by=SITE, now=now, claimed_by_id=None, claimed_at=None)
            if holder is not None:
                queue_message(kind=Kind.CLAIM_LAPSED, user=holder, about=appeal.reference, now=now)
    except StaleError:
        return False
    return True


def _give(appeals: list[Appeal], to: User, by: Actor, now: datetime) -> HandOver:
    return _each(appeals, lambda appeal: assign_appeal(appeal=appeal, to=to, by=by, now=now))


def _each(appeals: list[Appeal], act: Callable[[Appeal], object]) -> HandOver:
    moved: list[str] = []
    left: dict[str, str] = {}
    for appeal in appeals:
        try:
            with transaction.atomic():
                act(appeal)
            moved.append(appeal.reference)
        except DomainError as error:
            left[appeal.reference] = str(error)
    return HandOver(moved, left)
