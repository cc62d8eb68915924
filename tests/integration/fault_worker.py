"""What the workers of the fault tests run: the real application with two more kinds, and a plain control."""

import os
from datetime import datetime
from functools import partial

from celery import Celery
from django.db import connection, transaction

from creditportal.celery import app
from outbox.registry import Conclusion, Mode, Work, handles

__all__ = ["app", "plain"]

plain = Celery("plain", broker=os.environ.get("REDIS_URL"), set_as_current=False)
"""Celery as it comes: messages carry the work, and the broker is trusted to keep them."""


@handles("FAULT_ATOMIC")
def work_atomically(work: Work) -> None:
    """Work inside the claiming transaction."""
    _take_a_moment()
    _leave_a_mark(work.subject, work.now)


@handles("FAULT_LEASED", mode=Mode.LEASED, lease_seconds=3)
def work_outside(work: Work) -> Conclusion:
    """Work outside any transaction and conclude afterwards."""
    _take_a_moment()
    return partial(_leave_a_mark, work.subject, work.now)


@plain.task(name="work_plainly", ignore_result=True)
def work_plainly(subject: str, now: str) -> None:
    """The same work, carried by the message itself."""
    with transaction.atomic():
        _take_a_moment()
        _leave_a_mark(subject, datetime.fromisoformat(now))


def _take_a_moment() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.015)")


def _leave_a_mark(subject: str, now: datetime) -> None:
    """Write the effect that is counted: one event on the subject's chain."""
    from audit.log import record  # this module is imported before Django is ready
    from audit.verbs import Verb

    record(verb=Verb.DECISION_MADE, subject=subject, actor="site", now=now)
