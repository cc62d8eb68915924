"""What a line is made up of, as the page tells it."""

from decimal import Decimal

import pytest
from django.utils import translation

from accounts.models import User
from core.clock import now
from creditportal.portal.lines import describe_effects, describe_parts
from decisions.models import Line, LineState
from decisions.samples import play
from tests.factories.decisions import SAMPLES, sample_applicant
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, words


def line(state: LineState) -> Line:
    return Line(state=state, total_cny=Decimal(20_000), drawn_cny=Decimal(0), annual_rate_pct=Decimal("14.6"))


def test_what_is_offered_was_not_taken_away() -> None:
    parts = describe_parts(line(LineState.OFFERED))
    assert (parts["available"], parts["reduced"]) == (Decimal(20_000), Decimal(0))


@pytest.mark.parametrize("state", LineState)
def test_the_parts_add_up_to_the_total(state: LineState) -> None:
    parts = describe_parts(line(state))
    assert sum(parts[name] for name in ("used", "on_hold", "reduced", "available")) == parts["total"]


@pytest.mark.parametrize("state", [LineState.CLOSED, LineState.SUSPENDED])
def test_what_a_change_touches_and_what_goes_on(state: LineState) -> None:
    shut, borrowed = line(state), "What you have borrowed: the repayment plan goes on"
    with translation.override("en"):
        assert borrowed not in map(str, describe_effects(shut)["untouched"])
        shut.drawn_cny = Decimal(5_000)
        assert str(describe_effects(shut)["untouched"][0]) == borrowed
    assert len(describe_effects(shut)["affected"]) == 1
    assert describe_effects(line(LineState.ACTIVE)) == describe_effects(line(LineState.OFFERED)) == {}


@pytest.mark.django_db
def test_a_closed_line_is_called_closed_and_has_its_letter(catalogues: None, ada: User, dev: User) -> None:
    applicant = sample_applicant("zhang_wei", user=ada, now=now())
    closing = play(sample=SAMPLES["zhang_wei"], applicant=applicant, signer=dev, by=acting(ada), now=now())
    assert closing.line is not None
    page = words(signed_in(ada).get(address("line", closing.line.reference)))
    assert "We closed the line after an assessment." in page
    assert "We changed the line after an assessment." not in page
    assert "Borrowing from this line: not possible any more" in page
    assert address("notice", closing.reference, "en") in page
