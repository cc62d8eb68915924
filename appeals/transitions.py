"""The one way in which an appeal moves: compare and set, with its event and audit row in one transaction."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from appeals.clocks import due_at
from appeals.models import Appeal, AppealEvent, AppealStatus, Pause
from appeals.parties import resolve_party
from appeals.states import PAUSES, Clock, Event, Status, next_status
from audit.log import record
from audit.verbs import Verb
from core.errors import ConflictError, StaleError
from core.killpoints import killpoint

VERBS: Final[dict[Event, Verb]] = {
    Event.SUBMIT: Verb.APPEAL_SUBMITTED,
    Event.EXPIRE: Verb.APPEAL_EXPIRED,
    Event.SCREEN: Verb.APPEAL_SCREENED,
    Event.ACCEPT: Verb.APPEAL_ACCEPTED,
    Event.NOT_ACCEPT: Verb.APPEAL_NOT_ACCEPTED,
    Event.REVIEW_ACCEPTANCE: Verb.APPEAL_ACCEPTANCE_REVIEWED,
    Event.CLAIM: Verb.APPEAL_CLAIMED,
    Event.ASSIGN: Verb.APPEAL_ASSIGNED,
    Event.HAND_OVER: Verb.APPEAL_HANDED_OVER,
    Event.RELEASE: Verb.APPEAL_RELEASED,
    Event.LAPSE: Verb.APPEAL_LAPSED,
    Event.ASK_APPLICANT: Verb.APPEAL_INFO_REQUESTED,
    Event.ANSWERED: Verb.APPEAL_ANSWERED,
    Event.ANSWERED_IN_SCREENING: Verb.APPEAL_ANSWERED_IN_SCREENING,
    Event.ASK_THIRD_PARTY: Verb.APPEAL_THIRD_PARTY_ASKED,
    Event.THIRD_PARTY_ANSWERED: Verb.APPEAL_THIRD_PARTY_ANSWERED,
    Event.PROPOSE: Verb.APPEAL_PROPOSED,
    Event.DECIDE: Verb.APPEAL_DECIDED,
    Event.AGREE: Verb.APPEAL_COUNTERSIGNED,
    Event.RETURN: Verb.APPEAL_RETURNED,
    Event.REMEDY_NEEDED: Verb.REMEDY_STARTED,
    Event.REMEDY_CONFIRMED: Verb.REMEDY_CONFIRMED,
    Event.CLOSE: Verb.APPEAL_CLOSED,
    Event.WITHDRAW: Verb.APPEAL_WITHDRAWN,
    Event.REINSTATE: Verb.APPEAL_REINSTATED,
}


class IllegalMoveError(ConflictError):
    """The appeal stands where this cannot happen."""

    code = "illegal-move"
    default_message = _("This cannot be done now. The appeal is at this step: %(status)s.")


def move(
    *,
    appeal: Appeal,
    event: Event,
    by: Actor,
    now: datetime,
    expected_version: int | None = None,
    note: str = "",
    **changes: Any,
) -> AppealEvent:
    """Move the appeal and write the event and the audit row, or change nothing and say why."""
    with transaction.atomic():
        party = resolve_party(appeal=appeal, event=event, by=by)
        start = Status(appeal.status)
        target = next_status(status=start, event=event, party=party)
        if target is None:
            raise IllegalMoveError(status=AppealStatus(start).label)
        swap(appeal=appeal, expected_version=expected_version, status=target.value, **changes)
        killpoint("appeals.moved_before_event")
        turn_clocks(appeal=appeal, start=start, target=target, now=now)
        row = AppealEvent.objects.create(
            appeal=appeal, sequence=_next_sequence(appeal), event=event.value, from_status=start.value,
            to_status=target.value, actor=by.code, party=party.value, note=note, at=now,
        )  # fmt: skip
        record(
            verb=VERBS[event], subject=appeal.reference, actor=by.code, now=now,
            codes={"from": start.value, "to": target.value, "party": party.value, "version": appeal.version},
            private={"note": note} if note else {},
        )  # fmt: skip
        return row


def turn_clocks(*, appeal: Appeal, start: Status, target: Status, now: datetime) -> None:
    """End the waiting times of the status left and begin those of the one entered."""
    before, after = PAUSES.get(start, frozenset()), PAUSES.get(target, frozenset())
    if start is target or not before | after:
        return
    Pause.objects.filter(appeal=appeal, until__isnull=True).update(until=now)
    Pause.objects.bulk_create(
        Pause(appeal=appeal, clock=clock.value, cause=target.value, since=now) for clock in sorted(after)
    )
    reset_dates(appeal=appeal, now=now, has_moved=Clock.STATUTORY in before)


def reset_dates(*, appeal: Appeal, now: datetime, has_moved: bool = True) -> None:
    """Have the clocks looked at anew, and keep the legal date that orders the queue up to date."""
    changes: dict[str, Any] = {"remind_at": now}
    if has_moved:
        fresh = Appeal.objects.select_related("applicant").get(pk=appeal.pk)
        changes["due_at"] = due_at(fresh)
    Appeal.objects.filter(pk=appeal.pk).update(**changes)
    for name, value in changes.items():
        setattr(appeal, name, value)
    # What was read ahead is old now.
    vars(appeal).pop("_prefetched_objects_cache", None)


def swap(*, appeal: Appeal, expected_version: int | None, **changes: Any) -> None:
    """Change the appeal if it is still as it was read, and count its version up; else StaleError."""
    seen = appeal.version
    if expected_version is not None and expected_version != seen:
        raise StaleError
    as_read = Appeal.objects.filter(pk=appeal.pk, version=seen, status=appeal.status)
    if not as_read.update(version=seen + 1, **changes):
        raise StaleError
    appeal.version = seen + 1
    for name, value in changes.items():
        setattr(appeal, name, value)


def _next_sequence(appeal: Appeal) -> int:
    newest: int | None = appeal.events.aggregate(newest=Max("sequence"))["newest"]
    return (newest or 0) + 1
