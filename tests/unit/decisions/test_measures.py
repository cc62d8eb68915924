"""Measures: the mildest first, signed by one or two, told with notice, and withdrawn when cured."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User
from applicants.models import Applicant
from audit.models import Event
from core.errors import ForbiddenError, InputError, NotFoundError, StaleError
from decisions.explaining import explain
from decisions.lines import available, draw
from decisions.measure_choice import Parts, Taken, choose
from decisions.measure_deciding import (
    LineSignerError,
    NotWaitingError,
    braked_triggers,
    list_due,
    put_into_effect,
)
from decisions.measures import get_measure_for, list_pending, list_told_measures
from decisions.models import Decision, Line, LineChange, Measure
from decisions.policies import compiled, get_policy_in_force
from decisions.referral import OwnProposalError
from decisions.replaying import replay
from decisions.warning_catalogue import get_measure_terms
from decisions.warnings import look_at
from notifications.models import Message
from tests.factories.decisions import NOW
from tests.factories.measures import SHOCK, approve, decline, line_of, proposed, waiting
from tests.factories.warnings import DAY, holder, learn, shock
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


@pytest.fixture
def hengxin(ada: User, dev: User) -> Applicant:
    """The firm after its shock: red, with M3 before a colleague."""
    applicant = holder("hengxin", ada, dev)
    shock(applicant, "hengxin_after_shock", SHOCK)
    look_at(keys=[applicant.pk], now=SHOCK)
    return applicant


@pytest.fixture
def late(ben: User, dev: User) -> Applicant:
    """A person 30 days late: M6 before a colleague."""
    applicant = holder("wang_fang", ben, dev)
    learn(applicant, SHOCK, current_overdue_days=30)
    look_at(keys=[applicant.pk], now=SHOCK)
    return applicant


def test_the_ladder_goes_from_mild_to_strict(hengxin: Applicant, cleo: User) -> None:
    codes = [waiting().code]
    while (following := decline(waiting(), cleo)) is not None:
        codes.append(following.code)
    assert codes == ["M3", "M4", "M5", "M6", "M7"]


def test_what_is_declined_stays_quiet_until_its_review(hengxin: Applicant, cleo: User) -> None:
    assert decline(waiting(), cleo, wants_next=False) is None
    look_at(keys=[hengxin.pk], now=SHOCK + DAY)
    assert not Measure.objects.filter(state="proposed").exists()
    look_at(keys=[hengxin.pk], now=SHOCK + 31 * DAY)
    assert waiting().code == "M4"


def test_a_cut_waits_for_its_notice(hengxin: Applicant, cleo: User, dev: User) -> None:
    measure = approve(proposed("M4", cleo), dev)
    line = line_of(hengxin)
    assert (measure.state, measure.effective_on) == ("noticed", (SHOCK + 15 * DAY).date())
    assert (line.state, line.reduced_cny) == ("active", Decimal(0))
    assert list_due(now=SHOCK + 14 * DAY) == []
    [due] = list_due(now=SHOCK + 15 * DAY)
    assert put_into_effect(measure=due, now=SHOCK + 15 * DAY)
    # At most 30 % of the 676,500 that are not used, in whole hundreds.
    assert (line_of(hengxin).state, line_of(hengxin).reduced_cny) == ("reduced", Decimal(202_900))
    assert put_into_effect(measure=due, now=SHOCK + 15 * DAY) is False


def test_an_announced_decision_has_reasons_and_replays(hengxin: Applicant, cleo: User, dev: User) -> None:
    decision = approve(proposed("M4", cleo), dev).decision
    assert decision is not None
    assert [row.code for row in decision.reasons.all()] == ["E03"]
    assert decision.result["line"]["effective_on"] == (SHOCK + 15 * DAY).date().isoformat()
    assert replay(decision) == []
    assert not LineChange.objects.filter(decision=decision).exists()


def test_never_below_what_is_drawn_meanwhile(hengxin: Applicant, cleo: User, dev: User) -> None:
    approve(proposed("M4", cleo), dev)
    draw(line=line_of(hengxin), amount_cny=Decimal(600_000), by=acting(dev), now=SHOCK)
    [due] = list_due(now=SHOCK + 15 * DAY)
    put_into_effect(measure=due, now=SHOCK + 15 * DAY)
    line = line_of(hengxin)
    assert (line.drawn_cny, line.reduced_cny, available(line)) == (
        Decimal(920_000), Decimal(76_500), Decimal(0),
    )  # fmt: skip


def test_a_cure_before_the_day_withdraws_it_and_tells(hengxin: Applicant, cleo: User, dev: User) -> None:
    measure = approve(proposed("M4", cleo), dev)
    shock(hengxin, "hengxin", SHOCK + 2 * DAY)
    for day in (2, 3):
        look_at(keys=[hengxin.pk], now=SHOCK + day * DAY)
    measure.refresh_from_db()
    assert measure.state == "withdrawn"
    assert measure.decision is not None
    newer = Decision.objects.get(supersedes=measure.decision)
    assert explain(decision=newer, language="en", now=NOW)["outcome"]["title"].endswith(
        "line stays at \u00a5996,500"
    )
    assert replay(newer) == []
    assert Message.objects.filter(kind="MEASURE_ENDED", about=measure.reference).count() == 1
    assert list_due(now=SHOCK + 15 * DAY) == []


def test_thirty_days_late_stops_drawing_at_once_and_a_cure_lifts_it(late: Applicant, dev: User) -> None:
    measure = approve(waiting(), dev)
    assert (measure.code, measure.state) == ("M6", "in_effect")
    assert (line_of(late).state, available(line_of(late))) == ("suspended", Decimal(0))
    learn(late, SHOCK + 2 * DAY, current_overdue_days=0)
    for day in (2, 3):
        look_at(keys=[late.pk], now=SHOCK + day * DAY)
    measure.refresh_from_db()
    assert (measure.state, line_of(late).state) == ("lifted", "active")


def test_a_closure_takes_two_people(hengxin: Applicant, cleo: User, dev: User) -> None:
    measure = approve(proposed("M7", cleo), dev)
    assert (measure.state, measure.signed_by, measure.decision) == ("signed", dev, None)
    with pytest.raises(OwnProposalError):
        approve(measure, dev)
    with pytest.raises(LineSignerError):
        approve(measure, cleo)


def test_the_second_of_two_may_change_lines(hengxin: Applicant, cleo: User, dev: User) -> None:
    measure = approve(approve(proposed("M7", cleo), cleo), dev)
    assert (measure.state, measure.signed_by, measure.decided_by) == ("noticed", cleo, dev)
    [due] = list_due(now=SHOCK + 15 * DAY)
    put_into_effect(measure=due, now=SHOCK + 15 * DAY)
    assert line_of(hengxin).state == "closed"


def test_a_plan_is_offered_by_one_and_changes_nothing(hengxin: Applicant, cleo: User) -> None:
    measure = approve(waiting(), cleo)
    assert (measure.state, measure.review_on) == ("in_effect", (SHOCK + 30 * DAY).date())
    assert Message.objects.filter(kind="MEASURE_TAKEN", about=measure.reference).count() == 1
    assert line_of(hengxin).version == Line.objects.get(pk=measure.line_id).version


def test_who_may_not_decide(hengxin: Applicant, late: Applicant, ada: User, aud: User, cleo: User) -> None:
    measure = Measure.objects.get(code="M3")
    with pytest.raises(ForbiddenError):
        approve(measure, aud)
    with pytest.raises(NotFoundError):
        get_measure_for(by=acting(ada), reference=measure.reference)
    Applicant.objects.filter(pk=hengxin.pk).update(user=None)
    Applicant.objects.filter(pk=late.pk).update(user=None)
    Applicant.objects.filter(pk=hengxin.pk).update(user=cleo)
    with pytest.raises(NotFoundError):
        approve(measure, cleo)
    assert [one.applicant for one in list_pending(by=acting(cleo))] == [late]


def test_a_stale_page_an_empty_reason_and_a_second_word_are_refused(late: Applicant, dev: User) -> None:
    measure = waiting()
    with pytest.raises(StaleError):
        approve(measure, dev, expected_version=7)
    with pytest.raises(InputError):
        approve(measure, dev, reason=" ")
    approve(measure, dev)
    with pytest.raises(NotWaitingError):
        approve(measure, dev)


def test_a_failing_audit_undoes_the_measure(
    late: Applicant, dev: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("decisions.measure_deciding.note", fail)
    with pytest.raises(RuntimeError):
        approve(waiting(), dev)
    assert (line_of(late).state, waiting().state) == ("active", "proposed")


def test_the_audit_holds_codes_only(late: Applicant, dev: User) -> None:
    measure = approve(waiting(), dev)
    [row] = Event.objects.filter(subject=measure.reference, verb="measure:taken")
    assert (row.codes["measure"], row.codes["triggers"]) == ("M6", ["W06"])
    assert "needed" not in str(row.codes)


def test_the_person_sees_what_was_told_and_nothing_else(late: Applicant, ben: User, dev: User) -> None:
    assert [one.code for one in list_told_measures(by=acting(ben))] == ["M2", "M1"]
    approve(waiting(), dev)
    assert [one.code for one in list_told_measures(by=acting(ben))] == ["M6", "M2", "M1"]


def braked(days: int) -> set[str]:
    """The triggers whose brake is on some days after the shock."""
    now = SHOCK + days * DAY
    return braked_triggers(policy_version=get_policy_in_force(now=now), now=now)


def test_the_brake_asks_for_two(late: Applicant, hengxin: Applicant, cleo: User, dev: User) -> None:
    assert braked(0) == set()
    approve(Measure.objects.get(code="M6"), dev)
    assert (braked(0), braked(2)) == ({"W06"}, set())


def test_illegal_moves_and_deleting_are_refused_by_the_database(late: Applicant) -> None:
    measure = waiting()
    for act in (lambda: Measure.objects.filter(pk=measure.pk).update(state="lifted"), measure.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


LINE = Parts("active", Decimal(1000), Decimal(500), Decimal(500))


def chosen(
    level: str, fits: set[str], *taken: Taken, has_reason: bool = True, line: Parts = LINE
) -> tuple[Any, ...]:
    """What is told and what is proposed."""
    known = compiled(get_policy_in_force(now=NOW)).document["early_warning"]["measures"]
    choice = choose(
        known=known, terms=get_measure_terms(), fits=fits, level=level, line=line, is_firm=False,
        has_reason=has_reason, taken=taken,
    )  # fmt: skip
    return choice.told, choice.proposed


def test_the_choice_by_level_person_and_reason() -> None:
    everything = {"M1", "M2", "M3", "M4", "M5", "M6", "M7"}
    assert chosen("watch", everything) == (("M1", "M2"), None)
    assert chosen("red", {"M4", "M5", "M6"}) == ((), "M4")
    assert chosen("red", {"M4", "M5", "M6"}, has_reason=False) == ((), None)
    assert chosen("amber", {"M3"}, line=Parts("active", Decimal(1), Decimal(0), Decimal(1))) == ((), None)
    standing = Taken("M3", "amber", "in_effect", is_recent=True, waits_for_review=True)
    assert chosen("amber", everything, standing) == (("M1", "M2"), None)
    assert chosen("red", everything, standing) == (("M1", "M2"), "M4")
