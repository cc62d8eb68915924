"""Offers that end by time: where a place says for how long another offer stands, it ends then, and calmly."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from accounts.actors import SITE
from applicants.models import Applicant
from core.calendars import legal_day
from core.errors import StaleError
from decisions.decision_days import offer_until
from decisions.jurisdictions import get_profile, list_profiles
from decisions.line_changes import change_line
from decisions.models import Decision, Line, LineState, Outcome
from notifications.kinds import Kind
from notifications.models import Message
from notifications.queueing import queue_message

CAUSE: Final = "OFFER_ENDED"
WARN_BEFORE: Final = timedelta(days=7)

FreeSince: TypeAlias = Callable[[Decision], datetime | None]
"""Since when nothing holds an offer open; None while something does."""


def last_day(decision: Decision) -> date | None:
    """The last day that the person was told: the offer's own, or later where the message came late."""
    until = offer_until(decision)
    told = _messages(decision).last() if until else None
    if until is None or told is None:
        return until
    return max(until, legal_day(told.created_at, _zone(decision)) + WARN_BEFORE)


def ended_on(line: Line) -> date | None:
    """The last day that an offer stood which ended by time; None for every other line."""
    if line.state != LineState.EXPIRED or not line.changes.filter(cause=CAUSE).exists():
        return None
    decision = line.decisions.order_by("-pk").first()
    return last_day(decision) if decision else None


def end_offers(*, free_since: FreeSince, now: datetime) -> int:
    """Tell of offers whose last day comes near, and end those whose day has passed; twice changes nothing.

    An offer stands while its appeal runs, and for a week after it was told of its last day since then.
    """
    return sum(
        _try_to_tend(decision, free_since, now)
        for profile in list_profiles()
        if (days := profile.number("counteroffer_notice_days"))
        for decision in _offered(profile.code, now - timedelta(days=days) + WARN_BEFORE)
    )


def _offered(place: str, before: datetime) -> QuerySet[Decision]:
    """The other offers of a place that stand, made before a moment or, for the edges of a day, soon after."""
    offered = Decision.objects.filter(
        outcome=Outcome.COUNTER, line__state=LineState.OFFERED, superseded_by__isnull=True,
        request__context__jurisdiction=place, decided_at__lte=before + timedelta(days=1),
    )  # fmt: skip
    return offered.select_related("applicant", "line").defer("result", "facts").order_by("pk")


def _try_to_tend(decision: Decision, free_since: FreeSince, now: datetime) -> bool:
    try:
        return _tend(decision, free_since, now)
    except StaleError:
        # It was taken at this very moment.
        return False


def _tend(decision: Decision, free_since: FreeSince, now: datetime) -> bool:
    with transaction.atomic():
        Applicant.objects.select_for_update().get(pk=decision.applicant_id)
        assert decision.line is not None
        line = Line.objects.get(pk=decision.line.pk)
        until, today, since = last_day(decision), legal_day(now, _zone(decision)), free_since(decision)
        if until is None or since is None or line.state != LineState.OFFERED:
            return False
        if not _messages(decision).filter(created_at__gte=since).exists():
            if today >= until - WARN_BEFORE:
                _tell(decision, Kind.OFFER_ENDING, max(until, today + WARN_BEFORE), now)
            return False
        if today <= until:
            return False
        change_line(line=line, state=LineState.EXPIRED, cause=CAUSE, by=SITE, now=now)
        _tell(decision, Kind.OFFER_ENDED, until, now)
    return True


def _messages(decision: Decision) -> QuerySet[Message]:
    """What told of the last day, oldest first."""
    told = Message.objects.filter(
        applicant=decision.applicant_id, kind=Kind.OFFER_ENDING, about=decision.reference
    )
    return told.order_by("pk")


def _tell(decision: Decision, kind: Kind, until: date, now: datetime) -> None:
    queue_message(
        kind=kind, applicant=decision.applicant, about=decision.reference, params={"until": until}, now=now
    )


def _zone(decision: Decision) -> ZoneInfo:
    return get_profile(decision.request["context"]["jurisdiction"]).zone
