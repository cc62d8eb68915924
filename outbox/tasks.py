"""What Celery calls: drain, and one periodic job by name."""

from datetime import datetime

from celery import shared_task

from audit import sealing
from core import clock
from outbox import draining, periodic, retrying
from outbox.heartbeat import HEARTBEAT
from outbox.registry import Work, handles


@shared_task(name="outbox.tasks.drain")
def drain() -> None:
    """Do the work that is due."""
    draining.drain(clock=clock.now)


@shared_task(name="outbox.tasks.run_periodic")
def run_periodic(name: str) -> None:
    """Run one periodic job, unless another process is at it."""
    periodic.run_job(name=name, now=clock.now())


def publish_drain() -> None:
    """Say "drain" once, without retry; stale words are dropped by the broker."""
    drain.apply_async(retry=False, expires=60)


@handles(HEARTBEAT)
def answer_heartbeat(work: Work) -> None:
    """Do nothing: that the row is done is the answer."""


@periodic.periodic(seconds=15)
def requeue_stuck(now: datetime) -> None:
    """Return work whose worker never came back."""
    retrying.requeue_stuck(now=now)


@periodic.periodic(seconds=3600)
def prune_done(now: datetime) -> None:
    """Forget old work that was done."""
    retrying.prune_done(now=now)


@periodic.periodic(seconds=5)
def seal_audit(now: datetime) -> None:
    """Seal the settled events of the audit."""
    sealing.seal(now=now)
