"""What happens to everybody: two tabs, the back button, a session that ended, a clock in another zone."""

import pytest
from django.urls import reverse

from accounts.models import Session, User
from appeals.models import Appeal, AppealStatus
from appeals.opening import open_appeal, save_grounds
from core.clock import now
from tests.factories.decisions import sample_decision
from tests.journeys.visitor import PHONE, Visit
from tests.people import acting

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PASSWORD = "quiet-harbour-42"
WORDS = "My hours grew in spring. \U0001f600"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])


@pytest.fixture
def begun(catalogues: None, transactional_db: None, ada: User) -> Appeal:
    """A draft of Ada's that contests one reason."""
    appeal = open_appeal(decision=sample_decision("li_na", user=ada, now=now()), by=acting(ada), now=now())
    grounds = {"U02": ("WRONG", "as I said")}
    return save_grounds(appeal=appeal, grounds=grounds, expected_version=0, by=acting(ada), now=now())


@SCRIPTS
def test_two_tabs(visit: Visit, ada: User, begun: Appeal, scripts: bool) -> None:
    place = reverse("portal:appeal_statement", args=[begun.reference])
    one, other = (visit(ada, scripts=scripts, width=PHONE).go(place) for _ in range(2))
    one.page.locator("#id_statement").fill("The first words.")
    one.press("Save and continue")
    other.page.locator("#id_statement").fill(WORDS)
    other.press("Save and continue")
    assert other.page.locator("#id_statement").input_value() == WORDS
    begun.refresh_from_db()
    assert begun.statement == "The first words."
    other.press("Save and continue")
    begun.refresh_from_db()
    assert begun.statement == WORDS


@SCRIPTS
def test_the_back_button_after_sending(visit: Visit, ada: User, begun: Appeal, scripts: bool) -> None:
    visitor = visit(ada, scripts=scripts)
    visitor.go(reverse("portal:appeal_check", args=[begun.reference])).press("Send my appeal")
    visitor.page.go_back()
    again = visitor.find("Send my appeal")
    if again.count():
        visitor.press("Send my appeal")
    begun.refresh_from_db()
    assert begun.status == AppealStatus.SUBMITTED
    assert begun.events.filter(event="submit").count() <= 1
    assert begun.reference in visitor.text


@SCRIPTS
def test_a_session_that_ended_loses_nothing(visit: Visit, ada: User, begun: Appeal, scripts: bool) -> None:
    ada.set_password(PASSWORD)
    ada.save()
    visitor = visit(ada, scripts=scripts, language="zh-hans")
    visitor.go(reverse("portal:appeal_statement", args=[begun.reference]))
    visitor.page.locator("#id_statement").fill(WORDS)
    Session.objects.all().delete()
    visitor.press("Save and continue")
    visitor.page.locator("#id_login").fill(ada.email)
    visitor.page.locator("#id_password").fill(PASSWORD)
    visitor.press("Sign in")
    assert visitor.page.locator("#id_statement").input_value() == WORDS


def test_a_clock_in_another_zone_shows_the_same_days(visit: Visit, ada: User, begun: Appeal) -> None:
    texts = []
    for zone in ("Asia/Shanghai", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
        visitor = visit(ada, zone=zone)
        visitor.go(reverse("portal:decision", args=[begun.decision.reference]))
        texts.append(visitor.text)
        visitor.go(reverse("portal:appeal", args=[begun.reference]))
        texts[-1] += visitor.text
    assert texts[0] == texts[1] == texts[2]
    assert "2026" in texts[0] or "2027" in texts[0]
