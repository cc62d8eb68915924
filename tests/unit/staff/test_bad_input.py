"""Bad input at the desk: each has a clear message and the right status, and nothing is half done."""

import pytest
from django.db.models import ProtectedError

from accounts.models import User
from accounts.roles import Role
from appeals.claiming import MOST_AT_ONCE, assign_appeal, assign_many, lapse_claims
from appeals.models import Appeal, InternalNote
from appeals.withdrawing import withdraw_appeal
from core.errors import InputError
from tests.factories.appeals import closed_line, queued
from tests.factories.decisions import NOW
from tests.people import acting, person
from tests.unit.staff.conftest import SitDown, send, text_of

pytestmark = pytest.mark.django_db
HOSTILE = "'; DROP TABLE appeals_appeal; -- <script>alert(1)</script> {{ 7*7 }} %s \u202e"


def test_an_illegal_transition_says_where_the_case_stands(
    appeal: Appeal, ada: User, cleo: User, sit_down: SitDown
) -> None:
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)
    answer = send(sit_down(cleo), appeal, "claim")
    assert answer.status_code == 409
    assert "This cannot be done now." in text_of(answer)
    appeal.refresh_from_db()
    assert (appeal.status, appeal.claimed_by) == ("WITHDRAWN", None)


def test_whose_case_was_withdrawn_meanwhile_is_told_that_it_changed(
    held: Appeal, ada: User, cleo: User, sit_down: SitDown
) -> None:
    seen = held.version
    withdraw_appeal(appeal=held, expected_version=seen, by=acting(ada), now=NOW)
    typed = {"version": seen, "note": "For Carl"}
    answer = sit_down(cleo).post(f"/staff/cases/{held.reference}/release/", typed)
    assert answer.status_code == 409
    assert ("Somebody was quicker" in text_of(answer), "For Carl" in text_of(answer)) == (True, True)
    assert "Withdrawn" in text_of(answer)


def test_a_self_review_is_refused_with_the_reason(catalogues: None, ada: User, sit_down: SitDown) -> None:
    boss = person("Boss", Role.SUPERVISOR)
    appeal = queued(closed_line(boss, ada), acting(ada))
    answer = send(sit_down(boss), appeal, "claim")
    assert answer.status_code == 403
    assert "took part" in text_of(answer)
    appeal.refresh_from_db()
    assert appeal.claimed_by is None


def test_ones_own_appeal_is_not_found_at_the_desk(appeal: Appeal, ada: User, sit_down: SitDown) -> None:
    User.objects.filter(pk=ada.pk).update(role=Role.CASEWORKER.value)
    ada.refresh_from_db()
    assert sit_down(ada).get(f"/staff/cases/{appeal.reference}/").status_code == 404
    assert send(sit_down(ada), appeal, "claim").status_code == 404


def test_sql_and_html_in_a_note_are_words(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    assert send(client, held, "note", text=HOSTILE).status_code == 302
    # What would turn the words around it is no word.
    assert InternalNote.objects.get().text == HOSTILE.removesuffix(" \u202e")
    page = text_of(client.get(f"/staff/cases/{held.reference}/"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in page
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_000, "a\x00b"])
def test_a_note_that_cannot_be_kept_is_explained(
    held: Appeal, cleo: User, sit_down: SitDown, text: str
) -> None:
    answer = send(sit_down(cleo), held, "note", text=text)
    assert answer.status_code == 400
    assert not InternalNote.objects.exists()


def test_an_oversize_bulk_order_moves_nothing(
    appeal: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    typed = {"case": [appeal.reference] * (MOST_AT_ONCE + 1), "to": str(cleo.pk)}
    answer = sit_down(dev).post("/staff/queue/assign/", typed)
    assert answer.status_code == 400
    assert "At most 50 cases can be given at once." in text_of(answer)
    with pytest.raises(InputError):
        assign_many(appeals=[appeal] * (MOST_AT_ONCE + 1), to=cleo, by=acting(dev), now=NOW)
    appeal.refresh_from_db()
    assert appeal.status == "QUEUED"


def test_so_many_chosen_cases_are_kept_and_given_part_by_part(
    appeal: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    visitor, place = sit_down(dev), "/staff/queue/assign/"
    others = [f"AP-{number:04d}-0000" for number in range(1_999)]
    answer = visitor.post(place, {"case": [appeal.reference, *others], "to": str(cleo.pk)})
    assert answer.status_code == 400
    assert "At most 50 cases can be given at once." in text_of(answer)
    assert (len(answer.context["first"]), len(answer.context["later"])) == (50, 1_950)
    answer = visitor.post(
        place, {"case": [appeal.reference], "later": "AP-1998-0000 AP-1999-0000", "to": str(cleo.pk)}
    )
    assert (answer.status_code, answer.context["first"]) == (200, ["AP-1998-0000", "AP-1999-0000"])
    appeal.refresh_from_db()
    assert appeal.claimed_by == cleo


def test_chosen_cases_are_kept_where_no_colleague_was_chosen(
    appeal: Appeal, dev: User, sit_down: SitDown
) -> None:
    answer = sit_down(dev).post("/staff/queue/assign/", {"case": [appeal.reference]})
    assert (answer.status_code, answer.context["first"]) == (400, [appeal.reference])


def test_an_account_with_open_work_is_closed_and_never_deleted(
    held: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    with pytest.raises(ProtectedError):
        cleo.delete()
    User.objects.filter(pk=cleo.pk).update(is_active=False)
    assert lapse_claims(NOW) == 1
    held.refresh_from_db()
    assert (held.status, held.claimed_by) == ("QUEUED", None)
    assert held.reference in text_of(sit_down(dev).get("/staff/queue/?view=unclaimed"))


def test_a_case_is_not_given_to_a_closed_account(
    appeal: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    User.objects.filter(pk=cleo.pk).update(is_active=False)
    assert send(sit_down(dev), appeal, "assign", to=str(cleo.pk)).status_code == 400
    cleo.refresh_from_db()
    with pytest.raises(InputError):
        assign_appeal(appeal=appeal, to=cleo, by=acting(dev), now=NOW)
