"""Periodic work: one process at a time, and a schedule made of what the apps registered."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection

from creditportal.celery import app
from outbox import periodic
from outbox.periodic import beat_schedule, list_periodic, run_job

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen() -> Iterator[list[datetime]]:
    instants: list[datetime] = []
    periodic.periodic(seconds=7, name="test.look")(instants.append)
    yield instants
    periodic._jobs.pop("test.look")


def test_a_job_is_given_the_instant(seen: list[datetime]) -> None:
    assert run_job(name="test.look", now=NOW) is True
    assert seen == [NOW]


@pytest.mark.django_db(transaction=True)
def test_a_job_that_runs_elsewhere_is_left_alone(seen: list[datetime]) -> None:
    started, go_on = threading.Event(), threading.Event()

    def wait(now: datetime) -> None:
        started.set()
        go_on.wait(10)

    def run_elsewhere() -> None:
        run_job(name="test.look", now=NOW)
        connection.close()

    periodic._jobs["test.look"] = periodic.Periodic("test.look", 7, wait)
    other = threading.Thread(target=run_elsewhere)
    other.start()
    started.wait(10)
    assert run_job(name="test.look", now=NOW) is False
    go_on.set()
    other.join(10)
    assert run_job(name="test.look", now=NOW) is True


def test_a_job_that_fails_gives_its_lock_back(seen: list[datetime]) -> None:
    def fail(now: datetime) -> None:
        raise ZeroDivisionError

    periodic._jobs["test.look"] = periodic.Periodic("test.look", 7, fail)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            run_job(name="test.look", now=NOW)


def test_two_jobs_cannot_share_a_name(seen: list[datetime]) -> None:
    with pytest.raises(ValueError, match="already"):
        periodic.periodic(seconds=1, name="test.look")(lambda _: None)


def test_the_schedule_names_every_job(seen: list[datetime]) -> None:
    schedule = beat_schedule()
    assert (
        schedule.keys()
        == {job.name for job in list_periodic()}
        >= {"outbox.requeue_stuck", "outbox.seal_audit"}
    )
    assert schedule["test.look"]["args"] == ("test.look",)
    assert schedule["test.look"]["schedule"] == 7


def test_beat_takes_the_schedule_when_tasks_are_loaded() -> None:
    app.loader.import_default_modules()
    assert "outbox.seal_audit" in app.conf.beat_schedule
