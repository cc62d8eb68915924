"""Sharing work: one case, several, a whole desk; and what narrows the queue."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from appeals.claiming import lapse_claims
from appeals.models import Appeal
from audit.queries import list_events
from outbox.models import Outbox
from tests.factories.appeals import queued
from tests.factories.decisions import NOW, sample_decision
from tests.people import acting, person
from tests.unit.staff.conftest import SitDown, send, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(appeal: Appeal, ben: User) -> Appeal:
    """Ben's appeal, waiting beside Ada's."""
    return queued(sample_decision("zhao_ming", user=ben), acting(ben))


def test_chosen_cases_go_to_a_colleague_each_with_its_entry(
    appeal: Appeal, other: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    client = sit_down(dev)
    assert "Give the chosen cases to" in text_of(client.get("/staff/queue/?view=unclaimed"))
    typed = {"case": [appeal.reference, other.reference], "to": str(cleo.pk)}
    page = text_of(client.post("/staff/queue/assign/", typed, follow=True))
    assert "2 cases moved." in page
    for case in (appeal, other):
        case.refresh_from_db()
        assert case.claimed_by == cleo
        assert "appeal:assigned" in [entry.verb for entry in list_events(case.reference)]


def test_whoever_gave_cases_away_is_back_in_the_same_view(
    appeal: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    typed, view = {"case": [appeal.reference], "to": str(cleo.pk)}, "/staff/queue/?view=unclaimed&urgent=on"
    client = sit_down(dev)
    answer = client.post("/staff/queue/assign/", typed, headers={"referer": f"http://testserver{view}"})
    assert answer.headers["Location"] == view
    elsewhere = {"referer": "https://elsewhere.example.test/staff/desks/?view=all"}
    answer = client.post("/staff/queue/assign/", typed, headers=elsewhere)
    assert answer.headers["Location"] == "/staff/queue/"


def test_what_cannot_be_given_is_named_with_why(
    appeal: Appeal, other: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    send(sit_down(cleo), appeal, "step-back", reason="A neighbour.")
    typed = {"case": [appeal.reference, other.reference], "to": str(cleo.pk)}
    client = sit_down(dev)
    page = text_of(client.post("/staff/queue/assign/", typed, follow=True))
    assert "1 case moved." in page
    assert f"{appeal.reference}: This colleague took part" in page
    client.cookies["language"] = "zh-hans"
    assert f"{appeal.reference}\uff1a" in text_of(client.post("/staff/queue/assign/", typed, follow=True))


@pytest.mark.parametrize("typed", [{}, {"case": ["AP-1"]}, {"to": "1"}, {"case": ["AP-1"] * 51, "to": "1"}])
def test_an_order_that_makes_no_sense_is_refused_calmly(
    dev: User, sit_down: SitDown, typed: dict[str, Any]
) -> None:
    assert sit_down(dev).post("/staff/queue/assign/", typed).status_code == 400


def test_a_caseworker_cannot_give_cases_away(appeal: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    assert "Give the chosen cases to" not in text_of(client.get("/staff/queue/?view=unclaimed"))
    assert send(client, appeal, "assign", to=str(cleo.pk)).status_code == 403


def test_one_case_is_given_from_its_page(appeal: Appeal, cleo: User, dev: User, sit_down: SitDown) -> None:
    client = sit_down(dev)
    assert send(client, appeal, "assign", to="").status_code == 400
    assert send(client, appeal, "assign", to=str(cleo.pk)).status_code == 302
    appeal.refresh_from_db()
    assert appeal.claimed_by == cleo


def test_a_whole_desk_goes_to_a_colleague_even_of_somebody_who_left(
    held: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    User.objects.filter(pk=cleo.pk).update(is_active=False)
    carl = person("Carl", Role.CASEWORKER)
    client = sit_down(dev)
    assert "account closed" in text_of(client.get("/staff/desks/"))
    same = {"desk": str(cleo.pk), "to": str(cleo.pk)}
    assert client.post("/staff/desks/", same).status_code == 400
    client.post("/staff/desks/", {"desk": str(cleo.pk), "to": str(carl.pk)})
    held.refresh_from_db()
    assert held.claimed_by == carl


def test_the_desk_of_somebody_who_may_not_review_any_more_is_not_forgotten(
    held: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    client, typed = sit_down(dev), {"display_name": "Cleo", "role": Role.AUDITOR.value, "is_active": "on"}
    page = text_of(client.post(f"/staff/accounts/user/{cleo.pk}/change/", typed, follow=True))
    assert "1 case is still on this desk." in page
    page = text_of(client.get("/staff/desks/"))
    assert "reviews no more" in page
    assert [part.count(f'value="{cleo.pk}"') for part in page.split('name="to"')] == [1, 0]
    assert lapse_claims(NOW) == 1
    held.refresh_from_db()
    assert (held.status, held.claimed_by) == ("QUEUED", None)


def test_a_desk_is_not_handed_to_somebody_who_left(
    held: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    User.objects.filter(pk=cleo.pk).update(is_active=False)
    client = sit_down(dev)
    page = text_of(client.get("/staff/desks/"))
    assert [part.count(f'value="{cleo.pk}"') for part in page.split('name="to"')] == [1, 0]
    assert client.post("/staff/desks/", {"desk": str(dev.pk), "to": str(cleo.pk)}).status_code == 400


def test_a_desk_can_be_emptied_into_the_queue(held: Appeal, cleo: User, dev: User, sit_down: SitDown) -> None:
    sit_down(dev).post("/staff/desks/", {"desk": str(cleo.pk), "to": ""})
    held.refresh_from_db()
    assert held.status == "QUEUED"


def test_filters_narrow_and_say_when_nothing_fits(
    appeal: Appeal, other: Appeal, cleo: User, sit_down: SitDown
) -> None:
    client = sit_down(cleo)
    page = text_of(client.get("/staff/queue/?view=unclaimed&reason=u05"))
    assert other.reference in page
    assert appeal.reference not in page
    assert re.search(r'<option value="U05" selected>U05 [^<]+</option>', page)
    assert "No case of this view fits" in text_of(client.get("/staff/queue/?view=unclaimed&urgent=on"))
    assert client.get("/staff/queue/?view=unclaimed&product=nothing").status_code == 200


def test_a_step_that_gave_up_puts_the_case_among_the_silent_failures(
    appeal: Appeal, cleo: User, sit_down: SitDown
) -> None:
    client = sit_down(cleo)
    assert appeal.reference not in text_of(client.get("/staff/queue/?view=failures"))
    Outbox.objects.create(
        kind="RERUN_APPEAL", subject=appeal.reference, key="x", state="DEAD", next_at=NOW, created_at=NOW
    )
    assert appeal.reference in text_of(client.get("/staff/queue/?view=failures"))


def test_the_list_itself_costs_at_most_five_queries(
    appeal: Appeal, other: Appeal, cleo: User, sit_down: SitDown
) -> None:
    client = sit_down(cleo)
    client.get("/staff/queue/?view=all")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert text_of(client.get("/staff/queue/?view=all")).count('class="case"') == 2
    about_the_visit = ("accounts_session", 'accounts_user"."id" = ', "mfa_authenticator")
    mine = [one["sql"] for one in asked if not any(words in one["sql"][-400:] for words in about_the_visit)]
    assert len(mine) <= 5, mine
