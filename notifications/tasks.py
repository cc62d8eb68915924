"""Work of notifications after commit: delivering messages, and the alarm about dead work."""

from datetime import datetime

from applicants.copying import TELL_DATA
from applicants.disputing import TELL_DISPUTE
from applicants.helping import TELL_HELPER
from notifications.alarms import tell_about_dead_work
from notifications.delivering import MAX_ATTEMPTS, deliver
from notifications.digests import SEND_DIGEST, queue_digests, send_digest
from notifications.queueing import DELIVER_MESSAGE
from notifications.telling import tell_about_data, tell_about_dispute, tell_about_helper
from outbox.periodic import periodic
from outbox.registry import Conclusion, Mode, Work, handles


@handles(DELIVER_MESSAGE, mode=Mode.LEASED, max_attempts=MAX_ATTEMPTS, lease_seconds=120)
def deliver_message(work: Work) -> None:
    """Deliver one message."""
    deliver(reference=work.subject, attempt=work.attempt, now=work.now)


@handles(TELL_DISPUTE)
def tell_dispute(work: Work) -> None:
    """Write to a person about a disputed record."""
    tell_about_dispute(reference=work.subject, what=work.key.rpartition(":")[2], now=work.now)


@handles(TELL_DATA)
def tell_data(work: Work) -> None:
    """Write to a person that the copy of the data is ready."""
    tell_about_data(reference=work.subject, now=work.now)


@handles(TELL_HELPER)
def tell_helper(work: Work) -> None:
    """Write to a person about somebody who may help, or may not any more."""
    tell_about_helper(reference=work.subject, what=work.key.rpartition(":")[2], now=work.now)


@handles(SEND_DIGEST, mode=Mode.LEASED, max_attempts=MAX_ATTEMPTS, lease_seconds=120)
def deliver_digest(work: Work) -> Conclusion | None:
    """Send what waited for one person as one e-mail."""
    return send_digest(subject=work.subject, now=work.now)


@periodic(seconds=300)
def gather_digests(now: datetime) -> None:
    """Queue the digests that are due."""
    queue_digests(now)


@periodic(seconds=60)
def raise_alarm(now: datetime) -> None:
    """Tell supervisors about work that needs a person."""
    tell_about_dead_work(now=now)
