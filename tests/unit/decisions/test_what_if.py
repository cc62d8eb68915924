import time
from dataclasses import replace
from typing import Any

import pytest

from accounts.models import User
from core.errors import ForbiddenError, InputError
from decisions import what_if as module
from decisions.models import Decision
from decisions.what_if import TooManyTriesError, changeable_inputs, try_changes, what_if
from decisions.what_if_words import describe_changeable, describe_what_if
from tests.factories.decisions import NOW, sample_decision
from tests.people import acting

pytestmark = pytest.mark.usefixtures("catalogues")
AFTER = {
    "debt_service_pct": 30, "active_lenders": 3, "bills_on_time_pct_12m": 100, "revolving_use_pct": 45,
    "hard_inquiries_3m": 3, "other_unsecured_cny": 12_000,
}  # fmt: skip


def test_li_nas_worked_example_comes_out_to_the_point(ada: User) -> None:
    decision = sample_decision("li_na", user=ada)
    result = what_if(decision=decision, changes=AFTER, by=acting(ada), now=NOW)
    assert (result.before.score, result.after.score) == (608, 687)
    shown = describe_what_if(decision=decision, result=result, language="en")
    assert shown["gain"] == 79
    assert shown["after"]["checks_left"] == []


def test_nothing_is_stored(ada: User) -> None:
    decision = sample_decision("li_na", user=ada)
    frozen = dict(decision.facts)
    what_if(decision=decision, changes=AFTER, by=acting(ada), now=NOW)
    again = Decision.objects.get()
    assert again.facts == frozen == decision.facts


def test_repayments_follow_their_share_of_income(ada: User) -> None:
    decision = sample_decision("li_na", user=ada)
    result = try_changes(decision, {"verified_income_month": 14_400})
    assert result.after.run.env["debt_service_pct"] == 29
    less = try_changes(decision, {"debt_service_pct": 30})
    assert less.after.run.env["existing_repayments_cny"] == 216_000


@pytest.mark.parametrize(
    "changes",
    [
        {"age": 30}, {"court_record_open": 0}, {"active_lenders": -1}, {"active_lenders": 10_000},
        {"active_lenders": "many"}, {"active_lenders": float("nan")}, {"active_lenders": True},
        {"active_lenders": [3]}, {"identity_level": "royal"}, {"requested": 10**9}, {"nonsense": 1},
        {"active_lenders": "1e999999999"},
    ],
)  # fmt: skip
def test_what_nobody_can_change_or_no_range_holds_is_refused_by_name(ada: User, changes: Any) -> None:
    decision = sample_decision("li_na", user=ada)
    with pytest.raises(InputError) as refused:
        what_if(decision=decision, changes=changes, by=acting(ada), now=NOW)
    assert set(refused.value.fields) == set(changes)


@pytest.mark.parametrize("key", ["li_na", "zhang_wei", "chen_jing_before", "ruian", "hengxin_after_shock"])
def test_every_end_of_every_range_can_be_assessed(ada: User, key: str) -> None:
    decision = sample_decision(key, user=ada)
    for one in changeable_inputs(decision):
        ends = one.choices or (one.low, one.high)
        for value in ends:
            assert try_changes(decision, {one.name: value}).after.score >= 350
    for language in ("en", "zh-hans"):
        assert all(one["label"] for one in describe_changeable(decision=decision, language=language))


def test_a_day_has_so_many_tries(ada: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "A_DAY", replace(module.A_DAY, times=2))
    decision = sample_decision("li_na", user=ada)
    for _ in range(2):
        what_if(decision=decision, changes={}, by=acting(ada), now=NOW)
    with pytest.raises(TooManyTriesError):
        what_if(decision=decision, changes={}, by=acting(ada), now=NOW)


def test_only_ones_own(ada: User, ben: User, cleo: User) -> None:
    decision = sample_decision("li_na", user=ada)
    for other in (ben, cleo):
        with pytest.raises(ForbiddenError):
            what_if(decision=decision, changes={}, by=acting(other), now=NOW)


def test_the_engine_needs_less_than_two_milliseconds(ada: User) -> None:
    decision = sample_decision("li_na", user=ada)
    rounds = []
    for _ in range(30):
        started = time.perf_counter()
        try_changes(decision, AFTER).after.to_dict()
        rounds.append(time.perf_counter() - started)
    assert min(rounds) < 0.002
