"""The outbox against a real database: claiming, ending, failing, dying and coming back."""

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg.errors import CheckViolation

from audit.queries import list_events
from core.errors import ConflictError
from outbox import registry
from outbox.claiming import backoff, claim_next
from outbox.draining import Drained, drain, run_claim
from outbox.heartbeat import HEARTBEAT, get_last_heartbeat, send_heartbeat
from outbox.models import Outbox, State
from outbox.queries import get_health, list_dead, list_work
from outbox.queueing import queue_work
from outbox.registry import Conclusion, Handler, Mode, Work, handles
from outbox.retrying import prune_done, requeue_stuck, retry_work
from tests.durability import waits_for_the_disk

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
KIND = "TEST_WORK"

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.instant = NOW

    def __call__(self) -> datetime:
        return self.instant

    def pass_(self, **time: float) -> None:
        self.instant += timedelta(**time)


@pytest.mark.parametrize(
    ("values", "guard"),
    [
        ({"state": "ASLEEP"}, "outbox_state_known"),
        ({"state": "LEASED"}, "outbox_leased_has_lease"),
        ({"state": "LEASED", "lease": uuid.uuid4()}, "outbox_leased_has_lease"),
        ({"state": "LEASED", "leased_until": NOW}, "outbox_leased_has_lease"),
    ],
)
def test_the_database_refuses_work_that_cannot_be(values: dict[str, Any], guard: str) -> None:
    with transaction.atomic():
        queue_work(kind=KIND, subject="AP-1", key="once", now=NOW)
    fields = {"kind": KIND, "subject": "AP-1", "key": "twice", "next_at": NOW, "created_at": NOW}
    for write in (Outbox.objects.filter(key="once").update, partial(Outbox.objects.create, **fields)):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            write(**values)
        assert isinstance(refused.value.__cause__, CheckViolation)
        assert refused.value.__cause__.diag.constraint_name == guard
    assert Outbox.objects.get().state == State.PENDING


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def register() -> Iterator[Callable[..., None]]:
    """Give the test's kind a handler, and take it back afterwards."""

    def take(handler: Handler, **terms: Any) -> None:
        registry._handlers.pop(KIND, None)
        handles(KIND, **terms)(handler)

    yield take
    registry._handlers.pop(KIND, None)


def queue(key: str = "k1", **extra: Any) -> None:
    with transaction.atomic():
        queue_work(kind=KIND, subject="AP-AAAA-0001", key=key, now=NOW, **extra)


def the_row() -> Outbox:
    return Outbox.objects.get(key="k1")


def fail(work: Work) -> None:
    raise ConflictError("Zhang Wei cannot", name="Zhang Wei")


# Queueing


def test_queueing_twice_under_one_key_is_one_row() -> None:
    queue()
    queue()
    assert Outbox.objects.count() == 1


def test_queueing_is_one_statement(django_assert_num_queries: Any) -> None:
    with transaction.atomic(), django_assert_num_queries(1):
        queue_work(kind=KIND, subject="AP-AAAA-0001", key="k1", now=NOW)
    assert Outbox.objects.filter(key="k1").count() == 1


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_queued() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        queue_work(kind=KIND, subject="AP-AAAA-0001", key="k1", now=NOW)
    assert not Outbox.objects.exists()


def test_work_waits_until_it_is_due(register: Any, clock: Clock) -> None:
    register(lambda _: None)
    queue(due_at=NOW + timedelta(hours=1))
    assert drain(clock=clock) == Drained(0, 0)
    clock.pass_(hours=1)
    assert drain(clock=clock) == Drained(1, 0)


# Doing


@pytest.mark.parametrize("mode", Mode)
def test_work_is_done_once(register: Any, clock: Clock, mode: Mode) -> None:
    seen: list[Work] = []
    register(seen.append, mode=mode)
    queue()
    drain(clock=clock)
    drain(clock=clock)
    assert seen == [Work(kind=KIND, subject="AP-AAAA-0001", key="k1", attempt=1, now=NOW)]
    row = the_row()
    assert (row.state, row.done_at, row.lease) == (State.DONE, NOW, None)


def test_atomic_work_and_its_end_are_one_transaction(register: Any, clock: Clock) -> None:
    def write_and_fail(work: Work) -> None:
        Outbox.objects.create(kind="EFFECT", subject="x", key="effect", next_at=NOW, created_at=NOW)
        raise ConflictError

    register(write_and_fail)
    queue()
    assert drain(clock=clock) == Drained(0, 1)
    assert not Outbox.objects.filter(key="effect").exists()


