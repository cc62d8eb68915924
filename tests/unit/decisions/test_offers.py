"""Offers: what they cost is exact, they can be taken smaller, and only with a signature that is kept."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from audit.queries import list_events
from core.errors import InputError
from decisions.models import Decision, Line, LineState
from decisions.offers import (
    NotSignedError,
    OfferGoneError,
    accept_offer,
    offer_terms,
    quote,
    repaid_early,
)
from decisions.typed_amounts import read_amount
from notifications.kinds import Kind
from notifications.letters import read_letter
from notifications.models import Letter
from tests.factories.decisions import NOW, sample_decision
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


@pytest.fixture
def offer(ada: User) -> Decision:
    """An offer of 5,000 that waits for Ada."""
    return sample_decision("chen_jing_after", user=ada)


def line_of(offer: Decision) -> Line:
    assert offer.line is not None
    return Line.objects.select_related("applicant").get(pk=offer.line.pk)


def take(offer: Decision, ada: User, **changes: Any) -> Letter:
    terms = {"amount_cny": "3,000", "term": "12", "method": "equal_instalment", "is_read": True, **changes}
    return accept_offer(line=line_of(offer), decision=offer, by=acting(ada), now=NOW, **terms)


def test_a_smaller_amount_makes_a_smaller_line(offer: Decision, ada: User) -> None:
    take(offer, ada)
    assert (line_of(offer).state, line_of(offer).total_cny) == (LineState.ACTIVE, Decimal(3000))


def test_nothing_is_taken_without_a_signature(offer: Decision, ada: User) -> None:
    with pytest.raises(NotSignedError):
        take(offer, ada, is_read=False)
    assert line_of(offer).state == LineState.OFFERED


def test_the_signed_sheet_is_kept_in_both_languages(offer: Decision, ada: User) -> None:
    letter = take(offer, ada)
    assert letter.signed_by == acting(ada).code
    for language in ("en", "zh-hans"):
        table = next(part["table"] for part in read_letter(letter, language)["parts"] if part["table"])
        assert len(table["rows"]) == 12
    assert "cost-sheet:signed" in [event.verb for event in list_events(letter.about)]


def test_signing_twice_is_signing_once(offer: Decision, ada: User) -> None:
    assert take(offer, ada).pk == take(offer, ada).pk
    message = offer.applicant.messages.get(kind=Kind.OFFER_SIGNED)
    assert message.about == line_of(offer).reference
    assert message.about in message.body_text


def test_the_amount_asked_for_is_where_the_choice_starts(offer: Decision) -> None:
    line = line_of(offer)
    assert offer_terms(decision=offer, line=line).asked_cny == min(
        Decimal(offer.request["amount_cny"]), line.total_cny
    )
    offer.request = {**offer.request, "amount_cny": "1000.50"}
    assert offer_terms(decision=offer, line=line).asked_cny == Decimal("1000.50")
    offer.request = {**offer.request, "amount_cny": "9000"}
    assert offer_terms(decision=offer, line=line).asked_cny == Decimal(5000)


def test_an_offer_that_is_gone_is_not_taken(offer: Decision, ada: User) -> None:
    Line.objects.filter(pk=line_of(offer).pk).update(state=LineState.EXPIRED)
    with pytest.raises(OfferGoneError):
        take(offer, ada)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_cny": "5001"}, "amount_cny"), ({"amount_cny": "1"}, "amount_cny"),
        ({"amount_cny": ""}, "amount_cny"), ({"amount_cny": "\u202e3000x"}, "amount_cny"),
        ({"term": "7"}, "term"), ({"method": "revolving"}, "method"),
    ],
)  # fmt: skip
def test_what_the_offer_does_not_allow_is_told(offer: Decision, changes: dict[str, str], field: str) -> None:
    terms = {"amount_cny": "3000", "term": "12", "method": "equal_instalment", **changes}
    with pytest.raises(InputError) as caught:
        quote(terms=offer_terms(decision=offer, line=line_of(offer)), **terms)
    assert list(caught.value.fields) == [field]


def test_the_cost_adds_up(offer: Decision) -> None:
    terms = offer_terms(decision=offer, line=line_of(offer))
    sheet = quote(terms=terms, amount_cny="\uff13\uff10\uff10\uff10", term="12", method="equal_instalment")
    assert sum(one.principal for one in sheet.instalments) == 3000
    assert sheet.total == 3000 + sheet.total_interest


@pytest.mark.parametrize(
    "typed", ["5,000.555", "1e4", "1_000", "\u06f3\u06f0\u06f0\u06f0", "9" * 41, "--5", "\x00"]
)
def test_an_amount_that_would_have_to_be_guessed_is_not_read(typed: str) -> None:
    assert read_amount(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "3,000.50",
        "\uff13\uff10\uff10\uff10\uff0e\uff15 \u5143",
        " \uffe53 000.50 ",
        "\u200f3000.50\u5143\u200e",
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str) -> None:
    assert read_amount(typed) == Decimal("3000.50")


def test_who_repays_early_pays_interest_for_the_days_alone(offer: Decision) -> None:
    terms = replace(
        offer_terms(decision=offer, line=line_of(offer)), annual_rate_pct=Decimal("18.25"), day_count=365
    )
    sheet = quote(terms=terms, amount_cny="5,000", term="12", method="equal_instalment")
    assert repaid_early(terms=terms, sheet=sheet) == Decimal("25.00")
