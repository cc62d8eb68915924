"""An announced change waits for an appeal that was sent, and a successful one ends it."""

import pytest

from accounts.actors import SITE
from accounts.models import User
from appeals.announced import carry_out_due
from appeals.independence import Conflict, list_conflicts
from appeals.withdrawing import withdraw_appeal
from decisions.announced import take_back
from decisions.measure_deciding import approve_measure
from decisions.models import Decision, Line, Measure
from decisions.warnings import look_at
from notifications.models import Message
from tests.factories.appeals import NOW, draft, queued, sent
from tests.factories.warnings import DAY, holder, learn
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
LATE = NOW + 16 * DAY


@pytest.fixture
def announced(ada: User, cleo: User, dev: User) -> Decision:
    """A closure of Ada's line that is announced for fifteen days later."""
    applicant = holder("wang_fang", ada, dev, now=NOW)
    learn(applicant, NOW, current_overdue_days=40)
    look_at(keys=[applicant.pk], now=NOW)
    Measure.objects.filter(state="proposed").update(code="M7", notice_days=15)
    for user in (cleo, dev):
        measure = Measure.objects.get(code="M7")
        approve_measure(
            measure=measure, reason="r", expected_version=measure.version, by=acting(user), now=NOW
        )
    decision = Measure.objects.get(code="M7").decision
    assert decision is not None
    return decision


def state() -> tuple[str, str]:
    """Of the measure, and of the line."""
    return Measure.objects.get(code="M7").state, Line.objects.get().state


def test_nothing_happens_before_the_day(announced: Decision) -> None:
    assert (carry_out_due(now=NOW + 14 * DAY), state()) == (0, ("noticed", "active"))
    assert (carry_out_due(now=LATE), state()) == (1, ("in_effect", "closed"))
    assert carry_out_due(now=LATE) == 0


def test_a_draft_stays_nothing(announced: Decision, ada: User) -> None:
    draft(announced, acting(ada))
    assert (carry_out_due(now=LATE), state()) == (1, ("in_effect", "closed"))


def test_an_appeal_stays_it_until_it_has_ended(
    announced: Decision, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appeals.announced.section", lambda _name: {"except_reasons": []})
    appeal = sent(announced, acting(ada))
    assert (carry_out_due(now=LATE), state()) == (0, ("noticed", "active"))
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=LATE)
    assert (carry_out_due(now=LATE), state()) == (1, ("in_effect", "closed"))


def test_a_reason_that_no_appeal_stays(announced: Decision, ada: User) -> None:
    assert announced.reasons.filter(code="U04").exists()
    sent(announced, acting(ada))
    assert carry_out_due(now=LATE) == 1


def test_a_failing_one_is_left_for_the_next_turn(
    announced: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_named: object) -> bool:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("appeals.announced.put_into_effect", fail)
        assert (carry_out_due(now=LATE), state()) == (0, ("noticed", "active"))
    assert (carry_out_due(now=LATE), state()) == (1, ("in_effect", "closed"))


def test_what_was_cured_during_a_stay_is_not_taken_again(
    announced: Decision, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appeals.staying.section", lambda _name: {"except_reasons": []})
    carry_out_due(now=LATE)
    appeal = queued(announced, acting(ada))
    assert state() == ("in_effect", "active")
    learn(announced.applicant, LATE, current_overdue_days=0)
    for day in (1, 2):
        look_at(keys=[announced.applicant_id], now=LATE + day * DAY)
    appeal.refresh_from_db()
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=LATE + 3 * DAY)
    assert state() == ("lifted", "active")


def test_a_corrected_decision_ends_the_measure(announced: Decision) -> None:
    take_back(decision=announced, by=SITE, now=NOW)
    assert (carry_out_due(now=NOW + DAY), state()) == (0, ("withdrawn", "active"))
    assert Message.objects.filter(kind="MEASURE_ENDED").count() == 1


def test_both_signers_leave_the_appeal_to_others(
    announced: Decision, ada: User, cleo: User, dev: User
) -> None:
    appeal = sent(announced, acting(ada))
    for user in (cleo, dev):
        assert Conflict.SIGNED in list_conflicts(appeal=appeal, user_id=user.pk)