def test_the_conclusion_of_leased_work_runs_with_its_end(register: Any, clock: Clock) -> None:
    def conclude() -> None:
        queue("follow-up", due_at=NOW + timedelta(days=1))

    register(lambda _: conclude, mode=Mode.LEASED)
    queue()
    assert drain(clock=clock) == Drained(1, 0)
    assert Outbox.objects.filter(key="follow-up").exists()


def test_a_conclusion_that_fails_undoes_the_end(register: Any, clock: Clock) -> None:
    def conclude() -> None:
        queue("follow-up")
        raise ConflictError

    register(lambda _: conclude, mode=Mode.LEASED)
    queue()
    assert drain(clock=clock) == Drained(0, 1)
    assert not Outbox.objects.filter(key="follow-up").exists()
    assert the_row().state == State.PENDING


def test_a_late_worker_whose_lease_is_gone_concludes_nothing(register: Any, clock: Clock) -> None:
    concluded: list[int] = []

    def conclusion_of(work: Work) -> Conclusion:
        return lambda: concluded.append(work.attempt)

    register(conclusion_of, mode=Mode.LEASED, lease_seconds=60)
    queue()
    late = claim_next(now=NOW)
    clock.pass_(seconds=61)
    requeue_stuck(now=clock())
    drain(clock=clock)
    assert late is not None
    assert run_claim(late, clock=clock) is False
    assert concluded == [2]


def test_a_claimed_atomic_row_belongs_to_the_newest_attempt(register: Any, clock: Clock) -> None:
    seen: list[int] = []
    register(lambda work: seen.append(work.attempt))
    queue()
    late = claim_next(now=NOW)
    clock.pass_(seconds=5)
    drain(clock=clock)
    assert late is not None
    assert run_claim(late, clock=clock) is False
    assert seen == [2]


@pytest.mark.django_db(transaction=True)
def test_a_row_that_is_being_claimed_is_left_to_its_claimer(register: Any) -> None:
    register(lambda _: None)
    queue()
    found: list[object] = []

    def claim_too() -> None:
        found.append(claim_next(now=NOW))
        connection.close()

    with transaction.atomic():
        assert Outbox.objects.select_for_update().get(key="k1").attempts == 0
        other = threading.Thread(target=claim_too)
        other.start()
        other.join(10)
    assert found == [None]


def test_only_the_first_claim_of_fresh_work_is_not_waited_for(register: Any) -> None:
    register(lambda _: None)
    seconds = {"fresh": 0.9, "older": 1.1}
    for key, age in seconds.items():
        queue(key, due_at=NOW - timedelta(seconds=age))
    # The older row comes first.
    assert [waits_for_the_disk(partial(claim_next, now=NOW)) for _ in seconds] == [True, False]
    assert sorted(Outbox.objects.values_list("key", "attempts")) == [("fresh", 1), ("older", 1)]


def test_a_second_attempt_is_waited_for_however_soon(register: Any) -> None:
    register(lambda _: None)
    queue()
    Outbox.objects.update(attempts=1, next_at=NOW)
    assert waits_for_the_disk(partial(claim_next, now=NOW))
    assert the_row().attempts == 2


def test_what_is_done_is_waited_for(register: Any, clock: Clock) -> None:
    register(lambda _: None)
    queue()
    claim = claim_next(now=NOW)
    assert claim is not None
    assert waits_for_the_disk(partial(run_claim, claim, clock=clock))
    assert the_row().state == State.DONE


# Failing


def test_a_failure_is_counted_waits_and_is_tried_again(register: Any, clock: Clock) -> None:
    register(fail)
    queue()
    drain(clock=clock)
    row = the_row()
    assert (row.state, row.attempts) == (State.PENDING, 1)
    assert timedelta(seconds=1) < row.next_at - NOW < timedelta(seconds=3)
    register(lambda _: None)
    clock.pass_(seconds=3)
    assert drain(clock=clock) == Drained(1, 0)


def test_the_row_tells_class_and_code_of_the_error_and_nothing_personal(register: Any, clock: Clock) -> None:
    register(fail)
    queue()
    drain(clock=clock)
    assert the_row().last_error == "ConflictError: conflict"


@pytest.mark.parametrize("mode", Mode)
def test_after_the_last_attempt_it_is_dead(register: Any, clock: Clock, mode: Mode) -> None:
    register(fail, mode=mode, max_attempts=3)
    queue()
    for _ in range(5):
        drain(clock=clock)
        clock.pass_(hours=2)
    row = the_row()
    assert (row.state, row.attempts) == (State.DEAD, 3)
    assert [dead.key for dead in list_dead()] == ["k1"]


