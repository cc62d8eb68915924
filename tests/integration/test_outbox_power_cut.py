"""PostgreSQL dies just after a claim that was not waited for: it is forgotten, its work is done once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from psycopg.conninfo import conninfo_to_dict

from core.postgres.base import DatabaseWrapper
from creditportal.embedded.places import Home
from creditportal.embedded.postgres import Postgres
from outbox import registry
from outbox.claiming import FRESH, Claim, claim_next
from outbox.draining import drain, run_claim
from outbox.models import Outbox, State
from outbox.queueing import queue_work
from outbox.registry import Conclusion, Mode, Work, handles
from outbox.retrying import requeue_stuck

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
KIND = "TEST_WORK"
_NAMES = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password", "NAME": "dbname"}

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@dataclass
class Forgetful:
    """A server that writes what was not waited for as late as it may, so that dying loses it for certain."""

    server: Postgres

    def die(self) -> None:
        """Die as by a power cut and come back; whoever was connected is cut off."""
        self.server.kill()
        self.server.start(preferred_port=self.server.port)
        connection.close()
        # Somebody else may have taken the port meanwhile.
        connection.settings_dict["PORT"] = str(self.server.port)


@pytest.fixture
def forgetful(private_home: Home, django_db_blocker: Any) -> Iterator[Forgetful]:
    """The outbox on such a server, with the test's kind registered as it goes."""
    server = Postgres(private_home)
    server._settings = {**server._settings, "wal_writer_delay": "10s"}
    server.start()
    given, usual = conninfo_to_dict(server.url()), connections["default"]
    place = {key: given[name] for key, name in _NAMES.items()}
    with django_db_blocker.unblock():
        connections["default"] = own = DatabaseWrapper({**usual.settings_dict, **place}, "default")
        with own.schema_editor() as editor:
            editor.create_model(Outbox)
        yield Forgetful(server)
        own.close()
        connections["default"] = usual
    registry._handlers.pop(KIND, None)
    server.stop()


def effect(work: Work) -> Conclusion:
    """Leave one more row for each time that this is concluded."""

    def conclude() -> None:
        Outbox.objects.create(
            kind="EFFECT", subject=work.subject, key=f"effect-{Outbox.objects.count()}", next_at=NOW,
            created_at=NOW, state=State.DONE, done_at=NOW,
        )  # fmt: skip

    return conclude


def queued_and_claimed(mode: Mode, *, at: datetime = NOW) -> Claim:
    """The claim on a row that has been due since NOW."""
    registry._handlers.pop(KIND, None)
    handles(KIND, mode=mode, max_attempts=2)(effect)
    with transaction.atomic():
        queue_work(kind=KIND, subject="AP-AAAA-0001", key="k1", now=NOW)
    claim = claim_next(now=at)
    assert claim is not None
    return claim


def the_row() -> Outbox:
    return Outbox.objects.get(key="k1")


@pytest.mark.parametrize("mode", Mode)
def test_a_forgotten_claim_is_made_again_and_its_work_is_done_once(forgetful: Forgetful, mode: Mode) -> None:
    late = queued_and_claimed(mode)
    forgetful.die()
    assert (the_row().attempts, the_row().lease, the_row().state) == (0, None, State.PENDING)
    # Whoever held the forgotten claim comes back and concludes nothing, now and after it was done.
    assert run_claim(late, clock=lambda: NOW) is False
    drain(clock=lambda: LATER)
    assert run_claim(late, clock=lambda: LATER) is False
    assert (the_row().state, Outbox.objects.filter(kind="EFFECT").count()) == (State.DONE, 1)


@pytest.mark.parametrize("mode", Mode)
def test_what_was_concluded_stays_with_its_claim(forgetful: Forgetful, mode: Mode) -> None:
    assert run_claim(queued_and_claimed(mode), clock=lambda: NOW) is True
    forgetful.die()
    requeue_stuck(now=LATER)
    drain(clock=lambda: LATER)
    assert (the_row().state, the_row().attempts) == (State.DONE, 1)
    assert Outbox.objects.filter(kind="EFFECT").count() == 1


def test_work_that_brings_the_server_down_is_given_up_all_the_same(forgetful: Forgetful) -> None:
    queued_and_claimed(Mode.ATOMIC)
    forgetful.die()
    seen = [the_row().attempts]
    moment = NOW
    while the_row().state == State.PENDING and len(seen) < 9:
        moment += timedelta(hours=1)
        if claim_next(now=moment) is not None:
            forgetful.die()
        seen.append(the_row().attempts)
    # The first claim was forgotten, the next two are counted, and there is no third.
    assert (seen, the_row().state) == ([0, 1, 2, 2], State.DEAD)


def test_control_a_claim_that_was_waited_for_is_not_forgotten(forgetful: Forgetful) -> None:
    claim = queued_and_claimed(Mode.LEASED, at=NOW + FRESH)
    forgetful.die()
    assert (the_row().attempts, the_row().lease, the_row().state) == (1, claim.lease, State.LEASED)
