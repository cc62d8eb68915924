"""Days that follow from a decision by the terms of its place: the answer to a referral, an offer's end."""

from datetime import date, timedelta

from core.calendars import get_calendar
from decisions.jurisdictions import Profile, get_profile
from decisions.models import Decision, Outcome


def answer_by(decision: Decision) -> date:
    """The day by which a person answers a referral; on a day off our own terms mean the next working day."""
    place = _place(decision)
    day = _decided_on(decision) + timedelta(days=place.decision_notice_days)
    return get_calendar(place.calendar).next_working_day(day) if place.notice_is_on_working_day else day


def offer_until(decision: Decision) -> date | None:
    """The last day of another offer than was asked for; None where the place lets it stand."""
    is_other = decision.outcome == Outcome.COUNTER
    days = _place(decision).number("counteroffer_notice_days") if is_other else None
    return _decided_on(decision) + timedelta(days=days) if days else None


def _place(decision: Decision) -> Profile:
    return get_profile(decision.request["context"]["jurisdiction"])


def _decided_on(decision: Decision) -> date:
    return date.fromisoformat(decision.request["context"]["decided_on"])
