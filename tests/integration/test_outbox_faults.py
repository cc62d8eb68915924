"""The proof: whatever is killed, every submission is worked once; the usual way loses some."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.db import connection, transaction

from audit.log import record
from audit.sealing import seal
from audit.verbs import Verb
from audit.verifying import verify
from creditportal.embedded.redis import Redis
from outbox.models import Outbox, State
from outbox.queueing import queue_work
from tests.integration.fault_stack import (
    Stack,
    count_lost_and_doubled,
    count_marks,
    plain_processes,
    site_processes,
)

NUMBER = 500
KILLS = 5
SUBJECTS = [f"LA-{number:04}-TEST" for number in range(NUMBER)]
KINDS = ["FAULT_ATOMIC", "FAULT_LEASED"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults, pytest.mark.slow]


def queue_in_outbox(subject: str, number: int) -> None:
    now = datetime.now(UTC)
    with transaction.atomic():
        record(verb=Verb.APPLICATION_SUBMITTED, subject=subject, actor="site", now=now)
        queue_work(kind=KINDS[number % 2], subject=subject, key=f"FAULT:{subject}", now=now)


def send_after_commit(broker: Celery, subject: str, number: int) -> None:
    now = datetime.now(UTC)
    with transaction.atomic():
        record(verb=Verb.APPLICATION_SUBMITTED, subject=subject, actor="site", now=now)

        def send() -> None:
            broker.send_task("work_plainly", [subject, now.isoformat()])

        transaction.on_commit(send, robust=True)


class Submissions(threading.Thread):
    """People who submit one after the other, whatever goes on behind the site."""

    def __init__(self, submit: Any) -> None:
        super().__init__()
        self._submit = submit
        self.count = 0

    def run(self) -> None:
        try:
            for number, subject in enumerate(SUBJECTS):
                self._submit(subject, number)
                self.count = number + 1
        finally:
            connection.close()


def has_marks(number: int) -> bool:
    return count_marks() >= number


def is_drained() -> bool:
    open_ones = Outbox.objects.filter(kind__in=KINDS).exclude(state=State.DONE)
    return not open_ones.exists()


class IsQuiet:
    """Whether nothing has happened for a number of looks in a row."""

    def __init__(self, looks: int = 80) -> None:
        self._looks = looks
        self._seen = (-1, 0)

    def __call__(self) -> bool:
        count, times = self._seen
        now = count_marks()
        self._seen = (now, times + 1 if now == count else 0)
        return self._seen[1] >= self._looks


@pytest.fixture
def ours(private_redis: Redis, tmp_path: Path) -> Iterator[Stack]:
    """The site's processes on a broker that may be killed."""
    with Stack(broker=private_redis.url(), folder=tmp_path, commands=site_processes(tmp_path)) as stack:
        yield stack


@pytest.fixture
def control(private_redis: Redis, tmp_path: Path) -> Iterator[Stack]:
    """The plain worker on a broker that may be killed."""
    with Stack(broker=private_redis.url(), folder=tmp_path, commands=plain_processes()) as stack:
        yield stack


@pytest.fixture
def plain_submissions(private_redis: Redis) -> Iterator[Submissions]:
    """People whose submissions are sent to the broker after commit."""
    with Celery("sender", broker=private_redis.url(), set_as_current=False) as sender:
        yield Submissions(partial(send_after_commit, sender))


def kill_the_worker_again_and_again(stack: Stack) -> None:
    """Kill the worker group five times in the middle of its work."""
    for kill in range(1, KILLS + 1):
        step = kill * NUMBER // (KILLS + 2)
        stack.wait_until(partial(has_marks, step), within=40, what=f"{step} are done")
        stack.kill("worker")
        stack.start("worker")


def empty_the_broker(stack: Stack, broker: Redis) -> None:
    """Kill Redis in the middle of the work and bring it back empty."""
    stack.wait_until(partial(has_marks, NUMBER // 5), within=40, what="a fifth is done")
    broker.kill()
    stack.wait_until(IsQuiet(looks=20), within=40, what="work stops without the broker")
    broker.start(preferred_port=broker.port)


def test_nothing_is_lost_or_doubled_when_the_worker_is_killed_five_times(ours: Stack) -> None:
    submissions = Submissions(queue_in_outbox)
    submissions.start()
    kill_the_worker_again_and_again(ours)
    submissions.join(60)
    ours.wait_until(is_drained, within=60, what="all work is done")
    assert (submissions.count, ours.kills) == (NUMBER, KILLS)
    assert count_lost_and_doubled(SUBJECTS) == (0, 0)
    seal(now=datetime.now(UTC))
    assert verify().is_sound


def test_nothing_is_lost_or_doubled_when_redis_is_killed_and_comes_back_empty(
    ours: Stack, private_redis: Redis
) -> None:
    submissions = Submissions(queue_in_outbox)
    submissions.start()
    empty_the_broker(ours, private_redis)
    submissions.join(60)
    ours.wait_until(is_drained, within=60, what="all work is done")
    assert submissions.count == NUMBER
    assert count_lost_and_doubled(SUBJECTS) == (0, 0)


def test_control_plain_messages_are_lost_when_the_worker_is_killed_five_times(
    control: Stack, plain_submissions: Submissions
) -> None:
    submissions = plain_submissions
    submissions.start()
    kill_the_worker_again_and_again(control)
    submissions.join(60)
    control.wait_until(IsQuiet(), within=60, what="nothing happens any more")
    assert submissions.count == NUMBER
    assert count_lost_and_doubled(SUBJECTS)[0] > 0


def test_control_plain_messages_are_lost_when_redis_comes_back_empty(
    control: Stack, plain_submissions: Submissions, private_redis: Redis
) -> None:
    submissions = plain_submissions
    submissions.start()
    empty_the_broker(control, private_redis)
    submissions.join(60)
    control.wait_until(IsQuiet(), within=60, what="nothing happens any more")
    assert submissions.count == NUMBER
    assert count_lost_and_doubled(SUBJECTS)[0] > 0
