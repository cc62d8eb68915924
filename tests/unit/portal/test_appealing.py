"""Appealing page by page: kept at each step, sent once, never overwritten by an older window."""

import json

import pytest

from accounts.models import User
from appeals.models import Appeal, AppealStatus
from core.clock import now
from decisions.models import Decision
from tests.factories.decisions import sample_decision
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = pytest.mark.django_db


def test_the_start_says_how_long_and_what_it_costs(declined: Decision, ada: User) -> None:
    page = words(signed_in(ada).get(address("start_appeal", declined.reference)))
    assert "within 15 days after you send it" in page
    assert "the result never gets worse" in page


def test_starting_twice_opens_one_draft(declined: Decision, ada: User) -> None:
    client = signed_in(ada)
    places = {client.post(address("start_appeal", declined.reference))["Location"] for _ in range(2)}
    assert places == {address("appeal", Appeal.objects.get().reference)}


def test_an_approval_says_why_it_cannot_be_appealed(catalogues: None, ada: User) -> None:
    decision = sample_decision("ordinary", user=ada, now=now())
    page = words(signed_in(ada).get(address("start_appeal", decision.reference)))
    assert "there is nothing to appeal" in page
    assert "<button" not in page[page.index("<main") : page.index("</main>")]


def test_an_open_appeal_is_pointed_at(sent: Appeal, ada: User) -> None:
    page = words(signed_in(ada).get(address("start_appeal", sent.decision.reference)))
    assert address("appeal", sent.reference) in page


def test_reasons_need_a_claim(draft: Appeal, ada: User) -> None:
    path = address("appeal_reasons", draft.reference)
    answer = signed_in(ada).post(
        path, {"version": draft.version, "contest_U01": "on", "note_U01": "my words"}
    )
    assert answer.status_code == 400
    assert "my words" in words(answer)
    assert 'href="#id_claim_U01_0"' in words(answer)


def test_reasons_are_saved(draft: Appeal, ada: User) -> None:
    fields = {"version": draft.version, "contest_U01": "on", "claim_U01": "CHANGED", "note_U01": "settled"}
    answer = signed_in(ada).post(address("appeal_reasons", draft.reference), fields)
    assert answer["Location"] == address("appeal", draft.reference)
    assert [(row.code, row.claim, row.note) for row in draft.grounds.all()] == [("U01", "CHANGED", "settled")]


def test_a_note_that_is_too_long_is_told_and_kept(draft: Appeal, ada: User) -> None:
    long = "x" * 3_000
    fields = {"version": draft.version, "contest_U01": "on", "claim_U01": "WRONG", "note_U01": long}
    answer = signed_in(ada).post(address("appeal_reasons", draft.reference), fields)
    assert answer.status_code == 400
    assert long in words(answer)
    assert "at most 2000 characters" in words(answer)


@pytest.mark.parametrize("version", ["0", "-1", "", "abc", "9" * 40, "\uff11"])
def test_an_older_window_overwrites_nothing(draft: Appeal, ada: User, version: str) -> None:
    fields = {"version": version, "statement": "from an old window"}
    answer = signed_in(ada).post(address("appeal_statement", draft.reference), fields)
    draft.refresh_from_db()
    assert answer.status_code == 409
    assert "from an old window" in words(answer)
    assert f'name="version" value="{draft.version}"' in words(answer)
    assert not draft.statement


def test_sending_twice_is_sending_once(draft: Appeal, ada: User) -> None:
    client, path = signed_in(ada), address("appeal_check", draft.reference)
    places = {client.post(path, {"version": draft.version})["Location"] for _ in range(2)}
    assert places == {address("appeal_sent", draft.reference)}
    assert draft.events.count() == 1


def test_an_old_check_page_does_not_send(draft: Appeal, ada: User) -> None:
    answer = signed_in(ada).post(address("appeal_check", draft.reference), {"version": draft.version - 1})
    assert answer.status_code == 409
    assert "Show the present state" in words(answer)


def test_an_appeal_without_a_reason_is_not_sent(declined: Decision, ada: User) -> None:
    client = signed_in(ada)
    client.post(address("start_appeal", declined.reference))
    answer = client.post(address("appeal_check", Appeal.objects.get().reference), {"version": "0"})
    assert answer.status_code == 400
    assert "Choose at least one reason" in words(answer)


def test_the_receipt_survives_a_bookmark(sent: Appeal, ada: User) -> None:
    client, path = signed_in(ada), address("appeal_sent", sent.reference)
    pages = [words(client.get(path)) for _ in range(2)]
    assert all(sent.reference in page and "What happens next" in page for page in pages)


def test_the_record_can_be_taken_along(sent: Appeal, ada: User) -> None:
    answer = signed_in(ada).get(address("appeal_receipt", sent.reference))
    receipt = json.loads(answer.content)
    assert answer["Content-Disposition"].startswith("attachment")
    assert receipt["subject"] == sent.reference
    assert "appeal:submitted" in [event["verb"] for event in receipt["events"]]


def test_a_draft_has_no_receipt(draft: Appeal, ada: User) -> None:
    answer = signed_in(ada).get(address("appeal_sent", draft.reference))
    assert answer["Location"] == address("appeal", draft.reference)


def test_what_was_sent_can_no_longer_be_changed(sent: Appeal, ada: User) -> None:
    answer = signed_in(ada).post(address("appeal_statement", sent.reference), {"statement": "later"})
    assert answer.status_code == 409
    assert "was sent already" in words(answer)


def test_withdrawing_asks_first_and_ends(sent: Appeal, ada: User) -> None:
    client, path = signed_in(ada), address("withdraw_appeal", sent.reference)
    assert "Withdraw my appeal" in words(client.get(path))
    client.post(path, {"version": sent.version})
    sent.refresh_from_db()
    assert sent.status == AppealStatus.WITHDRAWN
    assert "Withdraw this appeal" not in words(client.get(address("appeal", sent.reference)))


def test_deleting_a_draft_lets_one_start_anew(draft: Appeal, ada: User) -> None:
    client = signed_in(ada)
    client.post(address("withdraw_appeal", draft.reference), {"version": draft.version})
    page = words(client.get(address("decision", draft.decision.reference)))
    assert address("start_appeal", draft.decision.reference) in page
