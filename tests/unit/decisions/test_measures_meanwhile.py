"""Measures and what happens beside them: other changes of the line, worse news, and no line any more."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from accounts.actors import SITE
from accounts.models import User
from applicants.models import Applicant
from audit.models import Event
from core.errors import ConflictError
from decisions.line_changes import change_line
from decisions.lines import available, close_line, draw, restore_line
from decisions.measure_deciding import NotWaitingError, list_due, put_into_effect
from decisions.models import Decision, Measure
from decisions.policies import get_policy_in_force
from decisions.policy_publishing import retire_policy
from decisions.warnings import look_at
from notifications.models import Message
from tests.factories.decisions import NOW
from tests.factories.measures import SHOCK, approve, line_of, proposed, waiting
from tests.factories.warnings import DAY, holder, learn, shock, standing
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


@pytest.fixture
def hengxin(ada: User, dev: User) -> Applicant:
    """The firm after its shock: red, with M3 before a colleague."""
    applicant = holder("hengxin", ada, dev)
    shock(applicant, "hengxin_after_shock", SHOCK)
    look_at(keys=[applicant.pk], now=SHOCK)
    return applicant


def cure(applicant: Applicant, key: str = "hengxin") -> None:
    """Everything is as before, on two days."""
    shock(applicant, key, SHOCK + 20 * DAY)
    for day in (20, 21):
        look_at(keys=[applicant.pk], now=SHOCK + day * DAY)


def come_into_effect() -> None:
    """The day of the one announced measure comes."""
    [due] = list_due(now=SHOCK + 15 * DAY)
    put_into_effect(measure=due, now=SHOCK + 15 * DAY)


def test_a_pause_outlasts_a_cut_and_its_cure(hengxin: Applicant, cleo: User, dev: User) -> None:
    measure = approve(proposed("M4", cleo), dev)
    change_line(line=line_of(hengxin), state="suspended", cause="ASSESSED", by=SITE, now=SHOCK)
    come_into_effect()
    assert (line_of(hengxin).state, line_of(hengxin).reduced_cny) == ("suspended", Decimal(202_900))
    cure(hengxin)
    measure.refresh_from_db()
    assert (measure.state, line_of(hengxin).state, line_of(hengxin).reduced_cny) == (
        "lifted", "suspended", Decimal(0),
    )  # fmt: skip


def test_a_cure_gives_back_only_what_its_cut_took(hengxin: Applicant, cleo: User, dev: User) -> None:
    approve(proposed("M4", cleo), dev)
    come_into_effect()
    line, more = line_of(hengxin), Decimal(302_900)
    change_line(line=line, state="reduced", cause="ASSESSED", by=SITE, now=SHOCK, reduced_cny=more)
    cure(hengxin)
    assert (line_of(hengxin).state, line_of(hengxin).reduced_cny) == ("reduced", Decimal(100_000))


def test_what_is_left_is_what_was_announced(hengxin: Applicant, cleo: User, dev: User) -> None:
    approve(proposed("M4", cleo), dev)
    restore_line(line=line_of(hengxin), total_cny=Decimal(900_000), by=SITE, now=SHOCK)
    come_into_effect()
    line = line_of(hengxin)
    assert line.total_cny - line.reduced_cny == Decimal(996_500 - 202_900)


def test_worse_is_not_cured(ben: User, dev: User) -> None:
    applicant = holder("wang_fang", ben, dev)
    for day, late_by in ((1, 29), (2, 30), (3, 31)):
        learn(applicant, NOW + day * DAY, current_overdue_days=late_by)
        look_at(keys=[applicant.pk], now=NOW + day * DAY)
        if day == 1:
            approve(waiting(), dev)
    assert standing(applicant) == {"W06": "red"}
    assert Measure.objects.get(code="M3").state == "in_effect"
    assert not Message.objects.filter(kind="MEASURE_ENDED").exists()


@pytest.mark.parametrize(("code", "state"), [("M3", "lifted"), ("M4", "withdrawn")])
def test_without_a_line_nothing_was_put_right(
    hengxin: Applicant, cleo: User, dev: User, code: str, state: str
) -> None:
    measure = approve(proposed(code, cleo), dev)
    change_line(line=line_of(hengxin), state="closed", cause="ASSESSED", by=SITE, now=SHOCK)
    look_at(keys=[hengxin.pk], now=SHOCK + DAY)
    measure.refresh_from_db()
    assert measure.state == state
    assert Event.objects.get(subject=measure.reference, verb="measure:ended").codes["cause"] == "NO_LINE"
    assert not Message.objects.filter(kind="MEASURE_ENDED").exists()
    assert not Decision.objects.filter(supersedes__isnull=False).exists()


def test_a_closure_stands_after_its_line_is_gone(hengxin: Applicant, cleo: User, dev: User) -> None:
    measure = approve(approve(proposed("M7", cleo), cleo), dev)
    come_into_effect()
    look_at(keys=[hengxin.pk], now=SHOCK + 16 * DAY)
    measure.refresh_from_db()
    assert (measure.state, standing(hengxin)) == ("in_effect", {})
    assert not Message.objects.filter(kind="MEASURE_ENDED").exists()


def test_the_day_is_that_of_the_place(hengxin: Applicant, cleo: User, dev: User) -> None:
    Applicant.objects.filter(pk=hengxin.pk).update(jurisdiction="US")
    measure = approve(proposed("M4", cleo), dev)
    # Two in the morning of the 21st in UTC is the evening of the 20th in New York.
    assert str(measure.effective_on) == "2026-12-05"
    before, day = datetime(2026, 12, 4, 17, tzinfo=UTC), datetime(2026, 12, 5, 6, tzinfo=UTC)
    assert [put_into_effect(measure=measure, now=now) for now in (before, day)] == [False, True]


def test_a_cut_takes_its_share_of_what_is_unused_when_signed(
    hengxin: Applicant, cleo: User, dev: User
) -> None:
    measure = proposed("M4", cleo)
    draw(line=line_of(hengxin), amount_cny=Decimal(600_000), by=acting(dev), now=SHOCK)
    decision = approve(measure, dev).decision
    assert decision is not None
    # 30 % of the 76,500 that are not used now, in whole hundreds.
    assert Decimal(decision.result["line"]["after"]["reduced_cny"]) == Decimal(22_900)
    assert Measure.objects.get(pk=measure.pk).new_total_cny == Decimal(973_600)


def test_a_cut_with_nothing_left_to_take_is_withdrawn(hengxin: Applicant, cleo: User, dev: User) -> None:
    measure = proposed("M4", cleo)
    draw(line=line_of(hengxin), amount_cny=available(line_of(hengxin)), by=acting(dev), now=SHOCK)
    with pytest.raises(NotWaitingError):
        approve(measure, dev)
    measure.refresh_from_db()
    assert (measure.state, measure.decision) == ("withdrawn", None)


def test_a_line_closed_meanwhile_is_not_closed_again(hengxin: Applicant, cleo: User, dev: User) -> None:
    measure = approve(proposed("M7", cleo), cleo)
    close_line(line=line_of(hengxin), by=acting(dev), now=SHOCK, signed_by=dev)
    with pytest.raises(ConflictError):
        approve(measure, dev)
    assert waiting().decision is None


def test_an_announced_change_of_a_line_that_is_gone_says_nothing(
    hengxin: Applicant, cleo: User, dev: User
) -> None:
    measure = approve(proposed("M4", cleo), dev)
    change_line(line=line_of(hengxin), state="closed", cause="ASSESSED", by=SITE, now=SHOCK)
    come_into_effect()
    measure.refresh_from_db()
    assert measure.state == "withdrawn"
    assert not Message.objects.filter(kind="LINE_CHANGED").exists()


def test_what_an_appeal_stays_is_not_among_the_due(hengxin: Applicant, cleo: User, dev: User) -> None:
    measure = approve(proposed("M4", cleo), dev)
    assert measure.decision_id is not None
    assert list_due(now=SHOCK + 15 * DAY, limit=1) == [measure]
    assert list_due(now=SHOCK + 15 * DAY, stayed={measure.decision_id}, limit=1) == []


def test_nobody_is_assessed_while_one_waits(hengxin: Applicant, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr("decisions.measures.has_reason_against", lambda **given: asked.append(given))
    look_at(keys=[hengxin.pk], now=SHOCK + DAY)
    assert (asked, waiting().code) == ([], "M3")


def test_nothing_is_proposed_while_no_version_decides(ada: User, dev: User, pia: User) -> None:
    applicant = holder("hengxin", ada, dev)
    policy = get_policy_in_force(now=NOW)
    retire_policy(policy_version=policy, reason="A mistake.", by=acting(pia), now=NOW)
    later = SHOCK + DAY
    shock(applicant, "hengxin_after_shock", later)
    look_at(keys=[applicant.pk], now=later)
    assert standing(applicant)
    assert not Measure.objects.exists()
