"""Who passes the staff door."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from appeals.models import Appeal
from core.clock import now
from creditportal.staff.access import renew_session
from tests.unit.staff.conftest import SitDown, add_second_factor

pytestmark = pytest.mark.django_db


def test_a_visitor_is_asked_to_sign_in() -> None:
    answer = Client().get("/staff/records/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/login/?next=/staff/records/"


def test_the_admin_sign_in_is_the_page_of_everybody() -> None:
    answer = Client().get("/staff/login/")
    assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["/staff/", "/staff/records/", "/staff/login/", "/staff/nothing/"])
def test_an_applicant_finds_nothing_here(ada: User, sit_down: SitDown, path: str) -> None:
    assert sit_down(ada).get(path).status_code == 404


def test_staff_without_a_second_factor_are_sent_to_set_it_up(cleo: User) -> None:
    client = Client()
    client.force_login(cleo)
    answer = client.get("/staff/records/")
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("mfa_index"))


def test_recovery_codes_alone_are_no_second_factor(cleo: User) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=cleo, type=Authenticator.Type.RECOVERY_CODES, data={})
    client = Client()
    client.force_login(cleo)
    assert client.get("/staff/records/").status_code == 302


def test_a_demonstration_may_do_without_and_says_so(cleo: User, settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False
    client = Client(headers={"accept-language": "en"})
    client.force_login(cleo)
    answer = client.get("/staff/records/")
    assert "Second factor switched off" in answer.content.decode()


def test_somebody_whose_account_was_closed_is_asked_to_sign_in(cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    User.objects.filter(pk=cleo.pk).update(is_active=False)
    assert client.get("/staff/records/").status_code == 302


def test_the_session_of_staff_is_short(cleo: User, sit_down: SitDown, settings: Any) -> None:
    client = sit_down(cleo)
    client.get("/staff/records/")
    assert client.session.get_expiry_age() == settings.STAFF_SESSION_SECONDS < settings.SESSION_COOKIE_AGE


def test_the_session_is_renewed_at_most_once_a_minute(rf: Any, cleo: User, sit_down: SitDown) -> None:
    request = rf.get("/staff/")
    request.session = sit_down(cleo).session
    start = now()
    renew_session(request, now=start)
    request.session.modified = False
    renew_session(request, now=start + timedelta(seconds=59))
    assert not request.session.modified
    renew_session(request, now=start + timedelta(seconds=61))
    assert request.session.modified


def test_an_open_page_alone_does_not_keep_the_session(appeal: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    client.get(f"/staff/cases/{appeal.reference}/")
    session = client.session
    session["staff_renewed_at"] = renewed = 1
    session.save()
    for ask in (client.get, client.post):
        where = "rerun" if ask == client.get else "here"
        assert ask(f"/staff/cases/{appeal.reference}/{where}/").status_code == 200
    assert client.session["staff_renewed_at"] == renewed
    assert client.get("/staff/stay/").status_code == 204
    assert client.session["staff_renewed_at"] > renewed


def test_what_was_typed_survives_the_end_of_the_session() -> None:
    answer = Client(headers={"accept-language": "en"}).post(
        "/staff/records/", {"note": "the payslips agree <b>"}, headers={"referer": "http://x/staff/records/"}
    )
    assert answer.status_code == 401
    page = answer.content.decode()
    assert "the payslips agree &lt;b&gt;" in page
    assert "next=/staff/records/" in page


def test_an_unknown_address_is_a_calm_page_for_staff(cleo: User, sit_down: SitDown) -> None:
    answer = sit_down(cleo).get("/staff/nothing/")
    assert answer.status_code == 404
    assert "Back to the desk" in answer.content.decode()


def test_a_second_factor_added_later_opens_the_door(cleo: User) -> None:
    client = Client()
    client.force_login(cleo)
    add_second_factor(cleo)
    assert client.get("/staff/records/").status_code == 200


@pytest.mark.parametrize("left", [None, "recovery_codes"])
def test_a_second_factor_that_is_removed_closes_the_door_at_once(
    cleo: User, sit_down: SitDown, left: str | None
) -> None:
    from allauth.mfa.models import Authenticator

    client = sit_down(cleo)
    assert client.get("/staff/records/").status_code == 200
    Authenticator.objects.filter(user=cleo).delete()
    if left:
        Authenticator.objects.create(user=cleo, type=left, data={})
    answer = client.get("/staff/records/")
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("mfa_index"))


def test_the_second_factor_costs_no_statement_of_its_own(
    cleo: User, sit_down: SitDown, django_assert_num_queries: Any
) -> None:
    client = sit_down(cleo)
    client.get("/staff/records/")
    # The session with its factors, then the person.
    with django_assert_num_queries(2):
        assert client.get("/staff/nothing/").status_code == 404
