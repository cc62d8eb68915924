"""Killing a drainer at every seam, at the first and the second hit: each effect still happens once."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from outbox.draining import drain
from outbox.models import Outbox, State
from outbox.queueing import queue_work
from outbox.registry import list_kinds
from outbox.retrying import requeue_stuck
from tests.integration import fault_worker
from tests.integration.fault_stack import count_lost_and_doubled, database_url

SUBJECTS = [f"LA-{number:04}-KILL" for number in range(4)]
LATER = timedelta(hours=1)
SEAMS = {
    "FAULT_ATOMIC": ["outbox.claimed", "outbox.atomic_before_commit", "outbox.atomic_after_commit"],
    "FAULT_LEASED": [
        "outbox.claimed",
        "outbox.leased_before_conclusion",
        "outbox.leased_before_commit",
        "outbox.leased_after_commit",
    ],
}
CASES = [(kind, seam, hit) for kind, seams in SEAMS.items() for seam in seams for hit in (1, 2)]
DRAINER = """
import django
django.setup()
from core import clock
from outbox.draining import drain
import tests.integration.fault_worker
drain(clock=clock.now)
"""

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults, pytest.mark.slow]


def drain_elsewhere(killpoint: str) -> int:
    """Drain in another process that is to be killed at this point; return its exit code."""
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "KILLPOINTS_ENABLED": "True",
        "CREDITPORTAL_KILLPOINT": killpoint,
    }
    done = subprocess.run([sys.executable, "-c", DRAINER], env=environment, capture_output=True, check=False)
    return done.returncode


@pytest.mark.parametrize(("kind", "seam", "hit"), CASES)
def test_a_drainer_killed_at_a_seam_loses_and_doubles_nothing(kind: str, seam: str, hit: int) -> None:
    now = datetime.now(UTC)
    with transaction.atomic():
        for subject in SUBJECTS:
            queue_work(kind=kind, subject=subject, key=f"KILL:{subject}", now=now)
    assert kind in list_kinds(), fault_worker
    assert drain_elsewhere(f"{seam}:{hit}") == -9
    assert 1 <= count_lost_and_doubled(SUBJECTS)[0] <= len(SUBJECTS)
    requeue_stuck(now=now + LATER)
    drain(clock=lambda: now + LATER)
    assert count_lost_and_doubled(SUBJECTS) == (0, 0)
    assert set(Outbox.objects.values_list("state", flat=True)) == {State.DONE}
