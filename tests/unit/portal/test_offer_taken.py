"""An offer that was taken up, looked at again and sent again from another tab."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import User
from core.clock import now
from decisions.models import Decision, Line, LineState
from tests.factories.decisions import sample_decision
from tests.unit.portal.browsing import address, signed_in, words

SIGNED = {"amount_cny": "3,000", "term": "12", "method": "equal_instalment", "is_read": "on"}


@pytest.fixture
def offer(catalogues: None, ada: User) -> Decision:
    """An offer of 5,000 that waits for Ada."""
    return sample_decision("chen_jing_after", user=ada, now=now())


@pytest.fixture
def taken(offer: Decision, ada: User) -> Client:
    """Ada's browser after she signed for less."""
    client = signed_in(ada)
    client.post(address("offer", offer.reference), SIGNED)
    return client


def test_taking_less_says_what_becomes_of_the_rest(offer: Decision, ada: User) -> None:
    client, place = signed_in(ada), address("offer", offer.reference)
    assert "of the offer ends with that" not in words(client.get(place))
    page = words(client.get(place, {"amount_cny": "3,000"}))
    assert "Your line will be ¥3,000.00. The other ¥2,000.00 of the offer ends with that." in page


def test_a_second_tab_is_told_that_it_was_signed(taken: Client, offer: Decision) -> None:
    second = taken.post(address("offer", offer.reference), {**SIGNED, "amount_cny": "5,000"}, follow=True)
    line = Line.objects.get()
    assert second.redirect_chain == [(address("line", line.reference), 302)]
    assert "You have signed this offer already." in words(second)
    assert line.total_cny == Decimal(3000)


def test_the_page_of_an_offer_says_that_it_was_taken(taken: Client, offer: Decision) -> None:
    page = words(taken.get(address("offer", offer.reference)))
    assert "Your line is ¥3,000.00" in page
    assert "is_read" not in page


def test_the_decision_leads_to_the_offer_and_then_to_the_line(offer: Decision, ada: User) -> None:
    client, place = signed_in(ada), address("decision", offer.reference)
    open_page = words(client.get(place))
    assert address("offer", offer.reference) in open_page
    assert "You owe nothing until you accept." in open_page
    client.post(address("offer", offer.reference), SIGNED)
    taken_page = words(client.get(place))
    assert f'href="{address("line", Line.objects.get().reference)}"' in taken_page
    assert address("offer", offer.reference) not in taken_page
    assert "You owe nothing until you accept." not in taken_page


def test_home_says_offered_before_and_no_more_apply_after(offer: Decision, ada: User) -> None:
    client = signed_in(ada)
    pages = [
        words(client.get(address("home"))),
        words(client.get(address("line", Line.objects.get().reference))),
    ]
    assert [page for page in pages if "offered to you" not in page or "available of" in page] == []
    client.post(address("offer", offer.reference), SIGNED)
    home = words(client.get(address("home")))
    assert "available of" in home
    assert f'href="{address("apply")}"' not in home


def test_the_choice_starts_at_what_was_asked_for(offer: Decision, ada: User) -> None:
    Line.objects.update(total_cny=Decimal(8000))
    asked = f"{Decimal(offer.request['amount_cny']):,.0f}"
    assert asked != "8,000"
    assert f'value="{asked}"' in words(signed_in(ada).get(address("offer", offer.reference)))


def test_an_offer_that_ended_unsigned_says_so(offer: Decision, ada: User) -> None:
    Line.objects.update(state=LineState.EXPIRED)
    client = signed_in(ada)
    assert "This offer is no longer open." in words(client.get(address("offer", offer.reference)))
    sent = client.post(address("offer", offer.reference), SIGNED, follow=True)
    assert "This offer is no longer open." in words(sent)
    assert Line.objects.get().state == LineState.EXPIRED
