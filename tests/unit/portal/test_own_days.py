"""What own pages say of days and records: one order, one date, each source with what it told."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.http import QueryDict

from accounts.models import User
from appeals.models import Appeal
from applicants.terms import today_of
from core.clock import now
from core.days import read_day, show_day
from creditportal.portal.forms.base import DayField, HourField
from creditportal.portal.forms.company import InvoiceForm
from decisions.freezing import coming_evaluation
from decisions.models import Decision
from tests.factories.decisions import sample_decision
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = pytest.mark.django_db


def test_the_start_page_tells_days_in_their_order(declined: Any, ada: User) -> None:
    page = words(signed_in(ada).get(address("home")))
    days = [page.index(label) for label in ("Next evaluation", "You may apply again", "Last day to appeal")]
    assert days == sorted(days)


def test_a_draft_leaves_the_last_day_to_appeal(draft: Appeal, ada: User) -> None:
    client = signed_in(ada)
    assert "Last day to appeal" in words(client.get(address("home")))


def test_while_an_appeal_runs_no_last_day_to_appeal_is_told(sent: Appeal, ada: User) -> None:
    assert "Last day to appeal" not in words(signed_in(ada).get(address("home")))


@pytest.mark.parametrize(
    ("told", "today", "coming"),
    [
        ("2026-11-06", "2026-11-06", "2026-11-06"),
        ("2026-11-06", "2026-11-07", "2026-12-06"),
        ("2026-11-06", "2026-12-06", "2026-12-06"),
        ("2026-11-06", "2027-01-31", "2027-02-06"),
    ],
)
def test_the_next_evaluation_is_never_a_day_gone_by(told: str, today: str, coming: str) -> None:
    assert str(coming_evaluation(date.fromisoformat(told), today=date.fromisoformat(today))) == coming


def test_own_pages_tell_no_day_that_is_over(declined: Decision, ada: User) -> None:
    shown = read_day(declined.result["next"]["next_evaluation_on"])
    with time_machine.travel(now() + timedelta(days=75)):
        coming = coming_evaluation(shown, today=today_of(declined.applicant, now()))
        client = signed_in(ada)
        home, *others = (words(client.get(address(name))) for name in ("home", "score", "warnings"))
    assert [page for page in (home, *others) if show_day(coming) not in page] == []
    assert [label for label in ("You may apply again", "Last day to appeal") if label in home] == []


def test_who_is_too_young_may_apply_again_on_the_birthday(catalogues: None, ada: User) -> None:
    decision = sample_decision("minor", user=ada, now=now())
    birthday = decision.reasons.get(code="U09").parameters["date"]
    assert decision.result["next"]["reapply_on"] == birthday
    assert "You may apply again" in words(signed_in(ada).get(address("decision", decision.reference)))


def test_each_source_shows_its_facts_or_that_there_are_none(declined: Any, ada: User) -> None:
    page = words(signed_in(ada).get(address("profile")))
    assert 'aria-labelledby="complete-title complete-desc"' in page
    assert address("held") in page
    assert page.count("<details") >= 4
    assert page.count("nothing known") >= 1


@pytest.mark.parametrize(
    "typed", ["2026-11-01", " \uff12\uff10\uff12\uff16-\uff11\uff11-\uff10\uff11\u3000", "2026/11/1"]
)
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert str(DayField(label="").clean(typed)) == "2026-11-01"
    assert DayField(label="").clean(" \u3000\u00a0 ") is None


def test_a_time_is_read_as_people_write_it() -> None:
    assert str(HourField(label="").clean(" \uff12\uff12\uff1a\uff13\uff10")) == "22:30:00"


def test_an_invoice_takes_days_in_full_width() -> None:
    form = InvoiceForm(QueryDict("due_on=\uff12\uff10\uff12\uff17.\uff10\uff11.\uff10\uff12"))
    form.is_valid()
    assert str(form.cleaned_data["due_on"]) == "2027-01-02"
