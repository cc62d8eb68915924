"""Saying that what is known of an applicant changed; whoever waits for it looks again after commit."""

from datetime import datetime

from applicants.models import Applicant
from outbox.queueing import queue_work

FACTS_CHANGED = "FACTS_CHANGED"


def queue_change(*, applicant: Applicant, mark: str, now: datetime) -> None:
    """Queue a look at an applicant; the mark tells one change from another, so that each counts once."""
    reference = applicant.reference
    queue_work(kind=FACTS_CHANGED, subject=reference, key=f"{FACTS_CHANGED}:{reference}:{mark}", now=now)
