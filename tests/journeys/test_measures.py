"""Measures on lines at the desk, in both languages, wide and narrow."""

import pytest

from accounts.models import User
from accounts.roles import Role
from appeals.screening import screen
from core.clock import now
from tests.factories.appeals import closed_line, sent
from tests.factories.runs import begun_run, small_book, worked
from tests.journeys.visitor import PHONE, Visit
from tests.people import acting, person
from tests.unit.staff.conftest import add_second_factor
from tests.unit.staff.test_measures import replaced

pytestmark = [pytest.mark.journey, pytest.mark.slow]
WIDE = 1280


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_measures_can_be_read(*, visit: Visit, ada: User, dev: User, language: str, width: int) -> None:
    desk = visit(_reader(), language=language, width=width)
    desk.go("/staff/measures/").keep(f"measures_empty.{language}.{width}")
    replaced(*[60] * 12, *[35] * 11, *[90] * 2)
    closed_line(dev, key="zhao_ming")
    appeal = sent(closed_line(dev, ada), acting(ada))
    screen(appeal, now())
    small_book(now=now())
    worked(begun_run(now=now(), market="tight"), now=now())
    desk.go("/staff/measures/")
    desk.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    desk.check().reads("The brake holds a run over the book.").shows(appeal.reference)
    desk.keep(f"measures.{language}.{width}")


def _reader() -> User:
    user = person("Sue", Role.SUPERVISOR)
    add_second_factor(user)
    return user
