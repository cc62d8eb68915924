"""From a committed outbox row to its effect, against a direct Celery `.delay` and a poll each second.

The time starts when the commit has returned: no way can begin sooner, and all three wait for the disk before.
What it comes to from the row's creation on is told beside it.
"""

import os
import random
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

import django

EVENTS: Final = 20
POLLED: Final = 4
DELAY_GOAL: Final = 1.6
POLL_GOAL: Final = 1 / 80
PATIENCE_SECONDS: Final = 30.0
POLLED_ROWS: Final = "poll-"


def main() -> int:
    """Measure in a database that is made for it and dropped afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
    from bench._database import own_database
    from bench._pairs import compare_all, show

    ours, direct, polling = Way(_by_outbox, EVENTS), Way(_by_delay, EVENTS), Way(_by_poll, POLLED)
    with own_database("event_latency") as address, _workers(address), _poller():
        against_delay, against_poll = compare_all(
            ours=ours.measure,
            others={
                "event_latency": (direct.measure, DELAY_GOAL),
                "event_latency_poll": (polling.measure, POLL_GOAL),
            },
            unit="ms, p50",
        )
    whole = f"{ours.whole():.3g} against {direct.whole():.3g} ms from the row's creation on"
    failed = show(against_delay, about=f"Celery .delay of the same effect; {whole}")
    return failed | show(against_poll, about="a poll each second")


class Way:
    """One way from a row to its effect: `start` commits a row under a key and says when that was done."""

    def __init__(self, start: Callable[[str], datetime], events: int) -> None:
        self._start, self._events = start, events
        self._wholes: list[float] = []

    def measure(self) -> float:
        """Milliseconds from commit to effect, the median of a round of events, one after the other."""
        return statistics.median(self._one() for _ in range(self._events))

    def whole(self) -> float:
        """Milliseconds from the creation of the row to its effect, the median of all."""
        return statistics.median(self._wholes)

    def _one(self) -> float:
        key = uuid.uuid4().hex
        committed = self._start(key)
        created, done = _until_done(key)
        self._wholes.append((done - created).total_seconds() * 1000)
        return (done - committed).total_seconds() * 1000


def _by_outbox(key: str) -> datetime:
    """Queue work in a transaction."""
    from django.db import transaction

    from core.clock import now
    from outbox.heartbeat import HEARTBEAT
    from outbox.queueing import queue_work

    with transaction.atomic():
        queue_work(kind=HEARTBEAT, subject="bench", key=key, now=now())
    return now()


def _by_delay(key: str) -> datetime:
    """Commit a row, send a task that ends it."""
    from bench._direct import end_event

    committed = _insert(key)
    end_event.delay(key)
    return committed


def _by_poll(key: str) -> datetime:
    """Commit a row at some moment of the second; the poll finds it."""
    time.sleep(random.random())
    return _insert(f"{POLLED_ROWS}{key}")


def _insert(key: str) -> datetime:
    """A row beside the outbox' own: no dispatcher looks at what is due in a year. Returns when it stood."""
    from core.clock import now
    from outbox.models import Outbox

    moment = now()
    Outbox.objects.create(
        kind="BENCH", subject="bench", key=key, next_at=moment + timedelta(days=365), created_at=moment
    )
    return now()


def _until_done(key: str) -> tuple[datetime, datetime]:
    """Wait for the effect; when the row was made and when the effect came, both by this machine's clock."""
    from outbox.models import Outbox

    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        row = Outbox.objects.filter(key__in=[key, f"{POLLED_ROWS}{key}"], done_at__isnull=False).first()
        if row is not None and row.done_at is not None:
            return row.created_at, row.done_at
        time.sleep(0.004)
    raise TimeoutError("the effect did not come")


@contextmanager
def _poller() -> Iterator[None]:
    """A thread that looks for rows once a second and ends them."""
    from django.db import connection

    from core.clock import now
    from outbox.models import Outbox, State

    ended = threading.Event()

    def look() -> None:
        while not ended.wait(1.0):
            waiting = Outbox.objects.filter(key__startswith=POLLED_ROWS, state=State.PENDING)
            waiting.update(state=State.DONE, done_at=now())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def _workers(address: str) -> Iterator[None]:
    """The site's dispatcher and worker, and a worker for direct tasks, on this benchmark's database."""
    environment = {**os.environ, "DATABASE_URL": address, "PERSISTENT_CONNECTIONS": "true"}
    celery = [sys.executable, "-m", "celery"]
    quiet = ["--concurrency=1", "--without-gossip", "--without-mingle", "--loglevel=ERROR"]
    commands = (
        [sys.executable, "manage.py", "run_dispatcher"],
        [*celery, "-A", "creditportal", "worker", *quiet, "-n", "ours@%h"],
        [*celery, "-A", "bench._direct:app", "worker", *quiet, "-n", "direct@%h"],
    )
    quietly: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    made = [subprocess.Popen(command, env=environment, **quietly) for command in commands]
    try:
        yield
    finally:
        for one in made:
            one.terminate()
        for one in made:
            one.wait(30)


if __name__ == "__main__":
    sys.exit(main())
