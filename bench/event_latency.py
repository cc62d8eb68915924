"""From a committed outbox row to its effect, against a direct Celery `.delay` and a poll each second."""

import os
import random
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import django

EVENTS: Final = 20
POLLED: Final = 4
DELAY_GOAL: Final = 1.6
POLL_GOAL: Final = 1 / 80
PATIENCE_SECONDS: Final = 30.0


def main() -> int:
    """Measure in a database that is made for it and dropped afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
    from bench._database import own_database
    from bench._pairs import compare_all, show

    with own_database("event_latency") as address, _workers(address), _poller():
        direct, polled = compare_all(
            ours=_by_outbox,
            others={
                "event_latency": (_by_delay, DELAY_GOAL),
                "event_latency_poll": (_by_poll, POLL_GOAL),
            },
            unit="ms, p50",
        )
    failed = show(direct, about="Celery .delay of the same effect")
    return failed | show(polled, about="a poll each second")


def _by_outbox() -> float:
    """Queue work in a transaction, wait for its effect; then the next."""
    from django.db import transaction

    from core.clock import now
    from outbox.heartbeat import HEARTBEAT
    from outbox.queueing import queue_work

    def put(key: str) -> None:
        with transaction.atomic():
            queue_work(kind=HEARTBEAT, subject="bench", key=key, now=now())

    return statistics.median(_until_done(put) for _ in range(EVENTS))


def _by_delay() -> float:
    """Commit a row, send a task that ends it, wait for its effect; then the next."""
    from bench._tasks import end_event

    def put(key: str) -> None:
        _insert(key)
        end_event.delay(key)

    return statistics.median(_until_done(put) for _ in range(EVENTS))


def _by_poll() -> float:
    """Commit a row at some moment of the second and wait until the poll finds it."""

    def put(key: str) -> None:
        time.sleep(random.random())
        _insert(f"poll-{key}")

    return statistics.median(_until_done(put, prefix="poll-") for _ in range(POLLED))


def _insert(key: str) -> None:
    """A row beside the outbox' own: no dispatcher looks at what is due in a year."""
    from datetime import timedelta

    from core.clock import now
    from outbox.models import Outbox

    moment = now()
    Outbox.objects.create(
        kind="BENCH", subject="bench", key=key, next_at=moment + timedelta(days=365), created_at=moment
    )


def _until_done(put: Any, *, prefix: str = "") -> float:
    """Milliseconds from the creation of the row to the moment of its effect, both by this machine's clock."""
    from outbox.models import Outbox

    key = uuid.uuid4().hex
    put(key)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        row = Outbox.objects.filter(key=prefix + key, done_at__isnull=False).first()
        if row is not None and row.done_at is not None:
            return float((row.done_at - row.created_at).total_seconds() * 1000)
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
            waiting = Outbox.objects.filter(key__startswith="poll-", state=State.PENDING)
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
        [*celery, "-A", "bench._tasks:app", "worker", *quiet, "-n", "direct@%h"],
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
