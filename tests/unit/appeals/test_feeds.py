"""Sources of data that go quiet, and what is lent by score band: measured beside the work, read by boards."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import SITE
from accounts.models import User
from appeals.feeds import count_quiet, is_counting, list_feeds, note_feeds, tell_quiet_feeds
from appeals.gauging import measure_exposure
from appeals.models import Feed, FeedMark, Gauge
from applicants.facts import NewFact, record_facts
from applicants.models import Applicant, Fact
from decisions.exposure import Exposure, sum_exposure
from decisions.lines import open_line
from decisions.models import Line, LineState
from notifications.models import Message
from tests.factories.appeals import NOW, OBSERVED, applicant_like, decided
from tests.people import ada, ben

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
__all__ = ["ada", "ben"]
LATER = NOW + timedelta(days=8)


def bring(applicant: Applicant, source: str, *, at: datetime = NOW, name: str = "hard_inquiries_3m") -> None:
    """A fact from a source."""
    fact = NewFact(name, 1, source, min(OBSERVED, at.date()))
    record_facts(applicant=applicant, facts=[fact], by=SITE, now=at)


@pytest.fixture
def fed() -> Applicant:
    """Somebody of whom a credit report came today."""
    applicant = applicant_like("li_na")
    bring(applicant, "credit_report")
    note_feeds()
    return applicant


def test_a_source_is_quiet_once_it_brought_nothing_for_its_days(fed: Applicant) -> None:
    assert [(feed.source, days) for feed, days in list_feeds()] == [("credit_report", 7)]
    assert (count_quiet(NOW + timedelta(days=7)), count_quiet(LATER)) == (0, 1)


def test_what_people_bring_themselves_is_never_quiet(fed: Applicant) -> None:
    assert Feed.objects.filter(source="verified_document").exists()
    assert "verified_document" not in {feed.source for feed, _days in list_feeds()}


def test_supervisors_are_told_once_of_each_silence(fed: Applicant, dev: User) -> None:
    assert [tell_quiet_feeds(now=at) for at in (NOW, LATER, LATER)] == [0, 1, 0]
    message = Message.objects.get(kind="SOURCE_QUIET", user=dev)
    assert message.about == "source:credit_report"
    assert all(words in message.body_text for words in ("credit report", "20 Nov 2026"))
    bring(fed, "credit_report", at=LATER)
    note_feeds()
    assert count_quiet(LATER) == 0
    assert [tell_quiet_feeds(now=LATER + timedelta(days=days)) for days in (0, 8)] == [0, 1]


def test_only_facts_that_came_since_are_read(fed: Applicant) -> None:
    mark = FeedMark.objects.get()
    with CaptureQueriesContext(connection) as asked:
        note_feeds()
    (read,) = [one["sql"] for one in asked if "GROUP BY" in one["sql"]]
    assert f'"id" > {mark.upto - 10_000} AND' in re.sub(" +", " ", read)
    assert FeedMark.objects.get().upto == mark.upto > 0


def test_nothing_is_said_while_what_came_earlier_is_still_read(dev: User) -> None:
    applicant = applicant_like("li_na")
    bring(applicant, "credit_report", at=NOW - timedelta(days=30))
    bring(applicant, "credit_report")
    newest = Fact.objects.latest("pk").pk
    with patch("appeals.feeds._AT_ONCE", newest - 1):
        note_feeds()
        assert (is_counting(), list_feeds(), count_quiet(LATER)) == (True, [], 0)
        assert tell_quiet_feeds(now=LATER) == 0
        note_feeds()
    assert (is_counting(), FeedMark.objects.get().upto) == (False, newest)
    assert [tell_quiet_feeds(now=at) for at in (NOW, LATER)] == [0, 1]


def test_a_silence_that_nobody_could_be_told_of_is_told_later(fed: Applicant, dev: User) -> None:
    User.objects.filter(pk=dev.pk).update(is_active=False)
    assert tell_quiet_feeds(now=LATER) == 0
    User.objects.filter(pk=dev.pk).update(is_active=True)
    assert tell_quiet_feeds(now=LATER) == 1


def line_of(user: User, key: str, total: int, drawn: int, state: LineState = LineState.ACTIVE) -> Line:
    """A line of whoever has this score, with what was drawn."""
    applicant = decided(key, user).applicant
    line = open_line(
        applicant=applicant, product="consumer_loan", total_cny=Decimal(total), annual_rate_pct=Decimal(10),
        by=SITE, now=NOW,
    )  # fmt: skip
    Line.objects.filter(pk=line.pk).update(state=state, drawn_cny=drawn)
    return line


def test_what_is_lent_is_summed_by_the_band_of_the_newest_score(ada: User, ben: User) -> None:
    line_of(ada, "li_na", 20_000, 8_000)
    line_of(ben, "zhao_ming", 30_000, 0, LineState.CLOSED)
    by_band = {one.band: one for one in sum_exposure(now=NOW)}
    assert by_band.pop("B3") == Exposure("B3", 1, 1, 20_000, 8_000, 0)
    assert [*by_band] == ["B1", "B2", "B4", "B5"]
    assert {one.lines for one in by_band.values()} == {0}


def test_the_measure_is_kept_and_old_bands_are_forgotten(ada: User) -> None:
    line_of(ada, "li_na", 20_000, 8_000)
    Gauge.objects.create(board="EXPOSURE", name="B9:people", value=3, measured_at=NOW)
    measure_exposure(now=LATER)
    kept = dict(Gauge.objects.filter(board="EXPOSURE").values_list("name", "value"))
    assert (len(kept), kept["B3:granted_cny"], kept["B3:drawn_cny"], kept["B1:people"]) == (
        25,
        20_000,
        8_000,
        0,
    )
