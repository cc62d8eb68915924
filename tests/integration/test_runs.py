"""Everybody assessed again: the book says what the single path says, and changes are appended."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.actors import SITE, Actor
from accounts.models import User
from audit.models import Event
from audit.verbs import Verb
from decisions.book import load_book
from decisions.book_codes import Encoder, decide_records, read_entries
from decisions.book_entries import current_layout, refresh_entries
from decisions.book_products import CONSUMER
from decisions.freezing import assess_frozen, freeze_context
from decisions.jurisdictions import get_profile
from decisions.models import BookEntry, Decision, Run, RunChange, RunResult, RunState
from decisions.policies import compiled, get_policy_in_force
from decisions.replaying import replay
from decisions.run_work import Rest, work_on_run
from decisions.runs import ApprovedAlreadyError, approve_run, pause_run, resume_run, start_run, stop_run
from notifications.models import Message

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
ROWS = 120
EVERYBODY: dict[str, Any] = {"product": CONSUMER, "first": 1, "last": 2**62}


@pytest.fixture
def book(catalogues: None) -> None:
    """The first rows of the public table, decided."""
    load_book(rows=ROWS, now=NOW, say=lambda _text: None)


@pytest.fixture(autouse=True)
def _show_what_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chunk that fails fails the test, with its error."""

    def fail(_claim: object, _reference: str, error: Exception) -> None:
        raise error

    monkeypatch.setattr("decisions.run_work._note_failure", fail)


def finish(run: Run, now: datetime = LATER) -> Run:
    """Work until nothing is left to do."""
    while work_on_run(reference=run.reference, clock=lambda: now, budget_seconds=60) is Rest.MORE:
        pass
    return Run.objects.get(pk=run.pk)


def begin(**options: Any) -> Run:
    return start_run(reason="rules changed", by=SITE, now=LATER, chunk_size=50, **options)


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize("market", ["easing", "normal", "tight"])
def test_the_stored_inputs_decide_as_the_single_path_does(market: str) -> None:
    version = get_policy_in_force(now=LATER)
    policy, layout = compiled(version), current_layout(CONSUMER)
    assert refresh_entries(**EVERYBODY, now=LATER) == ROWS
    records = read_entries(layout=layout, **EVERYBODY)
    context = freeze_context(profile=get_profile("CN"), product="consumer_loan", market=market, now=LATER)
    decided = decide_records(
        encoder=Encoder(CONSUMER, layout, (policy,)), policy=policy, market=market,
        contexts={"CN": context}, records=records,
    )  # fmt: skip
    (part,) = decided
    standing = Decision.objects.in_bulk([int(key) for key in records["standing_id"]])
    for at, key in enumerate(records["standing_id"]):
        decision = standing[int(key)]
        single = assess_frozen(policy, decision.facts, {**decision.request, "context": context})
        found = part.result.row(at)
        assert found["score"] == single.score
        assert found["outcome"] == single.outcome
        assert list(found["reasons"]) == [reason.code for reason in single.reasons]


@pytest.mark.usefixtures("book")
def test_only_what_changed_is_coded_again() -> None:
    refresh_entries(**EVERYBODY, now=LATER)
    assert refresh_entries(**EVERYBODY, now=LATER) == 0
    BookEntry.objects.filter(applicant=BookEntry.objects.values("applicant")[:1]).update(sheet_version=99)
    assert refresh_entries(**EVERYBODY, now=LATER) == 1


@pytest.mark.usefixtures("book")
def test_the_same_policy_again_changes_nobody() -> None:
    run = finish(begin())
    assert (run.state, run.people, run.counts["causes"]) == (RunState.DONE, ROWS, {})
    assert RunResult.objects.filter(run_id=run.pk).count() == ROWS
    assert Decision.objects.count() == ROWS


@pytest.mark.usefixtures("book")
def test_each_chunk_is_one_audit_event() -> None:
    run = finish(begin())
    events = Event.objects.filter(subject=run.reference, verb=Verb.CHUNK_DONE)
    assert events.count() == run.chunks.count() == 6


@pytest.fixture
def braked(book: None) -> Run:
    """A run under a tight market, which changes more than one in a hundred."""
    return finish(begin(market="tight"))


def release(run: Run, *users: User) -> Run:
    for user in users:
        run = approve_run(run=run, reason="as agreed", by=Actor.for_user(user), now=LATER)
    return run


def test_the_brake_stops_before_anything_is_written(braked: Run) -> None:
    assert braked.state == RunState.BRAKED
    assert all(one["share_pct"] > 1 for one in braked.brake.values())
    assert not RunChange.objects.exists()
    assert Event.objects.filter(subject=braked.reference, verb=Verb.RUN_BRAKED).count() == 1


def test_one_person_does_not_release_the_brake(braked: Run, dev: User) -> None:
    release(braked, dev)
    with pytest.raises(ApprovedAlreadyError):
        release(braked, dev)
    assert finish(braked).state == RunState.BRAKED


def test_two_people_release_it_and_decisions_are_appended(braked: Run, dev: User, pia: User) -> None:
    run = finish(release(braked, dev, pia))
    assert run.state == RunState.DONE
    changes = RunChange.objects.filter(run=run, decision__isnull=False).select_related("decision")
    assert len(changes) == run.counts["decisions"] > 0
    assert Decision.objects.count() == ROWS + len(changes)
    assert [replay(change.decision) for change in changes if change.decision] == [[]] * len(changes)


def test_everybody_changed_is_told_once(braked: Run, dev: User, pia: User) -> None:
    run = finish(release(braked, dev, pia))
    told = Message.objects.filter(kind__in=["DECISION_READY", "LINE_CHANGED"])
    assert told.count() == run.counts["decisions"]
    assert set(told.values_list("about", flat=True)) == set(
        RunChange.objects.filter(run=run).values_list("decision__reference", flat=True)
    )


def test_running_again_under_the_same_market_changes_nobody(braked: Run, dev: User, pia: User) -> None:
    finish(release(braked, dev, pia))
    again = finish(begin(market="tight"))
    assert (again.state, again.counts["causes"]) == (RunState.DONE, {})


def test_a_braked_run_can_be_ended_without_changes(braked: Run, dev: User) -> None:
    stop_run(run=braked, reason="not now", by=Actor.for_user(dev), now=LATER)
    assert Decision.objects.count() == ROWS
    assert finish(braked).state == RunState.STOPPED


@pytest.mark.usefixtures("book")
def test_a_paused_run_goes_on_where_it_stopped(dev: User) -> None:
    run = begin()
    work_on_run(reference=run.reference, clock=lambda: LATER, budget_seconds=0.0001)
    pause_run(run=run, by=Actor.for_user(dev), now=LATER)
    assert work_on_run(reference=run.reference, clock=lambda: LATER, budget_seconds=60) is Rest.NOTHING
    resume_run(run=run, by=Actor.for_user(dev), now=LATER)
    assert finish(run).state == RunState.DONE
    assert RunResult.objects.filter(run_id=run.pk).count() == ROWS
