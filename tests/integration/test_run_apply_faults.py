"""A worker that is killed while it writes decisions or tells people: nobody is lost, nobody told twice."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from accounts.actors import SITE, Actor
from accounts.models import User
from audit.models import Event
from audit.verbs import Verb
from audit.verifying import verify
from decisions.book import load_book
from decisions.models import Decision, Line, LineChange, Run, RunChange, RunChunk, RunState
from decisions.run_work import Rest, work_on_run
from decisions.runs import approve_run, start_run
from notifications.models import Letter, Message
from outbox.models import Outbox
from tests.integration.run_worker import KILLED, work_elsewhere

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults, pytest.mark.slow]
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ROWS, PART = 120, 12
PLACES = ["run.claimed", "run.chunk_before_done", "run.chunk_before_commit"]


def finish(run: Run) -> Run:
    while work_on_run(reference=run.reference, clock=lambda: LATER, budget_seconds=60) is Rest.MORE:
        pass
    return Run.objects.get(pk=run.pk)


@pytest.fixture
def released(catalogues: None, dev: User, pia: User, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run that a tight market makes change many, released by two people and about to write decisions."""
    monkeypatch.setattr("decisions.run_moving.PEOPLE_APPLIED", PART)
    monkeypatch.setattr("decisions.run_moving.PEOPLE_TOLD", PART)
    load_book(rows=ROWS, now=NOW, say=lambda _text: None)
    run = finish(start_run(market="tight", reason="for a test", chunk_size=50, by=SITE, now=NOW))
    for user in (dev, pia):
        run = approve_run(run=run, reason="as agreed", by=Actor.for_user(user), now=LATER)
    assert RunChunk.objects.filter(run=run, phase=RunState.APPLYING).count() > 2
    return run


def killed_at(run: Run, place: str, hit: int, **environment: str) -> None:
    chosen = {"CREDITPORTAL_KILLPOINT": f"{place}:{hit}", "PEOPLE_TOLD": str(PART), **environment}
    assert work_elsewhere(run, **chosen) == KILLED


def check_once_each(run: Run) -> None:
    """Whoever was to change has one new decision, one line, one message and one letter, and stands once."""
    assert run.state == RunState.DONE
    changes = list(RunChange.objects.filter(run=run).select_related("decision"))
    new = [change.decision for change in changes if change.decision is not None]
    assert (len(changes), len(new)) == (run.changed, run.counts["decisions"])
    assert len({change.applicant_id for change in changes}) == len(changes)
    assert Decision.objects.count() == ROWS + len(new)
    names = Counter(decision.reference for decision in new)
    assert Counter(Message.objects.values_list("about", flat=True)) == names
    assert Counter(Letter.objects.values_list("about", flat=True)) == names
    lines = Line.objects.exclude(state__in=["closed", "expired"]).values_list("applicant_id", flat=True)
    assert max(Counter(lines).values()) == 1
    offered = [decision for decision in new if decision.line_id is not None]
    assert LineChange.objects.filter(decision__in=offered).count() == len(offered)
    assert Outbox.objects.filter(kind="DELIVER_MESSAGE").count() == 0  # nobody of the book has an account
    done = Event.objects.filter(subject=run.reference, verb=Verb.CHUNK_DONE)
    assert done.count() == RunChunk.objects.filter(run=run).count()
    assert not verify().faults


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("hit", [1, 3])
def test_killed_while_writing_decisions(released: Run, place: str, hit: int) -> None:
    killed_at(released, place, hit)
    assert Run.objects.get(pk=released.pk).state == RunState.APPLYING
    assert not Message.objects.exists()
    check_once_each(finish(released))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("hit", [1, 3])
def test_killed_while_telling_people(released: Run, place: str, hit: int) -> None:
    written = RunChunk.objects.filter(run=released, phase=RunState.APPLYING).count()
    killed_at(released, place, written + hit)
    assert Run.objects.get(pk=released.pk).state == RunState.TELLING
    check_once_each(finish(released))


@pytest.mark.parametrize(("hit", "state"), [(1, RunState.APPLYING), (2, RunState.TELLING)])
def test_killed_between_the_last_phases(released: Run, hit: int, state: str) -> None:
    killed_at(released, "run.moved_before_commit", hit)
    assert Run.objects.get(pk=released.pk).state == state
    check_once_each(finish(released))


def test_killed_at_every_place_one_after_the_other(released: Run) -> None:
    for place in [*PLACES, *PLACES, "run.moved_before_commit"]:
        killed_at(released, place, 1)
    check_once_each(finish(released))


def test_control_decisions_committed_by_themselves_stop_the_run(released: Run) -> None:
    """With effect and mark in two transactions, the database refuses the second decision for a person."""
    killed_at(released, "run.chunk_before_done", 1, CARELESS="1")
    stopped = finish(released)
    assert (stopped.is_paused, stopped.problem) == (True, "UniqueViolation")


def test_control_messages_committed_by_themselves_are_doubled(released: Run) -> None:
    written = RunChunk.objects.filter(run=released, phase=RunState.APPLYING).count()
    killed_at(released, "run.chunk_before_done", written + 1, CARELESS="1")
    finish(released)
    assert max(Counter(Message.objects.values_list("about", flat=True)).values()) == 2
