"""The proof: a worker that is killed in the middle of a chunk loses nothing and doubles nothing."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.db import connection

from accounts.actors import SITE
from audit.models import Event
from audit.verbs import Verb
from decisions.book import load_book
from decisions.models import Decision, Run, RunResult, RunState
from decisions.run_work import Rest, work_on_run
from decisions.runs import start_run
from tests.integration.run_worker import KILLED, start_elsewhere, work_elsewhere

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults, pytest.mark.slow]
ROWS = 300
CHUNKS = 6
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
PLACES = ["run.claimed", "run.chunk_before_done", "run.chunk_before_commit"]
MOVED = "run.moved_before_commit"


def finish(run: Run) -> Run:
    while work_on_run(reference=run.reference, clock=lambda: NOW, budget_seconds=60) is Rest.MORE:
        pass
    return Run.objects.get(pk=run.pk)


@pytest.fixture
def run(catalogues: None) -> Run:
    """A run over three hundred people in six chunks, about to begin."""
    load_book(rows=ROWS, now=NOW, say=lambda _text: None)
    return start_run(reason="for a test", chunk_size=ROWS // CHUNKS, by=SITE, now=NOW)


def lost_and_doubled(run: Run) -> tuple[int, int]:
    found = Counter(RunResult.objects.filter(run_id=run.pk).values_list("applicant_id", flat=True))
    return ROWS - len(found), sum(number > 1 for number in found.values())


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("hit", [1, CHUNKS + 2])
def test_a_killed_worker_loses_and_doubles_nobody(run: Run, place: str, hit: int) -> None:
    assert work_elsewhere(run, CREDITPORTAL_KILLPOINT=f"{place}:{hit}") == KILLED
    done = finish(run)
    assert (done.state, done.people) == (RunState.DONE, ROWS)
    assert lost_and_doubled(run) == (0, 0)
    events = Event.objects.filter(subject=run.reference, verb=Verb.CHUNK_DONE)
    assert events.count() == 2 * CHUNKS


@pytest.mark.parametrize("hit", [1, 2])
def test_killed_between_two_phases(run: Run, hit: int) -> None:
    """The first move opens the partition, the second weighs what would change; neither is done by half."""
    assert work_elsewhere(run, CREDITPORTAL_KILLPOINT=f"{MOVED}:{hit}") == KILLED
    assert Run.objects.get(pk=run.pk).state == [RunState.PREPARING, RunState.EVALUATING][hit - 1]
    assert finish(run).state == RunState.DONE
    assert lost_and_doubled(run) == (0, 0)


def test_a_worker_killed_again_and_again(run: Run) -> None:
    for place in PLACES:
        assert work_elsewhere(run, CREDITPORTAL_KILLPOINT=f"{place}:2") == KILLED
    assert finish(run).state == RunState.DONE
    assert lost_and_doubled(run) == (0, 0)


def test_control_results_committed_by_themselves_stop_the_run(run: Run) -> None:
    """With effect and mark in two transactions the same kill leaves results that the second try meets."""
    assert (
        work_elsewhere(run, CARELESS="1", CREDITPORTAL_KILLPOINT=f"run.chunk_before_done:{CHUNKS + 2}")
        == KILLED
    )
    assert RunResult.objects.filter(run_id=run.pk).count() == 2 * ROWS // CHUNKS
    stopped = finish(run)
    assert (stopped.is_paused, stopped.problem) == (True, "UniqueViolation")


def test_two_workers_at_once_do_each_chunk_once(run: Run) -> None:
    workers = [start_elsewhere(run) for _worker in range(2)]
    assert [worker.wait(90) for worker in workers] == [0, 0]
    assert finish(run).state == RunState.DONE
    assert lost_and_doubled(run) == (0, 0)


def test_no_decision_is_written_when_nothing_changes(run: Run) -> None:
    before = Decision.objects.count()
    finish(run)
    connection.ensure_connection()
    assert Decision.objects.count() == before
