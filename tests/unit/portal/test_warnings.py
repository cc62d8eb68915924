"""Warnings and measures: everything that changed or waits stands there, and nothing else does."""

from decimal import Decimal

import pytest

from accounts.models import User
from appeals.opening import open_appeal
from applicants.disputing import open_dispute
from core.clock import now
from decisions.models import Decision, Line
from decisions.samples import play
from tests.factories.decisions import SAMPLES, sample_applicant, sample_decision
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = pytest.mark.django_db
QUIET = "There are no warnings"


def page_of(user: User) -> str:
    """What the page says."""
    return words(signed_in(user).get(address("warnings")))


def test_nothing_is_said_to_be_nothing(declined: Decision, ada: User) -> None:
    page = page_of(ada)
    assert QUIET in page
    assert "We compute no early warnings" in page


def test_a_closed_line_can_be_objected_to(catalogues: None, ada: User, dev: User) -> None:
    applicant = sample_applicant("zhang_wei", user=ada, now=now())
    closing = play(sample=SAMPLES["zhang_wei"], applicant=applicant, signer=dev, by=acting(ada), now=now())
    page = page_of(ada)
    assert QUIET not in page
    assert address("decision", closing.reference) in page
    assert address("start_appeal", closing.reference) in page
    assert "reduced" in page
    appeal = open_appeal(decision=closing, by=acting(ada), now=now())
    assert address("appeal", appeal.reference) in page_of(ada)


def test_a_part_on_hold_is_named(catalogues: None, ada: User, dev: User) -> None:
    applicant = sample_applicant("wang_fang", user=ada, now=now())
    play(sample=SAMPLES["wang_fang"], applicant=applicant, signer=dev, by=acting(ada), now=now())
    Line.objects.update(on_hold_cny=Decimal(500))
    assert "\u00a5500 on hold" in page_of(ada)


def test_what_waits_and_what_is_checked(catalogues: None, ada: User, ben: User) -> None:
    waiting = sample_decision("loan_broker", user=ada, now=now())
    assert address("decision", waiting.reference) in page_of(ada)
    checked = sample_decision("li_na", user=ben, now=now())
    dispute = open_dispute(
        applicant=checked.applicant,
        characteristic="hard_inquiries_3m",
        claim="one",
        by=acting(ben),
        now=now(),
    )
    assert address("dispute", dispute.reference) in page_of(ben)
