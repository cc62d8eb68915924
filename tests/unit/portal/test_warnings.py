"""Warnings and measures: everything that changed or waits stands there, and nothing else does."""

from decimal import Decimal

import pytest

from accounts.models import User
from appeals.opening import open_appeal
from applicants.disputing import open_dispute
from core.clock import now
from decisions.measure_deciding import approve_measure, decline_measure
from decisions.measures import end
from decisions.models import Decision, Line, Measure
from decisions.samples import play
from decisions.warnings import look_at
from tests.factories.decisions import SAMPLES, sample_applicant, sample_decision
from tests.factories.warnings import DAY, holder, learn, shock
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
    assert "While you have a line we look every day" in page


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


def test_a_warning_says_what_changed_and_what_helps(catalogues: None, ada: User, dev: User) -> None:
    applicant = holder("hengxin", ada, dev, now=now() - DAY)
    shock(applicant, "hengxin_after_shock", now())
    look_at(keys=[applicant.pk], now=now())
    page = page_of(ada)
    assert QUIET not in page
    for said in (
        "Your score went from 806 to 691", "Please act on this",
        "Tax returns on time in a year went from 12 to 10",
        "File it, then send us the tax authority", "If repaying is hard",
    ):  # fmt: skip
        assert said in page
    assert "A new repayment plan" not in page


def announced_cut(ada: User, dev: User) -> Measure:
    """Hengxin's line is to be cut: the milder measures were declined, this one is signed."""
    applicant = holder("hengxin", ada, dev, now=now() - DAY)
    shock(applicant, "hengxin_after_shock", now())
    look_at(keys=[applicant.pk], now=now())
    while (measure := Measure.objects.get(state="proposed")).code != "M4":
        decline_measure(
            measure=measure, reason="r", wants_next=True, expected_version=measure.version, by=acting(dev),
            now=now(),
        )  # fmt: skip
    return approve_measure(
        measure=measure, reason="r", expected_version=measure.version, by=acting(dev), now=now()
    )


def test_an_announced_cut_has_its_day_and_the_way_to_appeal(catalogues: None, ada: User, dev: User) -> None:
    taken = announced_cut(ada, dev)
    assert taken.decision is not None
    assert taken.effective_on is not None
    page = page_of(ada)
    for said in (
        "A smaller unused part",
        "Takes effect on",
        f"{taken.effective_on.day} ",
        "this does not happen",
    ):
        assert said in page
    assert page.count(address("start_appeal", taken.decision.reference)) == 1


def test_what_was_announced_and_taken_back_is_no_change(catalogues: None, ada: User, dev: User) -> None:
    taken = announced_cut(ada, dev)
    end(measure=taken, cause="CURED", now=now())
    assert Decision.objects.filter(supersedes=taken.decision).exists()
    page = page_of(ada)
    assert "A smaller unused part" in page
    assert "withdrawn" in page
    assert "What we changed on your line" not in page


def test_others_see_nothing_of_it(catalogues: None, ada: User, ben: User, dev: User) -> None:
    applicant = holder("wang_fang", ada, dev, now=now() - DAY)
    learn(applicant, now(), current_overdue_days=3)
    look_at(keys=[applicant.pk], now=now())
    sample_applicant("li_na", user=ben, now=now())
    assert "A repayment is a few days late" in page_of(ada)
    assert QUIET in page_of(ben)
