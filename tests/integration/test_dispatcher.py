"""The dispatcher: it says "drain" when work is committed, and outlives its connections."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from creditportal.embedded.redis import Redis
from outbox.dispatching import Dispatcher
from outbox.models import Outbox
from outbox.queueing import queue_work
from tests.integration.fault_stack import database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]


class Words:
    """Counts what was said, and fails when told to."""

    def __init__(self) -> None:
        self.count = 0
        self.is_broken = False

    def __call__(self) -> None:
        self.count += 1
        if self.is_broken:
            raise ConnectionError

    def wait_for(self, count: int, *, within: float = 10) -> float:
        started = time.monotonic()
        while self.count < count:
            assert time.monotonic() - started < within, f"said {self.count} times, not {count}"
            time.sleep(0.002)
        return time.monotonic() - started


@pytest.fixture
def words() -> Words:
    return Words()


@pytest.fixture
def run(words: Words) -> Iterator[Callable[..., None]]:
    """Run a dispatcher in a thread of its own."""
    started: list[tuple[Dispatcher, threading.Thread]] = []

    def start(*, sweep_seconds: float) -> None:
        dispatcher = Dispatcher(publish=words, clock=lambda: datetime.now(UTC), sweep_seconds=sweep_seconds)
        thread = threading.Thread(target=dispatcher.run)
        thread.start()
        started.append((dispatcher, thread))

    yield start
    for dispatcher, thread in started:
        dispatcher.stop()
        queue("the last word wakes it")
        thread.join(10)
        assert not thread.is_alive()


def queue(key: str = "k1") -> None:
    with transaction.atomic():
        queue_work(kind="NOBODY", subject="x", key=key, now=datetime.now(UTC))


def terminate_listeners() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def rest(words: Words) -> int:
    """Let the dispatcher come to rest after its start, and return how often it has spoken."""
    Outbox.objects.all().delete()
    while True:
        before = words.count
        time.sleep(0.3)
        if words.count == before:
            return before


def test_a_commit_is_heard_at_once_and_not_at_the_next_sweep(run: Any, words: Words) -> None:
    run(sweep_seconds=30)
    words.wait_for(2)
    count = rest(words)
    queue()
    assert words.wait_for(count + 1) < 2


def test_an_undone_transaction_says_nothing(run: Any, words: Words) -> None:
    run(sweep_seconds=30)
    words.wait_for(2)
    count = rest(words)
    with transaction.atomic():
        queue_work(kind="NOBODY", subject="x", key="k1", now=datetime.now(UTC))
        transaction.set_rollback(True)
    queue("k2")
    words.wait_for(count + 1)
    assert words.count == count + 1


def test_a_burst_is_said_in_few_words(run: Any, words: Words) -> None:
    run(sweep_seconds=30)
    words.wait_for(2)
    count = rest(words)
    for number in range(100):
        queue(f"k{number}")
    assert 1 <= rest(words) - count < 60


def test_work_whose_notification_was_lost_is_found_by_the_sweep(run: Any, words: Words) -> None:
    run(sweep_seconds=0.2)
    words.wait_for(2)
    count = rest(words)
    now = datetime.now(UTC)
    Outbox.objects.create(kind="NOBODY", subject="x", key="silent", next_at=now, created_at=now)
    assert words.wait_for(count + 1) < 5


def test_a_lost_connection_is_made_again(run: Any, words: Words) -> None:
    run(sweep_seconds=30)
    words.wait_for(2)
    rest(words)
    count = words.count
    assert terminate_listeners() >= 1
    words.wait_for(count + 1)
    count = rest(words)
    queue()
    assert words.wait_for(count + 1) < 2


def test_a_broken_broker_does_not_end_it(run: Any, words: Words) -> None:
    words.is_broken = True
    run(sweep_seconds=0.2)
    queue()
    words.wait_for(5)
    assert words.count >= 5


SPEAKER = """
import django, sys, time
django.setup()
from outbox.tasks import publish_drain
for _ in range(int(sys.argv[1])):
    started = time.monotonic()
    try:
        publish_drain()
        print("said", end=" ")
    except Exception as error:
        print(type(error).__name__, end=" ")
    print(round(time.monotonic() - started, 1), flush=True)
"""


def speak(broker: Redis, *, times: int = 3) -> list[tuple[str, float]]:
    """Say "drain" some times in a process of its own; return what came of each, and how long it took."""
    environment = os.environ | {"REDIS_URL": broker.url(), "DATABASE_URL": database_url()}
    done = subprocess.run(
        [sys.executable, "-c", SPEAKER, str(times)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return [(word, float(seconds)) for word, seconds in map(str.split, done.stdout.splitlines())]


def test_a_healthy_broker_hears_it(private_redis: Redis) -> None:
    assert [word for word, _ in speak(private_redis)] == ["said"] * 3


def test_a_dead_broker_holds_it_up_for_a_moment_only(private_redis: Redis) -> None:
    private_redis.kill()
    spoken = speak(private_redis)
    assert "said" not in {word for word, _ in spoken}
    assert max(seconds for _, seconds in spoken) < 3


def test_a_frozen_broker_holds_it_up_for_seconds_only(private_redis: Redis) -> None:
    assert private_redis._process is not None
    os.kill(private_redis._process.pid, signal.SIGSTOP)
    try:
        spoken = speak(private_redis, times=1)
    finally:
        os.kill(private_redis._process.pid, signal.SIGCONT)
    assert "said" not in {word for word, _ in spoken}
    assert max(seconds for _, seconds in spoken) < 12
