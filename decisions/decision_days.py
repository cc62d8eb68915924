"""Days that follow from a decision by the terms of its place: the answer to a referral, an offer's end."""

from datetime import date, timedelta

from decisions.jurisdictions import get_profile
from decisions.models import Decision, Outcome


def answer_by(decision: Decision) -> date:
    """The day by which a person answers a referral, counted from the day it was left to one."""
    days = _term(decision, "decision_notice_days") or 0
    return _decided_on(decision) + timedelta(days=days)


def offer_until(decision: Decision) -> date | None:
    """The last day of another offer than was asked for; None where the place lets it stand."""
    days = _term(decision, "counteroffer_notice_days") if decision.outcome == Outcome.COUNTER else None
    return _decided_on(decision) + timedelta(days=days) if days else None


def _term(decision: Decision, field: str) -> int | None:
    return get_profile(decision.request["context"]["jurisdiction"]).number(field)


def _decided_on(decision: Decision) -> date:
    return date.fromisoformat(decision.request["context"]["decided_on"])
