"""A run over the book on the desk, in both languages, wide and narrow."""

import pytest

from accounts.models import User
from core.clock import now
from tests.factories.runs import begun_run, released, small_book, worked
from tests.journeys.visitor import DESK, PHONE, Visit
from tests.unit.staff.conftest import add_second_factor

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_braked_run_can_be_read_and_released(
    *, catalogues: None, visit: Visit, dev: User, pia: User, language: str, width: int
) -> None:
    small_book(now=now())
    run = released(worked(begun_run(now=now(), market="tight"), now=now()), pia, now=now())
    add_second_factor(dev)
    desk = visit(dev, language=language, width=width)
    for path in ("/staff/runs/", f"/staff/runs/{run.reference}/", "/staff/measures/"):
        desk.page.goto(f"{desk.site}{path}")
        desk.check()
