"""Confirming that a ruling took effect."""

from datetime import timedelta

import pytest

from accounts.models import User
from appeals.models import Appeal, Remedy
from notifications.models import Delivery
from tests.factories.appeals import find, in_review, verified
from tests.factories.decisions import NOW, sample_decision
from tests.people import acting
from tests.unit.staff.conftest import SitDown, send, text_of
from tests.unit.staff.test_ruling import ruling

pytestmark = pytest.mark.django_db


@pytest.fixture
def won(catalogues: None, ben: User, cleo: User, sit_down: SitDown) -> Appeal:
    """Ben's appeal, decided for him and being put into effect."""
    appeal = in_review(sample_decision("zhao_ming", user=ben), acting(ben), cleo)
    find(appeal, cleo, "U05", worst_dpd_24m=0, hard_inquiries_3m=1, active_lenders=2)
    verified(appeal, cleo)
    send(sit_down(cleo), appeal, "ruling", **ruling(appeal))
    appeal.refresh_from_db()
    return appeal


def test_the_remedy_has_a_page_with_its_own_clock(won: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    page = text_of(client.get(f"/staff/cases/{won.reference}/remedy/"))
    assert "In effect by" in page
    assert "on its way to the applicant" in page
    assert "Confirm that it took effect" not in page
    assert "putting the result into effect" in text_of(client.get(f"/staff/cases/{won.reference}/"))


def test_nothing_is_confirmed_before_the_letter_left(won: Appeal, dev: User, sit_down: SitDown) -> None:
    Delivery.objects.filter(message__about=won.reference).update(state="PENDING", sent_at=None)
    client = sit_down(dev)
    assert "Confirm that it took effect" in text_of(client.get(f"/staff/cases/{won.reference}/remedy/"))
    answer = send(client, won, "remedy/confirm")
    assert answer.status_code == 409
    assert "has not been written yet" in text_of(answer)
    won.refresh_from_db()
    assert won.status == "REMEDY"


def test_a_supervisor_confirms_once_everything_is_there(
    won: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    assert send(sit_down(cleo), won, "remedy/confirm").status_code == 403
    client = sit_down(dev)
    assert client.post(f"/staff/cases/{won.reference}/remedy/confirm/", {"version": "1"}).status_code == 409
    assert send(client, won, "remedy/confirm").status_code == 302
    won.refresh_from_db()
    assert (won.status, won.remedy.confirmed_by) == ("CLOSED", acting(dev).code)


def test_a_late_remedy_has_its_own_view(won: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    assert won.reference not in text_of(client.get("/staff/queue/?view=remedy_late"))
    Remedy.objects.update(due_on=(NOW - timedelta(days=3)).date())
    assert won.reference in text_of(client.get("/staff/queue/?view=remedy_late"))


def test_a_case_without_a_remedy_says_so(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(cleo).get(f"/staff/cases/{held.reference}/remedy/"))
    assert "There is nothing to put into effect in this case." in page
