"""The page of a decision is kept as it was shown, and never shown when something on it has changed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actors import SITE
from accounts.models import User
from appeals.models import Appeal
from appeals.opening import open_appeal
from appeals.withdrawing import withdraw_appeal
from applicants.disputing import open_dispute, withdraw_dispute
from core import clock
from core.clock import now
from core.models import CatalogueVersion
from decisions.deciding import write_corrected_decision
from decisions.models import Decision, DecisionAccess, FrozenPage
from decisions.rerunning import reassess
from notifications.kinds import Kind
from notifications.queueing import queue_message
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, words

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def opened(client: Client, decision: Decision, **headers: str) -> Any:
    """The page, as it is answered."""
    return client.get(address("decision", decision.reference), headers=headers)


def plain(page: Any) -> str:
    """What the page says, without the token."""
    return _TOKEN.sub("", words(page))


def fresh(user: User, decision: Decision, language: str = "en") -> str:
    """What the page says when nothing of it was kept."""
    FrozenPage.objects.all().delete()
    return plain(opened(signed_in(user, language), decision))


def kept_then_shown(user: User, decision: Decision, language: str = "en") -> str:
    """What the page says to somebody who comes back, when the kept page may be used."""
    return plain(opened(signed_in(user, language), decision))


def replaced(old: Decision) -> Decision:
    """A decision that takes the place of this one."""
    assessment = reassess(decision=old, facts=old.facts)
    return write_corrected_decision(
        old=old, facts=old.facts, assessment=assessment, policy_version=old.policy, by=SITE, now=now(),
        note="corrected",
    )  # fmt: skip


def test_the_second_look_is_answered_from_the_kept_page(ada: User, declined: Decision) -> None:
    client = signed_in(ada)
    first = plain(opened(client, declined))
    with CaptureQueriesContext(connection) as queries:
        second = opened(client, declined)
    assert plain(second) == first
    assert len(queries) == 1, [query["sql"][:90] for query in queries]  # session, person and page in one


def test_every_look_is_recorded_once(ada: User, declined: Decision) -> None:
    client = signed_in(ada)
    for _ in range(3):
        opened(client, declined)
    assert list(DecisionAccess.objects.values_list("actor", flat=True)) == [f"user:{ada.pk}"] * 3


def test_forms_on_a_kept_page_can_be_sent_by_each_visit(ada: User, declined: Decision) -> None:
    opened(signed_in(ada), declined)
    client = signed_in(ada, checks_csrf=True)
    tokens = set(_TOKEN.findall(words(opened(client, declined))))
    assert len(tokens) == 1
    sent = client.post(address("choose_language"), {"language": "en", "csrfmiddlewaretoken": tokens.pop()})
    assert sent.status_code == 302


def test_what_is_kept_holds_no_token(ada: User, declined: Decision) -> None:
    page = opened(signed_in(ada), declined)
    kept = bytes(FrozenPage.objects.get().body)
    assert _TOKEN.findall(words(page))[0].encode() not in kept


def test_each_language_has_its_page(ada: User, declined: Decision) -> None:
    pages = {language: kept_then_shown(ada, declined, language) for language in ("en", "zh-hans")}
    again = {language: kept_then_shown(ada, declined, language) for language in ("en", "zh-hans")}
    assert pages == again
    assert pages["en"] != pages["zh-hans"]


def test_an_appeal_begun_after_the_look_is_on_the_page(ada: User, declined: Decision) -> None:
    kept_then_shown(ada, declined)
    appeal = open_appeal(decision=declined, by=acting(ada), now=now())
    shown = kept_then_shown(ada, declined)
    assert address("appeal", appeal.reference) in shown
    assert shown == fresh(ada, declined)


def test_a_record_that_is_being_checked_is_marked_until_the_check_ends(ada: User, declined: Decision) -> None:
    mark = "being checked"
    before, item = kept_then_shown(ada, declined), "hard_inquiries_3m"
    dispute = open_dispute(
        applicant=declined.applicant, characteristic=item, claim="One.", by=acting(ada), now=now()
    )
    shown = kept_then_shown(ada, declined)
    assert (mark in before, address("dispute", dispute.reference) in shown) == (False, True)
    assert mark in words(signed_in(ada).get(address("score_item", item)))
    withdraw_dispute(dispute=dispute, by=acting(ada), now=now())
    assert mark not in kept_then_shown(ada, declined)


def test_an_appeal_sent_after_the_look_is_no_longer_to_be_continued(ada: User, sent: Appeal) -> None:
    shown = kept_then_shown(ada, sent.decision)
    withdraw_appeal(appeal=sent, expected_version=sent.version, by=acting(ada), now=now())
    again = kept_then_shown(ada, sent.decision)
    assert address("appeal", sent.reference) in shown
    assert address("appeal", sent.reference) not in again
    assert again == fresh(ada, sent.decision)


def test_a_decision_that_was_replaced_says_so(ada: User, declined: Decision) -> None:
    kept_then_shown(ada, declined)
    newer = replaced(declined)
    shown = kept_then_shown(ada, declined)
    assert address("decision", newer.reference) in shown
    assert shown == fresh(ada, declined)


def test_a_message_that_came_is_counted(ada: User, declined: Decision) -> None:
    before = kept_then_shown(ada, declined)
    queue_message(kind=Kind.DECISION_READY, applicant=declined.applicant, about=declined.reference, now=now())
    shown = kept_then_shown(ada, declined)
    assert shown != before
    assert shown == fresh(ada, declined)


def test_the_day_the_appeal_window_ends_the_button_asks_why_it_is_late(
    ada: User, declined: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_time, late = "Ask us to look again</a>", "Ask although it is late</a>"
    before = kept_then_shown(ada, declined)
    assert (in_time in before, late in before) == (True, False)
    later = clock.now() + timedelta(days=400)
    monkeypatch.setattr("creditportal.portal.decisions.now", lambda: later)
    after = kept_then_shown(ada, declined)
    assert (in_time in after, late in after) == (False, True)


def test_new_catalogues_make_a_new_page(ada: User, declined: Decision) -> None:
    kept_then_shown(ada, declined)
    words_of = CatalogueVersion.objects.filter(name="words").latest("pk")
    CatalogueVersion.objects.create(
        name="words", content_hash="0" * 64, document=words_of.document, loaded_at=now()
    )
    made = FrozenPage.objects.get().stamp
    kept_then_shown(ada, declined)
    assert FrozenPage.objects.get().stamp != made


def test_a_browser_that_holds_the_page_gets_304(ada: User, declined: Decision) -> None:
    client = signed_in(ada)
    tag = opened(client, declined).headers["ETag"]
    again = opened(client, declined, If_None_Match=tag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert "Cookie" in again.headers["Vary"]
    open_appeal(decision=declined, by=acting(ada), now=now())
    assert opened(client, declined, If_None_Match=tag).status_code == 200


def test_the_page_is_never_kept_by_a_cache(ada: User, declined: Decision) -> None:
    client = signed_in(ada)
    answers = [opened(client, declined) for _ in range(2)]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store, private"}


def test_another_person_finds_no_kept_page(ada: User, ben: User, declined: Decision) -> None:
    tag = opened(signed_in(ada), declined).headers["ETag"]
    assert opened(signed_in(ben), declined, If_None_Match=tag).status_code == 404
    assert DecisionAccess.objects.count() == 1


def test_a_message_to_this_visit_is_not_kept(ada: User, declined: Decision) -> None:
    client = signed_in(ada)
    client.post(address("choose_language"), {"language": "en", "here": "/nowhere"})
    opened(client, declined)
    assert "messages" not in {name for name in client.cookies if client.cookies[name].value}
    assert kept_then_shown(ada, declined) == fresh(ada, declined)


def test_another_release_makes_another_page(
    ada: User, declined: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_then_shown(ada, declined)
    made = FrozenPage.objects.get().stamp
    monkeypatch.setattr("creditportal.portal.decisions.page_release", lambda: "another")
    kept_then_shown(ada, declined)
    assert FrozenPage.objects.get().stamp != made
