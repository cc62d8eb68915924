"""The start page and the page of a case are kept as they were shown, never once something has changed."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from appeals.acceptance import refuse_acceptance
from appeals.claiming import claim_appeal
from appeals.models import Appeal
from appeals.opening import open_appeal, save_grounds, submit_appeal
from appeals.own_stamps import STAMPED
from appeals.requesting import NewItem, ask_applicant
from appeals.screening import screen
from appeals.withdrawing import withdraw_appeal
from applicants.models import HelperGrant, HelperScope
from core import clock
from core.clock import now
from core.models import CatalogueVersion
from creditportal.portal.own_pages import Memory, memory
from notifications.kinds import Kind
from notifications.models import Message
from notifications.queueing import queue_message
from tests.factories.decisions import sample_decision
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, words

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
# Whose session it is, what is never edited, what follows from decision and catalogues, and what is counted.
_ELSEWHERE = {
    "accounts_session", "core_catalogueversion", "decisions_decisionreason", "decisions_renderedexplanation",
    "mfa_authenticator", "notifications_message",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    memory.clear()


def plain(page: Any) -> str:
    """What the page says, without the token."""
    return _TOKEN.sub("", words(page))


def both(client: Client, appeal: Appeal) -> list[str]:
    """The start page and the page of the case."""
    return [plain(client.get(path)) for path in ("/", address("appeal", appeal.reference))]


def fresh(user: User, appeal: Appeal) -> list[str]:
    """What the pages say when nothing of them was kept."""
    memory.clear()
    return both(signed_in(user), appeal)


def test_both_are_opened_again_with_one_statement_each(ada: User, sent: Appeal) -> None:
    client = signed_in(ada)
    first = both(client, sent)
    with CaptureQueriesContext(connection) as queries:
        again = both(client, sent)
    assert again == first
    assert len(queries) == 2, [query["sql"][:90] for query in queries]
    assert sent.reference in again[0]


def test_made_anew_each_takes_four_statements(ada: User, sent: Appeal) -> None:
    client = signed_in(ada)
    first = both(client, sent)
    memory.clear()
    with CaptureQueriesContext(connection) as queries:
        anew = both(client, sent)
    # How things stand, the session, the person, and all that the page shows.
    assert len(queries) == 8, [query["sql"][:90] for query in queries]
    assert anew == first


def test_every_table_they_are_made_from_is_stamped(ada: User, sent: Appeal) -> None:
    client = signed_in(ada)
    with CaptureQueriesContext(connection) as queries:
        both(client, sent)
    asked = [query["sql"] for query in queries if not query["sql"].lstrip().startswith("WITH own")]
    read = {name for sql in asked for name in re.findall(r'(?:FROM|JOIN) "?(\w+_\w+)"?', sql)}
    assert read
    assert read - STAMPED.keys() - _ELSEWHERE == set()


def _claimed(appeal: Appeal, cleo: User) -> None:
    screen(appeal, now())
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=now())


def _asked(appeal: Appeal, cleo: User) -> None:
    _claimed(appeal, cleo)
    ask_applicant(
        appeal=appeal, items=[NewItem("Your payslips", "")], due_on=(now() + timedelta(days=9)).date(),
        expected_version=appeal.version, by=acting(cleo), now=now(),
    )  # fmt: skip


def _told(appeal: Appeal, _cleo: User) -> None:
    queue_message(kind=Kind.DECISION_READY, applicant=appeal.applicant, about="DE-0000-0000", now=now())


def _read(appeal: Appeal, _cleo: User) -> None:
    Message.objects.filter(applicant=appeal.applicant).update(read_at=now())


@pytest.mark.parametrize("change", [_claimed, _asked, _told, _read])
def test_whatever_happens_is_on_the_page(
    ada: User, cleo: User, sent: Appeal, change: Callable[[Appeal, User], None]
) -> None:
    _told(sent, cleo)
    client = signed_in(ada)
    before = both(client, sent)
    change(sent, cleo)
    after = both(client, sent)
    assert after[0] != before[0] or after[1] != before[1]
    assert after == fresh(ada, sent)


def test_an_appeal_that_was_withdrawn_says_so(ada: User, sent: Appeal) -> None:
    client = signed_in(ada)
    both(client, sent)
    withdraw_appeal(appeal=sent, expected_version=sent.version, by=acting(ada), now=now())
    after = both(client, sent)
    assert f"You withdrew your appeal {sent.reference}. You can take it up again until" in after[0]
    assert "Your appeal <span" not in after[0]
    assert after == fresh(ada, sent)
    Appeal.objects.filter(pk=sent.pk).update(saved_at=now() - timedelta(days=15))
    assert sent.reference not in fresh(ada, sent)[0].split("<h2>")[0]


def test_an_appeal_that_was_not_taken_up_is_not_forgotten(catalogues: None, ben: User, cleo: User) -> None:
    decision = sample_decision("li_na", user=ben, now=now() - timedelta(days=120))
    appeal = open_appeal(decision=decision, late_reason="I was ill.", by=acting(ben), now=now())
    grounds = {"U02": ("WRONG", "as I said")}
    save_grounds(appeal=appeal, grounds=grounds, expected_version=0, by=acting(ben), now=now())
    appeal.refresh_from_db()
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ben), now=now())
    refuse_acceptance(
        appeal=screen(appeal, now()), code="LATE", reason="It came late.", by=acting(cleo), now=now()
    )
    assert f"We could not take up your appeal {appeal.reference}." in words(signed_in(ben).get("/"))


def test_new_catalogues_are_read(ada: User, sent: Appeal) -> None:
    client = signed_in(ada)
    both(client, sent)
    newest = CatalogueVersion.objects.filter(name="words").latest("pk")
    CatalogueVersion.objects.create(
        name="words", content_hash="0" * 64, document=newest.document, loaded_at=now()
    )
    with CaptureQueriesContext(connection) as queries:
        both(client, sent)
    assert len(queries) > 10


def test_nothing_is_shown_for_longer_than_an_hour(
    ada: User, sent: Appeal, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, later = signed_in(ada), clock.now() + timedelta(hours=1)
    both(client, sent)
    monkeypatch.setattr("creditportal.portal.own_pages.now", lambda: later)
    with CaptureQueriesContext(connection) as queries:
        both(client, sent)
    # Both are made anew: how things stand, the session, the person, all that the page shows.
    assert len(queries) == 8


def test_another_person_finds_no_kept_page(ada: User, ben: User, sent: Appeal) -> None:
    own = both(signed_in(ada), sent)
    stranger = signed_in(ben)
    stranger.get("/")
    assert stranger.get(address("appeal", sent.reference)).status_code == 404
    assert plain(stranger.get("/")) != own[0]


def test_who_signed_out_or_changed_the_password_must_sign_in(ada: User, sent: Appeal) -> None:
    client = signed_in(ada)
    both(client, sent)
    ada.set_password("another one, and long enough")
    ada.save()
    assert client.get(address("appeal", sent.reference)).status_code == 302


def test_a_helpers_view_is_not_kept(ada: User, ben: User, sent: Appeal) -> None:
    HelperGrant.objects.create(
        reference="HG-0000-0000", applicant=sent.applicant, helper=ben, name="Ben", email=ben.email,
        email_index=b"b", scope=HelperScope.SEE, given_at=now(), taken_up_at=now(),
        expires_at=now() + timedelta(days=9),
    )  # fmt: skip
    helper, path = signed_in(ben), address("appeal", sent.reference)
    seen = [helper.get(path) for _ in range(2)]
    assert {page.status_code for page in seen} == {200}
    assert all("You are helping" in words(page) for page in seen)
    assert not memory._pages


def test_forms_of_a_kept_page_can_be_sent_by_each_visit(ada: User, sent: Appeal) -> None:
    path = address("appeal", sent.reference)
    client = signed_in(ada, checks_csrf=True)
    tokens = [_TOKEN.findall(words(client.get(path)))[0] for _ in range(3)]
    assert len(set(tokens)) == 3
    kept = b"".join(part for _stamp, parts, _size in memory._pages.values() for part in parts)
    assert not any(token.encode() in kept for token in tokens)
    typed = {"language": "en", "csrfmiddlewaretoken": tokens[-1]}
    assert client.post(address("choose_language"), typed).status_code == 302


def test_each_language_has_its_page(ada: User, sent: Appeal) -> None:
    pages = {language: both(signed_in(ada, language), sent) for language in ("en", "zh-hans")}
    again = {language: both(signed_in(ada, language), sent) for language in ("en", "zh-hans")}
    assert pages == again
    assert pages["en"] != pages["zh-hans"]


def test_headers_are_those_of_every_page(ada: User, sent: Appeal) -> None:
    client, path = signed_in(ada), address("appeal", sent.reference)
    first, again = ({**client.get(path).headers} for _ in range(2))
    assert "csrf=" in again.pop("Set-Cookie")
    assert first == again
    assert again["Cache-Control"] == "no-store, private"


def test_what_is_not_opened_makes_room() -> None:
    small = Memory(most_bytes=10)
    for number in range(4):
        small.keep((number, "/", "en"), "stamp", [b"1234"])
    small.keep((3, "/", "en"), "newer", [b"123456"])
    found = [small.find((number, "/", "en"), "stamp") for number in range(3)]
    assert found == [None, None, [b"1234"]]
    assert small.find((3, "/", "en"), "stamp") is None
    assert small.find((3, "/", "en"), "newer") == [b"123456"]
