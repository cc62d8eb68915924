"""Work of notifications after commit: delivering messages, and the alarm about dead work."""

from datetime import datetime

from notifications.alarms import tell_about_dead_work
from notifications.delivering import MAX_ATTEMPTS, deliver
from notifications.queueing import DELIVER_MESSAGE
from outbox.periodic import periodic
from outbox.registry import Mode, Work, handles


@handles(DELIVER_MESSAGE, mode=Mode.LEASED, max_attempts=MAX_ATTEMPTS, lease_seconds=120)
def deliver_message(work: Work) -> None:
    """Deliver one message."""
    deliver(reference=work.subject, attempt=work.attempt, now=work.now)


@periodic(seconds=60)
def raise_alarm(now: datetime) -> None:
    """Tell supervisors about work that needs a person."""
    tell_about_dead_work(now=now)
