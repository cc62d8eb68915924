"""Early warnings: what fires, what is not known, what cures, and that looking twice changes nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from applicants.disputing import open_dispute
from applicants.models import Applicant, RelatedPerson
from applicants.related import COMBINE_RELATED
from applicants.vocabularies import get_vocabularies
from decisions.models import EarlyWarning, Line, Measure, WarningSweep, Watch
from decisions.policies import get_policy_in_force
from decisions.warning_sweeps import LOOK_FOR_WARNINGS, begin_sweep, look_at_part
from decisions.warnings import Look, get_rules, look_at, look_at_one
from notifications.models import Message
from outbox.draining import drain
from outbox.models import Outbox, State
from outbox.queueing import queue_work
from tests.factories.decisions import NOW, sample_applicant
from tests.factories.warnings import DAY, holder, learn, shock, standing
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


@pytest.fixture
def hengxin(ben: User, dev: User) -> Applicant:
    """A firm with a line, before its shock."""
    return holder("hengxin", ben, dev)


@pytest.fixture
def wang_fang(ada: User, dev: User) -> Applicant:
    """A person with a large line."""
    return holder("wang_fang", ada, dev)


def test_nothing_is_raised_about_who_did_not_change(wang_fang: Applicant) -> None:
    assert look_at(keys=[wang_fang.pk], now=NOW + DAY) == Look(1, 0, 0)
    assert standing(wang_fang) == {}


def test_the_shock_of_hengxin_gives_red_and_its_causes(hengxin: Applicant) -> None:
    shock(hengxin, "hengxin_after_shock", NOW + DAY)
    look_at(keys=[hengxin.pk], now=NOW + DAY)
    assert standing(hengxin) == {"W03": "red", "W12": "amber", "W15": "amber"}
    [drop] = EarlyWarning.objects.filter(trigger="W03")
    assert (drop.values["score_before"], drop.values["score"]) == (806, 691)
    told, proposed = Measure.objects.order_by("pk")
    assert (told.code, told.state, proposed.code, proposed.state) == ("M1", "told", "M3", "proposed")


def test_looking_again_changes_nothing(hengxin: Applicant) -> None:
    shock(hengxin, "hengxin_after_shock", NOW + DAY)
    look_at(keys=[hengxin.pk], now=NOW + DAY)
    counts = [model.objects.count() for model in (EarlyWarning, Measure, Message)]
    for later in (NOW + DAY, NOW + 2 * DAY):
        assert look_at(keys=[hengxin.pk], now=later) == Look(1, 0, 0)
    assert [model.objects.count() for model in (EarlyWarning, Measure, Message)] == counts


def test_three_days_late_is_a_reminder_only(wang_fang: Applicant) -> None:
    learn(wang_fang, NOW + DAY, current_overdue_days=3)
    look_at(keys=[wang_fang.pk], now=NOW + DAY)
    assert standing(wang_fang) == {"W04": "watch"}
    [measure] = Measure.objects.all()
    assert (measure.code, measure.state) == ("M2", "told")
    assert Message.objects.filter(about=measure.reference, kind="REPAYMENT_REMINDER").count() == 1


@pytest.mark.parametrize(
    ("days", "warning", "proposed"), [(4, "W05", "M3"), (29, "W05", "M3"), (30, "W06", "M6")]
)
def test_lateness_climbs_the_ladder(wang_fang: Applicant, days: int, warning: str, proposed: str) -> None:
    learn(wang_fang, NOW + DAY, current_overdue_days=days)
    look_at(keys=[wang_fang.pk], now=NOW + DAY)
    assert list(standing(wang_fang)) == [warning]
    assert Measure.objects.get(state="proposed").code == proposed


def test_a_drop_of_about_fifty_is_amber_with_a_message(wang_fang: Applicant) -> None:
    Watch.objects.filter(applicant=wang_fang).update(before={**_before(wang_fang), "score": 801 + 55})
    look_at(keys=[wang_fang.pk], now=NOW + DAY)
    assert standing(wang_fang) == {"W02": "amber"}
    assert Message.objects.filter(kind="WARNING_RAISED").count() == 1


def _before(applicant: Applicant) -> dict[str, Any]:
    return dict(Watch.objects.get(applicant=applicant).before)


def test_gone_for_two_evaluations_on_two_days_is_cured(wang_fang: Applicant) -> None:
    learn(wang_fang, NOW + DAY, current_overdue_days=3)
    look_at(keys=[wang_fang.pk], now=NOW + DAY)
    learn(wang_fang, NOW + 2 * DAY, current_overdue_days=0)
    seen = [look_at(keys=[wang_fang.pk], now=NOW + 2 * DAY).cured for _twice in range(2)]
    assert (seen, standing(wang_fang)) == ([0, 0], {"W04": "watch"})
    assert look_at(keys=[wang_fang.pk], now=NOW + 3 * DAY).cured == 1
    assert EarlyWarning.objects.get().end == "CURED"


def test_a_relapse_between_two_evaluations_begins_anew(wang_fang: Applicant) -> None:
    for day, late in enumerate((3, 0, 2, 0), start=1):
        learn(wang_fang, NOW + day * DAY, current_overdue_days=late)
        look_at(keys=[wang_fang.pk], now=NOW + day * DAY)
    [row] = EarlyWarning.objects.all()
    assert (row.ended_at, row.gone_at) == (None, NOW + 4 * DAY)


def test_what_we_do_not_hold_is_not_known(wang_fang: Applicant, hengxin_rules: set[str]) -> None:
    assert hengxin_rules == {"W07", "W09", "W16", "W17"}


@pytest.fixture
def hengxin_rules() -> set[str]:
    """The triggers without a test."""
    return {
        code
        for code, one in get_rules(get_policy_in_force(now=NOW)).triggers.items()
        if one.expression is None
    }


def test_a_dispute_is_never_held_against_anybody(wang_fang: Applicant, ada: User) -> None:
    open_dispute(applicant=wang_fang, characteristic="worst_dpd_24m", claim="one", by=acting(ada), now=NOW)
    look_at(keys=[wang_fang.pk], now=NOW + DAY)
    assert Watch.objects.get(applicant=wang_fang).values["score"] is None
    assert standing(wang_fang) == {}


def test_new_lenders_count_from_the_history(wang_fang: Applicant) -> None:
    later = NOW + 70 * DAY
    learn(wang_fang, later, active_lenders=4)
    look_at(keys=[wang_fang.pk], now=later)
    assert standing(wang_fang)["W08"] == "amber"
    look_at(keys=[wang_fang.pk], now=later + 61 * DAY)
    assert EarlyWarning.objects.get(trigger="W08").gone_at is not None


def test_facts_of_a_stranger_without_a_line_are_not_watched(ben: User) -> None:
    applicant = sample_applicant("li_na", user=ben)
    look_at_one(reference=applicant.reference, now=NOW)
    assert Watch.objects.count() == 0


def test_the_daily_look_counts_and_runs_once_a_day(wang_fang: Applicant, hengxin: Applicant) -> None:
    learn(wang_fang, NOW + DAY, current_overdue_days=3)
    day = begin_sweep(now=NOW + DAY).day.isoformat()
    begin_sweep(now=NOW + DAY)
    while look_at_part(day=day, now=NOW + DAY, most=1):
        pass
    [sweep] = WarningSweep.objects.all()
    assert (sweep.people, sweep.looked, sweep.fired, sweep.cured) == (2, 1, 1, 0)
    assert sweep.ended_at == NOW + DAY
    assert look_at_part(day=day, now=NOW + DAY) is False


def test_one_who_cannot_be_looked_at_stops_nobody_else(
    wang_fang: Applicant, hengxin: Applicant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for applicant in (wang_fang, hengxin):
        learn(applicant, NOW + DAY, current_overdue_days=3)

    def fail_for_one(*, keys: list[int], now: Any) -> Look:
        if wang_fang.pk in keys:
            raise RuntimeError
        return look_at(keys=keys, now=now)

    monkeypatch.setattr("decisions.warning_sweeps.look_at", fail_for_one)
    assert look_at_part(day=begin_sweep(now=NOW + DAY).day.isoformat(), now=NOW + DAY) is False
    assert (standing(wang_fang), standing(hengxin)) == ({}, {"W04": "watch"})
    assert WarningSweep.objects.get().looked == 1


def test_a_daily_look_whose_work_was_given_up_is_called_again(wang_fang: Applicant) -> None:
    asked = Outbox.objects.filter(kind=LOOK_FOR_WARNINGS)
    for minute in range(2):
        begin_sweep(now=NOW + timedelta(minutes=minute))
    assert asked.count() == 1
    asked.update(state=State.DEAD)
    begin_sweep(now=NOW + timedelta(minutes=15))
    assert [row.state for row in asked.order_by("pk")] == [State.DEAD, State.PENDING]


def test_new_facts_are_looked_at_after_commit(wang_fang: Applicant) -> None:
    learn(wang_fang, NOW + DAY, current_overdue_days=3)
    drain(clock=lambda: NOW + DAY)
    assert standing(wang_fang) == {"W04": "watch"}
    assert Message.objects.filter(kind="REPAYMENT_REMINDER").count() == 1


@pytest.mark.parametrize(
    ("facts", "warning"),
    [
        ({"court_records_open": 1}, {"W13": "red"}),
        ({"licence_check": "abnormal_list"}, {"W13": "red"}),
        ({"tax_filings_on_time_12m": 11}, {"W12": "amber"}),
        ({"related_person_score": 661}, {"W15": "amber"}),
    ],
)
def test_records_of_a_firm_fire(hengxin: Applicant, facts: dict[str, Any], warning: dict[str, str]) -> None:
    learn(hengxin, NOW + DAY, **facts)
    look_at(keys=[hengxin.pk], now=NOW + DAY)
    assert standing(hengxin).items() >= warning.items()


def test_who_left_a_firm_is_watched(hengxin: Applicant) -> None:
    for role, share in (("LEGAL_REPRESENTATIVE", 0), ("SHAREHOLDER", 20)):
        RelatedPerson.objects.create(
            reference=f"RP-{role[:4]}", firm=hengxin, role=role, share_pct=share, name="x", email="x@x.test",
            email_index=role.encode(), invited_at=NOW,
        )  # fmt: skip
    RelatedPerson.objects.filter(role="SHAREHOLDER").update(removed_at=NOW + DAY)
    assert look_at(keys=[hengxin.pk], now=NOW + DAY).fired == 0
    RelatedPerson.objects.update(removed_at=NOW + DAY)
    look_at(keys=[hengxin.pk], now=NOW + 2 * DAY)
    assert standing(hengxin) == {"W14": "watch"}


def test_who_left_before_the_first_look_of_a_month_is_watched(hengxin: Applicant) -> None:
    RelatedPerson.objects.create(
        reference="RP-LEFT", firm=hengxin, role="LEGAL_REPRESENTATIVE", share_pct=0, name="x",
        email="x@x.test", email_index=b"left", invited_at=NOW, removed_at=NOW + 16 * DAY,
    )  # fmt: skip
    for day in (17, 18, 19):
        look_at(keys=[hengxin.pk], now=NOW + day * DAY)
    assert standing(hengxin) == {"W14": "watch"}


def test_who_left_has_the_firm_looked_at(hengxin: Applicant) -> None:
    drain(clock=lambda: NOW)
    queue_work(kind=COMBINE_RELATED, subject=hengxin.reference, key="left", now=NOW + DAY)
    drain(clock=lambda: NOW + DAY)
    assert Watch.objects.get(applicant=hengxin).looked_at == NOW + DAY


def test_full_cards_fire_after_a_month_by_time_alone(wang_fang: Applicant) -> None:
    learn(wang_fang, NOW + DAY, revolving_use_pct=95)
    look_at(keys=[wang_fang.pk], now=NOW + DAY)
    assert "W10" not in standing(wang_fang)
    later = NOW + 32 * DAY
    look_at_part(day=begin_sweep(now=later).day.isoformat(), now=later)
    assert standing(wang_fang)["W10"] == "watch"


def test_an_open_item_fires_after_a_week_by_time_alone(wang_fang: Applicant) -> None:
    learn(wang_fang, NOW, linked_product_event=_event())
    days = [look_at(keys=[wang_fang.pk], now=NOW + day * DAY).fired for day in (7, 8)]
    assert (days, standing(wang_fang)) == ([0, 1], {"W11": "watch"})


def _event() -> str:
    """An event that the dictionary knows."""
    return next(iter(get_vocabularies()["linked_events"]))


def test_a_month_begins_a_new_comparison(wang_fang: Applicant) -> None:
    before = Watch.objects.get(applicant=wang_fang).before_at
    look_at(keys=[wang_fang.pk], now=NOW + 10 * DAY)
    assert Watch.objects.get(applicant=wang_fang).before_at == before
    look_at(keys=[wang_fang.pk], now=NOW + 17 * DAY)
    # The evaluation day begins at midnight in China.
    assert Watch.objects.get(applicant=wang_fang).before_at == datetime(2026, 12, 5, 16, tzinfo=UTC)


def test_other_rules_are_no_drop(wang_fang: Applicant) -> None:
    Watch.objects.update(policy_hash="other", before={**_before(wang_fang), "score": 950})
    assert look_at(keys=[wang_fang.pk], now=NOW + DAY).fired == 0
    assert Watch.objects.get(applicant=wang_fang).before["score"] == 801


def test_a_fallen_score_gives_the_reasons_of_what_fell(hengxin: Applicant) -> None:
    shock(hengxin, "hengxin_after_shock", NOW + DAY)
    look_at(keys=[hengxin.pk], now=NOW + DAY)
    assert EarlyWarning.objects.get(trigger="W03").values["lost"][0] == "tax_filings_on_time_12m"
    reasons = Measure.objects.get(code="M3").reasons
    assert reasons
    assert "S01" not in reasons


def test_the_line_gone_ends_the_warning(wang_fang: Applicant) -> None:
    learn(wang_fang, NOW + DAY, current_overdue_days=3)
    look_at(keys=[wang_fang.pk], now=NOW + DAY)
    Line.objects.update(state="closed")
    look_at(keys=[wang_fang.pk], now=NOW + 2 * DAY)
    assert EarlyWarning.objects.get().end == "NO_LINE"


def test_an_ended_warning_is_never_changed(wang_fang: Applicant) -> None:
    row = EarlyWarning.objects.create(
        applicant=wang_fang, trigger="W04", level="watch", since=NOW, values={}, ended_at=NOW, end="CURED"
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        EarlyWarning.objects.filter(pk=row.pk).update(ended_at=None, end="")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_many_are_looked_at_with_as_many_statements_as_one(wang_fang: Applicant, hengxin: Applicant) -> None:
    counted = []
    for keys in ([wang_fang.pk], [wang_fang.pk, hengxin.pk]):
        with CaptureQueriesContext(connection) as asked:
            look_at(keys=keys, now=NOW + DAY)
        counted.append(len(asked))
    # A firm has people behind it and its own scorecard, and still nothing is asked one by one.
    assert counted[0] == counted[1] <= 25


def test_many_with_warnings_take_no_more_statements_than_two(
    hengxin: Applicant, wang_fang: Applicant, eve: User, dev: User
) -> None:
    people = [hengxin, wang_fang, holder("ordinary", eve, dev)]
    for applicant in people:
        learn(applicant, NOW, current_overdue_days=5)
    keys, counts = [one.pk for one in people], []
    look_at(keys=keys, now=NOW + DAY)
    assert all(standing(one) for one in people)
    for some in (keys[:2], keys):
        with CaptureQueriesContext(connection) as captured:
            look_at(keys=some, now=NOW + 2 * DAY)
        counts.append(len(captured))
    assert counts[0] == counts[1] < 30
