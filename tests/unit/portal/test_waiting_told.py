"""Pages about what waits say that nothing was decided and what comes next; a line is told of as a line."""

import pytest

from accounts.models import User
from creditportal.api.outputs import DecisionOut
from decisions.explaining import explain
from decisions.holding import read_decisions
from decisions.models import Decision
from decisions.notices import message_about
from decisions.route_words import describe_routes
from decisions.routes import find_routes_for
from notifications.models import Message
from outbox.draining import drain
from tests.factories.appeals import closed_line
from tests.factories.decisions import NOW, sample_decision
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


@pytest.fixture
def held(ada: User) -> Decision:
    return sample_decision("ruian", user=ada)


def test_the_message_about_what_waits_promises_no_result(held: Decision) -> None:
    drain(clock=lambda: NOW)
    [message] = Message.objects.filter(about=held.reference)
    assert (message.kind, message_about(held)[0]) == ("DECISION_WAITING", "DECISION_WAITING")
    text = f"{message.subject_text} {message.body_text}"
    assert "Nothing was decided against you" in text
    assert [word for word in ("result", "look again") if word in text] == []


def test_the_page_of_what_waits_offers_nothing_that_is_refused_there(held: Decision, ada: User) -> None:
    client = signed_in(ada)
    page = client.get(address("decision", held.reference))
    assert "Nothing is decided yet. It goes on by itself once the points above are settled." in words(page)
    assert "automatically, by fixed rules" not in words(page)
    assert address("routes", held.reference) not in page.content.decode()
    reason = words(client.get(address("reason", held.reference, "E05")))
    assert "nothing to contest yet" in reason
    assert "Papers that count" not in reason


def test_where_no_route_is_left_what_waits_goes_on(held: Decision, ada: User) -> None:
    page = words(signed_in(ada).get(address("routes", held.reference)))
    assert "your right to have it looked at" not in page
    assert "ask us to look again" not in page
    assert "The reason says for what." in page
    assert [
        claim for claim in ("five years", "Nothing within your control", "What fits you") if claim in page
    ] == []


def test_a_closed_line_is_told_of_as_a_line(dev: User) -> None:
    closed = closed_line(dev)
    labels = [row["label"] for row in explain(decision=closed, language="en", now=NOW)["rules"]]
    assert "The line is within the limit" in labels
    assert "Amount within the limit" not in labels
    document = describe_routes(routes=find_routes_for(decision=closed, now=NOW), language="en")
    assert [route for route in document["routes"] if "you asked for" in route["ends_in"]] == []


@pytest.mark.parametrize(("key", "by_rules"), [("zhang_wei", False), ("ruian", False), ("li_na", True)])
def test_only_what_rules_decided_is_called_automatic(key: str, by_rules: bool) -> None:
    decision = sample_decision(key)
    [held] = read_decisions(decision.applicant)
    assert (DecisionOut(decision).data["is_automatic"], held["is_automatic"]) == (by_rules, by_rules)


def test_quiet_hours_name_their_clock(held: Decision, ada: User) -> None:
    assert "The times are in Beijing time." in words(signed_in(ada).get(address("preferences")))
