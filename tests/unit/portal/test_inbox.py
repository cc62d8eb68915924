"""The inbox: of one topic or all, page by page, and an empty topic says why."""

from accounts.models import User
from core.clock import now
from creditportal.portal.inbox import TOPIC_WORDS
from decisions.models import Decision
from notifications.kinds import Kind, Topic
from notifications.queueing import queue_message
from tests.unit.portal.browsing import address, signed_in, words


def told(decision: Decision, kind: Kind, times: int) -> list[str]:
    """So many messages of a kind; their references, newest first."""
    made = [
        queue_message(
            kind=kind,
            applicant=decision.applicant,
            about=decision.reference,
            params={"until": now().date()},
            now=now(),
        )
        for _each in range(times)
    ]
    return [one.reference for one in reversed(made)]


def test_one_topic_goes_on_over_pages(declined: Decision, ada: User) -> None:
    copies = told(declined, Kind.DATA_READY, 21)
    told(declined, Kind.LINE_CHANGED, 1)
    client, place = signed_in(ada), address("messages")
    first = words(client.get(place, {"about": "DATA"}))
    assert [one for one in copies if address("message", one) in first] == copies[:20]
    assert "Your credit line" not in first
    older = f"?about=DATA&amp;before={copies[19]}"
    assert older in first
    second = words(client.get(place, {"about": "DATA", "before": copies[19]}))
    assert [one for one in copies if address("message", one) in second] == copies[20:]
    assert "Older messages" not in second


def test_a_full_last_page_leads_nowhere(declined: Decision, ada: User) -> None:
    told(declined, Kind.DATA_READY, 20)
    assert "Older messages" not in words(signed_in(ada).get(address("messages"), {"about": "DATA"}))


def test_an_empty_topic_says_why_and_an_unknown_one_is_all(declined: Decision, ada: User) -> None:
    told(declined, Kind.DATA_READY, 1)
    client, place = signed_in(ada), address("messages")
    empty = words(client.get(place, {"about": "PLANS"}))
    assert "There is no message about this." in empty
    assert "No messages yet" not in empty
    assert words(client.get(place, {"about": "<b>"})).count("<li>") == words(client.get(place)).count("<li>")


def test_each_topic_has_words() -> None:
    assert set(TOPIC_WORDS) == set(Topic)
