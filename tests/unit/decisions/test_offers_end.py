"""Another offer than was asked for ends by time where the place says so: told before, calmly, once."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.actors import SITE
from accounts.models import User
from appeals.opening import open_appeal
from appeals.tasks import end_old_offers
from applicants.models import Applicant
from audit.queries import list_events
from decisions.deciding import decide
from decisions.decision_days import offer_until
from decisions.explaining import explain
from decisions.models import Decision, LineState
from decisions.notices import send_notice
from decisions.offer_ending import end_offers, ended_on, last_day
from notifications.letters import read_letter
from notifications.models import Message
from tests.factories.decisions import NOW, application_of, sample_applicant
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
UNTIL = date(2027, 2, 17)
"""Ninety days after the day of the decision in New York."""


def offered_in(place: str, user: User | None = None, **terms: Any) -> Decision:
    applicant = sample_applicant("chen_jing_after", user=user)
    Applicant.objects.filter(pk=applicant.pk).update(jurisdiction=place)
    applicant.refresh_from_db()
    made = decide(application=application_of(applicant, **terms), by=SITE, now=NOW)
    return Decision.objects.select_related("applicant", "policy", "line").get(pk=made.pk)


@pytest.fixture
def counter(ada: User) -> Decision:
    decision = offered_in("US", ada, amount_cny=20000)
    assert (decision.outcome, offer_until(decision)) == ("counter", UNTIL)
    return decision


def at(day: date, hour: int = 17) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=NOW.tzinfo)


def told(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=kind))


def look(now: datetime) -> int:
    return end_offers(free_since=lambda decision: decision.decided_at, now=now)


def state_of(decision: Decision) -> str:
    assert decision.line is not None
    decision.line.refresh_from_db()
    return decision.line.state


@pytest.mark.parametrize("place", ["CN", "EU", "UK"])
def test_elsewhere_an_offer_stands(place: str) -> None:
    decision = offered_in(place, amount_cny=20000)
    assert (decision.outcome, offer_until(decision)) == ("counter", None)
    assert look(NOW + timedelta(days=400)) == 0
    assert (state_of(decision), Message.objects.count()) == (LineState.OFFERED, 0)


def test_what_was_asked_for_and_given_stands(ada: User) -> None:
    assert offer_until(offered_in("US", ada)) is None


def test_it_is_told_a_week_before_and_ends_after_its_day(counter: Decision) -> None:
    assert look(at(UNTIL - timedelta(days=8))) == 0
    assert told("OFFER_ENDING") == []
    for _twice in range(2):
        assert look(at(UNTIL - timedelta(days=7))) == 0
    [message] = told("OFFER_ENDING")
    assert "17 Feb 2027" in message.subject_text
    assert look(at(UNTIL)) == 0
    assert state_of(counter) == LineState.OFFERED
    after = at(UNTIL + timedelta(days=1))
    assert (look(after), look(after)) == (1, 0)
    assert state_of(counter) == LineState.EXPIRED
    assert counter.line is not None
    assert ended_on(counter.line) == UNTIL
    assert list_events(counter.line.reference)[-1].codes["cause"] == "OFFER_ENDED"
    assert len(told("OFFER_ENDED")) == 1


def test_a_message_that_came_late_gives_its_week(counter: Decision) -> None:
    late = UNTIL + timedelta(days=10)
    assert look(at(late)) == 0
    assert last_day(counter) == late + timedelta(days=7)
    assert look(at(late + timedelta(days=7))) == 0
    assert look(at(late + timedelta(days=8))) == 1


def test_an_offer_stands_while_its_appeal_runs(counter: Decision, ada: User) -> None:
    open_appeal(decision=counter, by=acting(ada), now=NOW)
    end_old_offers(at(UNTIL + timedelta(days=30)))
    assert (state_of(counter), told("OFFER_ENDING")) == (LineState.OFFERED, [])


def test_after_an_appeal_the_week_begins_anew(counter: Decision) -> None:
    look(at(UNTIL - timedelta(days=3)))
    ended = at(UNTIL + timedelta(days=20))

    def again(days: int) -> int:
        return end_offers(free_since=lambda _decision: ended, now=ended + timedelta(days=days))

    assert [again(0), again(0), again(7), again(8)] == [0, 0, 0, 1]
    assert len(told("OFFER_ENDING")) == 2


def test_the_letter_and_the_document_name_the_day(counter: Decision) -> None:
    assert explain(decision=counter, language="en", now=NOW)["next"]["offer_until"] == "17 Feb 2027"
    letter = send_notice(decision=counter, by=SITE, now=NOW)
    for language, said in (("en", "until the end of 17 Feb 2027"), ("zh-hans", "2027-02-17")):
        assert said in str(read_letter(letter, language))


def test_the_page_says_until_when_and_then_calmly_that_it_ended(counter: Decision, ada: User) -> None:
    client: Client = signed_in(ada)
    place = address("offer", counter.reference)
    assert "take up this offer until the end of 17 Feb 2027" in words(client.get(place))
    assert "until the end of 17 Feb 2027" in words(client.get(address("decision", counter.reference)))
    home = words(client.get(address("home")))
    assert "Last day of the offer" in home
    assert "17 Feb 2027" in home
    look(at(UNTIL))
    look(at(UNTIL + timedelta(days=8)))
    assert "Last day of the offer" not in words(client.get(address("home")))
    page = words(client.get(place))
    ended = "This offer stood until 24 Feb 2027 and has ended."
    assert ended in page
    assert ended in words(client.get(address("decision", counter.reference)))
    assert "Sign and take" not in page
    assert client.post(place, {"is_read": "on"}).status_code == 302
    assert state_of(counter) == LineState.EXPIRED


def test_both_pages_name_one_last_day_also_after_a_late_message(counter: Decision, ada: User) -> None:
    client, said = signed_in(ada), "until the end of {}"
    places = [address(name, counter.reference) for name in ("decision", "offer")]
    assert [said.format("17 Feb 2027") in words(client.get(place)) for place in places] == [True, True]
    look(at(UNTIL + timedelta(days=10)))
    assert [said.format("6 Mar 2027") in words(client.get(place)) for place in places] == [True, True]


def test_no_day_is_named_while_an_appeal_holds_the_offer_open(counter: Decision, ada: User) -> None:
    open_appeal(decision=counter, by=acting(ada), now=NOW)
    client = signed_in(ada)
    for name in ("decision", "offer"):
        page = words(client.get(address(name, counter.reference)))
        assert "while your appeal runs, and at least a week after" in page
        assert "until the end of 17 Feb 2027" not in page
