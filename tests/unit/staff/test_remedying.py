"""Confirming that a ruling took effect."""

import re
from datetime import date, timedelta

import pytest

from accounts.actors import SITE, Actor
from accounts.clients import create_client
from accounts.models import User
from accounts.roles import Scope
from appeals.models import Appeal, Remedy
from notifications.models import Delivery
from tests.factories.decisions import NOW
from tests.people import acting
from tests.unit.staff.conftest import SitDown, send, text_of

pytestmark = pytest.mark.django_db


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
    page = text_of(sit_down(cleo).get(f"/staff/cases/{won.reference}/remedy/"))
    assert re.search(r"<dt>Confirmed</dt><dd>Dev \u00b7 20 Nov 2026", page)


@pytest.mark.parametrize(
    ("by", "effective_on", "words"),
    [
        (SITE, None, ("by our own books",)),
        (
            Actor.for_client("north", ["appeals:write"]), date(2026, 11, 19),
            ("API client North Bank", "In effect in the partner's books since 19 Nov 2026", ">BK-7<"),
        ),
    ],
)  # fmt: skip
def test_who_else_confirmed_is_named(
    *,
    won: Appeal,
    cleo: User,
    sit_down: SitDown,
    by: Actor,
    effective_on: date | None,
    words: tuple[str, ...],
) -> None:
    create_client(
        name="North Bank", scopes=[Scope.APPEALS_WRITE], client_id="north", secret="x" * 40, by=SITE, now=NOW
    )
    Remedy.objects.update(confirmed_at=NOW, confirmed_by=by.code, effective_on=effective_on, booked_as="BK-7")
    page = text_of(sit_down(cleo).get(f"/staff/cases/{won.reference}/remedy/"))
    assert all(one in page.replace("&#x27;", "'") for one in words)


def test_a_late_remedy_has_its_own_view(won: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    assert won.reference not in text_of(client.get("/staff/queue/?view=remedy_late"))
    Remedy.objects.update(due_on=(NOW - timedelta(days=3)).date())
    assert won.reference in text_of(client.get("/staff/queue/?view=remedy_late"))


def test_a_case_without_a_remedy_says_so(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(cleo).get(f"/staff/cases/{held.reference}/remedy/"))
    assert "There is nothing to put into effect in this case." in page