@pytest.mark.parametrize("mode", Mode)
def test_work_that_kills_its_worker_is_counted_and_dies_too(register: Any, clock: Clock, mode: Mode) -> None:
    register(lambda _: None, mode=mode, max_attempts=3)
    queue()
    for attempt in range(1, 4):
        claim = claim_next(now=clock())
        assert claim is not None
        assert claim.work.attempt == attempt
        clock.pass_(hours=2)
        requeue_stuck(now=clock())
    assert claim_next(now=clock()) is None
    assert the_row().state == State.DEAD


def test_a_kind_nobody_knows_is_retried_for_a_newer_release(register: Any, clock: Clock) -> None:
    queue()
    drain(clock=clock)
    assert (the_row().state, the_row().last_error) == (State.PENDING, "UnknownKindError")
    register(lambda _: None)
    clock.pass_(seconds=3)
    assert drain(clock=clock) == Drained(1, 0)


def test_one_failing_row_does_not_hold_up_the_others(register: Any, clock: Clock) -> None:
    def fail_first(work: Work) -> None:
        if work.key == "k1":
            raise ConflictError

    register(fail_first)
    for key in ("k1", "k2", "k3"):
        queue(key)
    assert drain(clock=clock) == Drained(2, 1)


def test_waiting_doubles_up_to_an_hour() -> None:
    assert [round(backoff(attempt).total_seconds() / 2**attempt) for attempt in (1, 2, 6)] == [1, 1, 1]
    assert timedelta(minutes=44) < backoff(60) < timedelta(minutes=76)


# Coming back


def test_a_person_may_retry_dead_work_and_that_is_audited(register: Any, clock: Clock) -> None:
    register(fail, max_attempts=1)
    queue()
    drain(clock=clock)
    assert retry_work(ids=[the_row().pk], by="user:5", now=NOW) == 1
    register(lambda _: None)
    assert drain(clock=clock) == Drained(1, 0)
    event = list_events("AP-AAAA-0001")[0]
    assert (event.verb, event.actor, event.codes["work"]) == ("work:retried", "user:5", KIND)


def test_only_dead_work_is_retried(register: Any, clock: Clock) -> None:
    register(lambda _: None)
    queue()
    drain(clock=clock)
    assert retry_work(ids=[the_row().pk], by="user:5", now=NOW) == 0
    assert the_row().state == State.DONE


def test_a_lease_that_ran_out_returns_to_the_queue(register: Any, clock: Clock) -> None:
    register(lambda _: None, mode=Mode.LEASED, lease_seconds=60)
    queue()
    claim_next(now=NOW)
    assert requeue_stuck(now=NOW + timedelta(seconds=59)) == 0
    assert requeue_stuck(now=NOW + timedelta(seconds=61)) == 1
    assert (the_row().state, the_row().last_error) == (State.PENDING, "LeaseExpired")


def test_done_work_is_forgotten_after_a_month_and_dead_work_never(register: Any, clock: Clock) -> None:
    register(lambda work: fail(work) if work.key == "k1" else None, max_attempts=1)
    queue("k1")
    queue("k2")
    drain(clock=clock)
    assert prune_done(now=NOW + timedelta(days=29)) == 0
    assert prune_done(now=NOW + timedelta(days=31)) == 1
    assert [row.key for row in list_work("AP-AAAA-0001")] == ["k1"]


# Health


def test_health_tells_the_longest_wait(clock: Clock) -> None:
    queue()
    health = get_health(now=NOW + timedelta(seconds=90))
    assert (health.oldest_due_seconds, health.is_ready) == (90.0, False)


def test_a_fresh_heartbeat_means_ready(clock: Clock) -> None:
    send_heartbeat(now=NOW)
    drain(clock=clock)
    assert get_last_heartbeat() == NOW
    assert get_health(now=NOW + timedelta(seconds=30)).is_ready
    assert not get_health(now=NOW + timedelta(seconds=90)).is_ready


def test_without_a_heartbeat_it_is_not_ready() -> None:
    assert not get_health(now=NOW).is_ready


def test_the_heartbeat_is_one_row_that_travels_again_and_again(clock: Clock) -> None:
    for _ in range(3):
        send_heartbeat(now=clock())
        send_heartbeat(now=clock())
        drain(clock=clock)
        clock.pass_(seconds=10)
    assert Outbox.objects.filter(kind=HEARTBEAT).count() == 1
    assert get_last_heartbeat() == NOW + timedelta(seconds=20)
