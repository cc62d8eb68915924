"""What a line is made up of, as the page tells it."""

from decimal import Decimal

import pytest

from creditportal.portal.lines import describe_parts
from decisions.models import Line, LineState


def line(state: LineState) -> Line:
    return Line(state=state, total_cny=Decimal(20_000), drawn_cny=Decimal(0), annual_rate_pct=Decimal("14.6"))


def test_what_is_offered_was_not_taken_away() -> None:
    parts = describe_parts(line(LineState.OFFERED))
    assert (parts["available"], parts["reduced"]) == (Decimal(20_000), Decimal(0))


@pytest.mark.parametrize("state", LineState)
def test_the_parts_add_up_to_the_total(state: LineState) -> None:
    parts = describe_parts(line(state))
    assert sum(parts[name] for name in ("used", "on_hold", "reduced", "available")) == parts["total"]
