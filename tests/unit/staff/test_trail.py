"""Reading the audit at the desk."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import translation

from accounts.models import User
from appeals.models import Appeal
from applicants.copying import ask_for_copy
from applicants.disputing import open_dispute
from applicants.models import DataRequest, Dispute
from audit.queries import list_events
from audit.verbs import Verb
from creditportal.staff.deeds import DEEDS
from creditportal.staff.templatetags.desk import briefly, counted, deed
from evidence.models import Document
from tests.factories.decisions import NOW
from tests.people import acting
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = pytest.mark.django_db


def test_the_newest_events_come_first_with_names(held: Appeal, dev: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(dev).get("/staff/audit/"))
    assert page.index("document:stored") < page.index("appeal:claimed") < page.index("appeal:submitted")
    assert "Cleo" in page


def test_a_reference_leads_to_its_chain(held: Appeal, dev: User, sit_down: SitDown) -> None:
    answer = sit_down(dev).get(f"/staff/audit/?subject={held.reference.lower()}")
    assert answer.headers["Location"] == f"/staff/audit/{held.reference}/"


def test_the_chain_of_a_case_is_recomputed(held: Appeal, dev: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(dev).get(f"/staff/audit/{held.reference}/"))
    assert "The chain holds." in page
    assert "appeal:submitted" in page


def test_an_altered_event_is_named(held: Appeal, dev: User, sit_down: SitDown) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE audit_event SET actor = 'user:1' WHERE subject = %s AND seq = 2", [held.reference]
        )
    assert "The chain is broken at place 2." in text_of(sit_down(dev).get(f"/staff/audit/{held.reference}/"))


def test_a_cut_chain_is_noticed(held: Appeal, dev: User, sit_down: SitDown) -> None:
    last = "SELECT id FROM audit_event WHERE subject = %s ORDER BY seq DESC LIMIT 1"
    place = len(list_events(held.reference))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, key in (("audit_leaf", "event_id"), ("audit_salt", "event_id"), ("audit_event", "id")):
            cursor.execute(f"DELETE FROM {table} WHERE {key} = ({last})", [held.reference])
    page = text_of(sit_down(dev).get(f"/staff/audit/{held.reference}/"))
    assert f"The chain is broken at place {place}." in page


def test_who_saw_what_stands_with_the_applicant(
    held: Appeal, cleo: User, aud: User, sit_down: SitDown
) -> None:
    document = Document.objects.get()
    sit_down(cleo).get(f"/staff/papers/{document.reference}/")
    page = text_of(sit_down(aud).get(f"/staff/audit/{held.applicant.reference}/"))
    assert "Who looked" in page
    assert document.reference in page
    assert "Who looked" not in text_of(sit_down(aud).get(f"/staff/audit/{held.reference}/"))


def test_requests_about_data_have_their_clocks(
    held: Appeal, ada: User, aud: User, cleo: User, sit_down: SitDown
) -> None:
    client = sit_down(aud)
    assert "Nobody has asked" in text_of(client.get("/staff/audit/requests/"))
    asked = ask_for_copy(applicant=held.applicant, by=acting(ada), now=NOW)
    page = text_of(client.get("/staff/audit/requests/"))
    assert (asked.reference in page, "overdue" in page) == (True, False)
    for where in re.findall(r'<th scope="row".*?</tr>', client.get("/staff/audit/requests/").text, re.DOTALL):
        for address in re.findall(r'href="([^"]+)"', where):
            assert client.get(address).status_code == 200, address
    DataRequest.objects.update(due_on=(NOW - timedelta(days=2)).date())
    assert "overdue" in text_of(client.get("/staff/audit/requests/"))
    assert held.applicant.name not in page
    assert sit_down(cleo).get("/staff/audit/requests/").status_code == 403


def test_corrections_have_their_clocks_too(held: Appeal, ada: User, aud: User, sit_down: SitDown) -> None:
    client = sit_down(aud)
    assert "Nobody has asked for a correction yet." in text_of(client.get("/staff/audit/requests/"))
    asked = open_dispute(
        applicant=held.applicant, characteristic="worst_dpd_24m", claim="Never late.", by=acting(ada), now=NOW
    )  # fmt: skip
    page = text_of(client.get("/staff/audit/requests/"))
    assert (asked.reference in page, "overdue" in page, "Never late." in page) == (True, False, False)
    Dispute.objects.update(due_on=(NOW - timedelta(days=2)).date())
    assert "overdue" in text_of(client.get("/staff/audit/requests/"))
    assert asked.reference not in text_of(client.get(f"/staff/audit/requests/?corrections={asked.pk}"))


def test_odd_questions_are_answered_calmly(held: Appeal, dev: User, sit_down: SitDown) -> None:
    client = sit_down(dev)
    for path in (
        "?before=x",
        "?before=99999999999999999999",
        "AP-0000-0000/",
        "nothing/",
        "?subject=%00",
        "?subject=policy/2026.1",
    ):
        assert client.get(f"/staff/audit/{path}").status_code in (200, 302, 404)


def test_long_chains_come_in_pages(
    dev: User, sit_down: SitDown, monkeypatch: pytest.MonkeyPatch, held: Appeal
) -> None:
    monkeypatch.setattr("creditportal.staff.trail._PAGE", 2)
    client = sit_down(dev)
    assert "after=2" in text_of(client.get(f"/staff/audit/{held.reference}/"))
    assert "appeal:opened" not in text_of(client.get(f"/staff/audit/{held.reference}/?after=2"))
    assert "before=" in text_of(client.get("/staff/audit/"))


def test_every_event_has_its_words() -> None:
    assert [verb for verb in Verb if not str(DEEDS.get(verb, "")).strip()] == []
    with translation.override("en"):
        assert [deed(verb) for verb in ("appeal:submitted", "unheard:of")] == ["appeal sent", "unheard:of"]


def test_codes_are_short_and_say_how_long_they_are() -> None:
    facts = [[1, "address_months", "applicant"], [2, "active_lenders", "credit_report"]]
    with translation.override("en"):
        assert briefly(facts) == "address_months, active_lenders"
        assert briefly(["U02"] * 6) == "U02, U02, U02, U02, \u2026 (6)"
    with translation.override("zh-hans"):
        assert briefly(facts) == "address_months\u3001active_lenders"
    assert briefly("f" * 64) == f"{'f' * 32}\u2026"
    assert [briefly(value) for value in (None, 3, {"decline": 2})] == ["", "3", "decline 2"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_thousands_are_told_apart_in_both_languages(language: str) -> None:
    with translation.override(language):
        assert [counted(number) for number in (0, 2_410, 30_002)] == ["0", "2,410", "30,002"]
    assert counted("--") == "--"


def test_who_acted_is_said_in_words(held: Appeal, ada: User, dev: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(dev).get(f"/staff/audit/{held.reference}/"))
    assert f"applicant user:{ada.pk}" in page
    assert "automatic step" in page
