"""What everybody may read: how appeals end, without pointing at anybody, and what changed in the rules."""

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import User
from appeals.public_figures import read_figures
from decisions.market import approve_market, propose_market
from decisions.models import PolicyVersion
from decisions.policies import compiled
from decisions.policy_comparing import describe_changes
from tests.factories.boards import full_boards, tally
from tests.people import acting
from tests.unit.portal.browsing import address, visitor, words

pytestmark = pytest.mark.django_db
DECEMBER = datetime(2026, 12, 5, tzinfo=UTC)
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


def test_the_figures_are_those_of_the_summaries() -> None:
    full_boards()
    figures = read_figures(now=DECEMBER)
    assert figures is not None
    assert (figures.decided, round(figures.changed_pct)) == (150, 50)
    assert (figures.half_days, figures.most_days) == (9, 31)
    assert [one.value for one in figures.reasons] == ["U02"]


def test_the_month_under_way_does_not_count() -> None:
    full_boards()
    figures = read_figures(now=datetime(2026, 11, 20, tzinfo=UTC))
    assert figures is not None
    assert (figures.decided, figures.until) == (90, OCTOBER)
    assert [one.value for one in figures.months] == ["2026-09", "2026-10"]


def test_too_few_answers_are_not_shown() -> None:
    tally("ALL", "", month=SEPTEMBER, decided=9)
    assert read_figures(now=DECEMBER) is None
    assert "too few answers" in words(visitor("en").get(address("figures")))


def test_small_months_are_in_no_sum() -> None:
    for place, decided in enumerate((40, 1, 30, 1)):
        tally("ALL", "", month=date(2026, 8 + place, 1), decided=decided)
    figures = read_figures(now=DECEMBER)
    assert figures is not None
    assert [one.value for one in figures.months] == ["2026-08", "2026-10"]
    assert (figures.decided, figures.sent) == (70, 70)


def test_of_two_small_groups_the_sum_is_hidden_too() -> None:
    for value, decided in (("U02", 40), ("U01", 20), ("S07", 1), ("S08", 1)):
        tally("REASON", value, month=SEPTEMBER, decided=decided)
    tally("ALL", "", month=SEPTEMBER, decided=62)
    figures = read_figures(now=DECEMBER)
    assert figures is not None
    assert [one.value for one in figures.reasons] == ["U02"]


def test_reasons_stand_with_their_names_and_shares(catalogues: None, monkeypatch: pytest.MonkeyPatch) -> None:
    full_boards()
    monkeypatch.setattr("creditportal.portal.openness.now", lambda: DECEMBER)
    page = words(visitor("en").get(address("figures")))
    for said in ("Of 100 appeals, 50 changed the decision", "nine in ten within 31", "50%", "2026-11"):
        assert said in page
    assert "S07" not in page


def test_the_log_says_what_each_version_changed(catalogues: None) -> None:
    page = words(visitor("en").get(address("rule_log")))
    for row in PolicyVersion.objects.all():
        assert f"Rules {row.version}" in page
    assert "becomes" in page
    assert "It has not been changed so far" in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_log_speaks_no_codes_and_of_nothing_internal(catalogues: None, language: str) -> None:
    policy = compiled(PolicyVersion.objects.latest("effective_from"))
    nothing: Any = SimpleNamespace(document={})
    groups = describe_changes(nothing, policy, language, is_public=True)
    lines = [line for group in groups for line in group.lines]
    assert len(lines) > 200
    assert [line for line in lines if re.search(r"\b[A-Z]\d\d\b|>=|<=|_", line)] == []


def test_the_log_names_nobody_and_no_internal_reason(catalogues: None, pia: User, dev: User) -> None:
    PolicyVersion.objects.update(note="written for the board only")
    switch = propose_market(
        condition="tight", reason="Losses at a partner.", review_on=date(2027, 1, 5), by=acting(pia),
        now=DECEMBER,
    )  # fmt: skip
    approve_market(switch=switch, by=acting(dev), now=DECEMBER)
    page = words(visitor("en").get(address("rule_log")))
    assert "tight" in page
    assert "5 January 2027" in page or "5 Jan 2027" in page
    assert "Losses" not in page
    assert "for the board only" not in page
