"""Measures on lines at the desk, in both languages, wide and narrow."""

import pytest

from accounts.models import User
from accounts.roles import Role
from appeals.screening import screen
from core.clock import now
from core.identity import today_in_china
from decisions.models import Measure
from decisions.warning_sweeps import begin_sweep, look_at_part
from tests.factories.appeals import closed_line, sent
from tests.factories.runs import begun_run, small_book, worked
from tests.factories.warnings import DAY, holder, shock
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


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_cut_is_signed_on_the_desk_and_announced(
    *, visit: Visit, ada: User, dev: User, language: str, width: int
) -> None:
    applicant = holder("hengxin", ada, dev, now=now() - DAY)
    shock(applicant, "hengxin_after_shock", now())
    begin_sweep(now=now())
    look_at_part(day=today_in_china(now()).isoformat(), now=now())
    desk = visit(_reader(), language=language, width=width)
    desk.go("/staff/measures/").shows("M3").check().keep(f"measures_pending.{language}.{width}")
    desk.follow(f"a[href*='{Measure.objects.get(state='proposed').reference}']")
    say = desk.say
    desk.page.locator("details summary").last.click()
    desk.page.locator("#decline-reason").fill("not now")
    desk.page.locator("#decline-wants_next").check()
    desk.check().keep(f"measure_open.{language}.{width}")
    desk.press("Do not take it")
    desk.shows("M4").page.locator("#approve-reason").fill("their figures fell")
    desk.check().keep(f"measure.{language}.{width}")
    desk.press("Sign the measure")
    desk.check().reads("The measure is taken.").keep(f"measure_taken.{language}.{width}")
    measure = Measure.objects.get(code="M4")
    assert (say("Takes effect on") in desk.text, measure.state) == (True, "noticed")
    owner = visit(ada, language=language, width=width)
    owner.go("/warnings/").check().shows("806", "691").keep(f"warnings.{language}.{width}")
    assert measure.decision is not None
    owner.go(f"/decisions/{measure.decision.reference}/").check().keep(f"announced.{language}.{width}")
