"""Three ways of recomputing: exact without findings, once per set of findings, never an automatic no."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from appeals import rerun as rerunning
from appeals.comparing import comparison
from appeals.concluding import conclude_verification, find_rerun
from appeals.deciding import propose, suggest_ruling
from appeals.models import Appeal, RerunState
from appeals.rerun import MAX_ATTEMPTS, requeue_stuck, rerun
from core.canonical import canonical_json
from outbox.draining import drain
from outbox.models import Outbox
from tests.factories.appeals import NOW, after, corrections, decided, find, in_review, run, verified
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.fixture
def appeal(ada: User, cleo: User) -> Appeal:
    """Zhao Ming's appeal on Cleo's desk: 95 days late on a loan that is not his."""
    return in_review(decided("zhao_ming", ada), acting(ada), cleo)


def _conclude(appeal: Appeal, by: User) -> None:
    appeal.refresh_from_db()
    conclude_verification(appeal=appeal, view="seen", expected_version=appeal.version, by=acting(by), now=NOW)


def test_without_a_finding_the_old_result_comes_out_exactly(appeal: Appeal, cleo: User) -> None:
    result = verified(appeal, cleo)
    stored = {name: appeal.decision.result[name] for name in result.original}
    assert canonical_json(result.original) == canonical_json(stored)
    assert canonical_json(result.corrected) == canonical_json(stored)
    assert canonical_json(result.today) == canonical_json(stored)
    assert comparison(result, "en").is_same


def test_the_corrected_item_lifts_the_score(appeal: Appeal, cleo: User) -> None:
    find(appeal, cleo, "U05", **corrections("zhao_ming"))
    result = verified(appeal, cleo)
    assert (result.original["score"], result.original["outcome"]) == (629, "decline")
    assert (result.corrected["score"], result.corrected["outcome"]) == (723, "approve")
    assert result.corrected["limit"]["high"] == 25_000


def test_before_and_after_tell_the_same_story(appeal: Appeal, cleo: User) -> None:
    find(appeal, cleo, "U05", worst_dpd_24m=0)
    story = comparison(verified(appeal, cleo), "en")
    changed = [row for row in story.rows if row.is_changed]
    assert [(row.characteristic, row.before, row.after) for row in changed] == [
        ("worst_dpd_24m", "95 days", "0 days")
    ]
    assert [step.running for step in story.waterfall] == [629, 689, 689]
    assert [(column.code, column.outcome) for column in story.results] == [
        ("original", "decline"), ("corrected", "approve"), ("today", "approve"),
    ]  # fmt: skip
    assert story.results[0].failed_rules == ["No serious late payment in two years"]
    assert story.results[1].is_proposed
    assert not story.is_same


def test_the_waterfall_ends_at_the_new_score(appeal: Appeal, cleo: User) -> None:
    find(appeal, cleo, "U05", **corrections("zhao_ming"))
    result = verified(appeal, cleo)
    steps = comparison(result, "zh-hans").waterfall
    assert (
        steps[0].running + sum(step.delta for step in steps) == steps[-1].running == result.corrected["score"]
    )


def test_findings_made_meanwhile_supersede_the_result(appeal: Appeal, cleo: User) -> None:
    _conclude(appeal, cleo)
    conclude = rerun(reference=appeal.reference, now=NOW)
    find(appeal, cleo, "U05", worst_dpd_24m=0)
    assert conclude is not None
    conclude()
    assert [row.state for row in appeal.reruns.all()] == [RerunState.SUPERSEDED]
    assert verified(appeal, cleo).corrected["outcome"] == "approve"


def test_a_new_conclusion_meanwhile_is_run_in_its_turn(appeal: Appeal, cleo: User) -> None:
    _conclude(appeal, cleo)
    stale = rerun(reference=appeal.reference, now=NOW)
    find(appeal, cleo, "U05", worst_dpd_24m=0)
    _conclude(appeal, cleo)
    assert stale is not None
    stale()
    assert [row.state for row in appeal.reruns.all()] == [RerunState.SUPERSEDED, RerunState.QUEUED]
    assert run(appeal).state == RerunState.DONE


def test_two_workers_with_one_attempt_each_write_once(appeal: Appeal, cleo: User) -> None:
    _conclude(appeal, cleo)
    first = rerun(reference=appeal.reference, now=NOW)
    second = rerun(reference=appeal.reference, now=NOW)
    assert first is not None
    assert second is not None
    second()
    first()
    row = appeal.reruns.get()
    assert (row.state, row.attempts) == (RerunState.DONE, 2)
    assert rerun(reference=appeal.reference, now=NOW) is None


def test_a_scorer_that_raises_goes_to_a_person(
    appeal: Appeal, cleo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_anything: Any) -> None:
        raise ZeroDivisionError

    _conclude(appeal, cleo)
    monkeypatch.setattr(rerunning, "reassess", broken)
    row = run(appeal)
    appeal.refresh_from_db()
    assert (row.state, row.problem) == (RerunState.FAILED, "ZeroDivisionError")
    assert (appeal.status, appeal.outcome) == ("IN_REVIEW", "")
    monkeypatch.undo()
    assert verified(appeal, cleo).state == RerunState.DONE


def test_a_stuck_attempt_is_queued_again_and_in_the_end_given_to_a_person(appeal: Appeal, cleo: User) -> None:
    _conclude(appeal, cleo)
    now = NOW
    for attempt in range(MAX_ATTEMPTS):
        assert rerun(reference=appeal.reference, now=now) is not None
        assert requeue_stuck(now + timedelta(minutes=4)) == 0
        now += timedelta(minutes=6)
        assert requeue_stuck(now) == 1
        waiting = Outbox.objects.filter(kind="RERUN_APPEAL", subject=appeal.reference).count()
        assert waiting == min(attempt + 2, MAX_ATTEMPTS)
    row = appeal.reruns.get()
    assert (row.state, row.problem, row.attempts) == (RerunState.FAILED, "TooManyAttempts", MAX_ATTEMPTS)


def test_a_result_for_an_attempt_that_was_given_up_is_not_written(appeal: Appeal, cleo: User) -> None:
    _conclude(appeal, cleo)
    slow = rerun(reference=appeal.reference, now=NOW)
    requeue_stuck(after(minutes=6))
    assert run(appeal, after(minutes=7)).state == RerunState.DONE
    assert slow is not None
    slow()
    assert appeal.reruns.get().attempts == 2


def test_the_facts_used_are_the_decisions_own(appeal: Appeal, cleo: User) -> None:
    find(appeal, cleo, "U05", worst_dpd_24m=0)
    facts = verified(appeal, cleo).facts
    untouched = {name: fact for name, fact in facts.items() if name != "worst_dpd_24m"}
    assert untouched == {
        name: fact for name, fact in appeal.decision.facts.items() if name != "worst_dpd_24m"
    }
    assert facts["worst_dpd_24m"]["source"] == "verified_document"
    newest = find_rerun(appeal)
    assert newest is not None


def test_the_second_look_begins_with_what_the_first_one_found(ada: User, cleo: User, dev: User) -> None:
    decision = decided(user=ada)
    first = in_review(decision, acting(ada), cleo)
    find(first, cleo, "U01", active_lenders=3)
    find(first, cleo, "U02", debt_service_pct=65)
    verified(first, cleo)
    draft = suggest_ruling(first)
    assert draft.outcome == "UNCHANGED"
    first.refresh_from_db()
    propose(
        appeal=first, outcome=draft.outcome, reason="r", letter_zh=draft.letter_zh, letter_en=draft.letter_en,
        expected_version=first.version, by=acting(cleo), now=NOW,
    )  # fmt: skip
    drain(clock=lambda: NOW)
    second = in_review(decision, acting(ada), dev)
    assert (second.tier, second.parent) == (2, first)
    result = verified(second, dev)
    used = {name: result.facts[name]["value"] for name in ("active_lenders", "debt_service_pct")}
    assert used == {"active_lenders": 3, "debt_service_pct": 58}
    letter = suggest_ruling(second).letter_en
    assert "This no longer counts against you: You are borrowing from many lenders at once" in letter
