"""Runs over the whole book, as staff see and guide them."""

import pytest

from accounts.models import User
from decisions.models import Run, RunState
from tests.factories.runs import begun_run, small_book, worked
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def braked(catalogues: None) -> Run:
    """A run under a tight market that the brake has stopped."""
    small_book()
    return worked(begun_run(market="tight"))


def where(run: Run, act: str = "") -> str:
    return f"/staff/runs/{run.reference}/{act}"


def test_without_runs_the_list_says_so(catalogues: None, pia: User, sit_down: SitDown) -> None:
    assert "There has been no run yet." in text_of(sit_down(pia).get("/staff/runs/"))


def test_the_list_and_the_page_say_how_far_it_is(braked: Run, aud: User, sit_down: SitDown) -> None:
    client = sit_down(aud)
    assert braked.reference in text_of(client.get("/staff/runs/"))
    page = text_of(client.get(where(braked)))
    for text in ("waits for two people", "above the line", "Of 60 people", "rules changed"):
        assert text in page


def test_two_people_release_the_brake(braked: Run, dev: User, pia: User, sit_down: SitDown) -> None:
    for user in (dev, pia):
        answer = sit_down(user).post(where(braked, "approve/"), {"reason": "agreed by the board"})
        assert answer.status_code == 302
    braked.refresh_from_db()
    assert braked.state == RunState.APPLYING


def test_one_person_cannot_release_it_twice(braked: Run, dev: User, sit_down: SitDown) -> None:
    client = sit_down(dev)
    client.post(where(braked, "approve/"), {"reason": "agreed"})
    again = client.post(where(braked, "approve/"), {"reason": "agreed, once more"})
    assert again.status_code == 409
    assert "agreed, once more" in text_of(again)


def test_approving_needs_a_reason(braked: Run, dev: User, sit_down: SitDown) -> None:
    refused = sit_down(dev).post(where(braked, "approve/"), {"reason": " "})
    assert (refused.status_code, braked.approvals.count()) == (400, 0)
    assert "Give a reason." in text_of(refused)


@pytest.mark.parametrize("reason", ["agreed " * 50, "agreed\0"])
def test_a_reason_that_cannot_be_kept_whole_is_refused_and_stays_in_its_field(
    braked: Run, dev: User, sit_down: SitDown, reason: str
) -> None:
    for step in ("approve/", "stop/"):
        refused = sit_down(dev).post(where(braked, step), {"reason": reason})
        assert (refused.status_code, braked.approvals.count()) == (400, 0)
        assert "agreed" in text_of(refused)


def test_an_auditor_sees_and_may_not_guide(braked: Run, aud: User, sit_down: SitDown) -> None:
    client = sit_down(aud)
    assert "Why this is right" not in text_of(client.get(where(braked)))
    assert client.post(where(braked, "approve/"), {"reason": "agreed"}).status_code == 403


def test_pausing_and_resuming(catalogues: None, dev: User, sit_down: SitDown) -> None:
    small_book(10)
    run, client = begun_run(), sit_down(dev)
    assert client.post(where(run, "pause/")).status_code == 302
    assert "paused" in text_of(client.get(where(run)))
    assert client.post(where(run, "resume/")).status_code == 302
    assert worked(run).state == RunState.DONE


def test_ending_a_run_without_changes(braked: Run, pia: User, sit_down: SitDown) -> None:
    assert sit_down(pia).post(where(braked, "stop/"), {"reason": "not this year"}).status_code == 302
    braked.refresh_from_db()
    assert braked.state == RunState.STOPPED
