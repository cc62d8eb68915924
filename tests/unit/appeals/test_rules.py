"""What may be appealed; the date shown is the date checked."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings, strategies

from accounts.models import User
from appeals import appealability
from appeals.appealability import (
    NotAppealableError,
    WindowOverError,
    allowed_claims,
    appeal_window,
    check_appealable,
    evidence_kinds,
    permitted_inputs,
)
from appeals.jurisdictions import Jurisdiction
from appeals.models import Claim
from appeals.rules import CLAIMS, Bar, find_bar, inputs_in_reach
from decisions.models import Decision
from tests.factories.appeals import NOW, closed_line, decided

FINE = {
    "outcome": "decline",
    "is_superseded": False,
    "is_in_time": True,
    "has_open": False,
    "decided_before": 0,
}


@pytest.mark.parametrize(
    ("change", "bar"),
    [
        ({}, None),
        ({"outcome": "close"}, None),
        ({"outcome": "cut"}, None),
        ({"outcome": "counter"}, None),
        ({"outcome": "approve"}, Bar.NOTHING),
        ({"outcome": "refer"}, Bar.PERSON_DECIDES),
        ({"outcome": "hold"}, Bar.ON_HOLD),
        ({"is_superseded": True}, Bar.SUPERSEDED),
        ({"is_in_time": False}, Bar.LATE),
        ({"has_open": True}, Bar.OPEN),
        ({"has_open": True, "is_in_time": False}, Bar.OPEN),
        ({"decided_before": 1}, None),
        ({"decided_before": 2}, Bar.TWICE),
    ],
)
def test_what_may_be_appealed(change: dict[str, object], bar: Bar | None) -> None:
    assert find_bar(**{**FINE, **change}) == bar  # type: ignore[arg-type]


def test_the_pure_claims_are_those_of_the_model() -> None:
    assert set(CLAIMS) == set(Claim.values)


def test_reach_is_own_inputs_papers_and_what_moves_with_them() -> None:
    facts = {"a": ("c",), "b": (), "c": ("d",), "d": ()}
    assert inputs_in_reach(named=["a", "total_score"], proved=["b"], companions=facts) == {"a", "b", "c"}


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
class TestWithCatalogues:
    """On the real catalogues."""

    def test_a_contested_reason_allows_what_its_papers_list(self) -> None:
        reach = permitted_inputs("U05")
        assert {"worst_dpd_24m", "active_lenders", "hard_inquiries_3m", "existing_repayments_cny"} <= reach
        assert not {"total_score", "reviewer_discretion", "line_used", "identity_level"} & reach

    def test_every_kind_that_a_reason_lists_may_be_sent_and_a_statement_always(self) -> None:
        assert evidence_kinds("U01") == ["V09", "V11", "V29", "V30"]
        assert evidence_kinds("P02") == ["V29", "V30"]

    def test_of_a_policy_fact_one_can_only_ask(self) -> None:
        assert allowed_claims("P02") == {Claim.PERSON, Claim.NOT_UNDERSTOOD}
        assert allowed_claims("U05") == set(Claim)

    def test_a_refused_a_closed_and_a_countered_decision_may_be_appealed(self, ada: User, dev: User) -> None:
        for decision in (decided("li_na"), closed_line(dev, ada)):
            check_appealable(decision=decision, now=NOW)

    def test_a_referral_is_explained(self) -> None:
        with translation.override("en"), pytest.raises(NotAppealableError, match="person is already looking"):
            check_appealable(decision=decided("zhang_wei"), now=NOW)

    def test_the_window_ends_with_its_last_day_in_beijing(self) -> None:
        window = appeal_window(decided("li_na"))
        assert window.ends_at == datetime(2027, 1, 19, 15, 59, 59, tzinfo=UTC)
        assert window.last_on.isoformat() == "2027-01-19"

    def test_too_late_names_the_day(self) -> None:
        decision = decided("li_na")
        with translation.override("en"), pytest.raises(WindowOverError, match="19 Jan 2027"):
            check_appealable(decision=decision, now=NOW + timedelta(days=61))


@given(
    decided_at=strategies.integers(1_704_067_200, 1_861_833_600).map(
        lambda second: datetime.fromtimestamp(second, UTC)
    ),
    zone=strategies.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/Brussels", "Europe/London"]),
    days=strategies.integers(1, 90),
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_day_shown_is_the_day_checked(decided_at: datetime, zone: str, days: int) -> None:
    place = ZoneInfo(zone)
    profile = Jurisdiction("X", place, "CN", days, 15, "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(appealability, "get_jurisdiction", lambda _applicant: profile)
        patch.setattr(Decision, "applicant", None)
        window = appeal_window(Decision(decided_at=decided_at))
    shown = window.ends_at.astimezone(place)
    assert (shown.date(), shown.hour, shown.minute, shown.second) == (window.last_on, 23, 59, 59)
    assert window.is_open(window.ends_at + timedelta(microseconds=999_999))
    assert not window.is_open(window.ends_at + timedelta(seconds=1))
    assert (window.last_on - decided_at.astimezone(place).date()).days == days
