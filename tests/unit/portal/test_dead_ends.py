"""Addresses that led nowhere: a deleted draft, a button's own address, a form sent after signing out."""

import pytest

from accounts.actors import SITE
from accounts.models import User
from appeals.models import Appeal
from appeals.withdrawing import withdraw_appeal
from core.clock import now
from decisions.deciding import write_corrected_decision
from decisions.models import Decision
from decisions.rerunning import reassess
from tests.factories.decisions import sample_decision
from tests.people import acting
from tests.unit.portal.browsing import address, form_owner, signed_in, visitor, words

pytestmark = pytest.mark.django_db
GONE = "This draft is deleted, and nothing of it was sent."
REPLACED = "A newer decision has replaced this one."


@pytest.fixture
def deleted(draft: Appeal, ada: User) -> Appeal:
    """Ada deleted her draft."""
    return withdraw_appeal(appeal=draft, expected_version=draft.version, by=acting(ada), now=now())


@pytest.mark.parametrize("name", ["appeal", "appeal_sent", "appeal_check", "withdraw_appeal"])
def test_a_bookmark_of_a_deleted_draft_leads_to_the_decision(deleted: Appeal, ada: User, name: str) -> None:
    page = signed_in(ada).get(address(name, deleted.reference), follow=True)
    assert page.redirect_chain[-1] == (address("decision", deleted.decision.reference), 302)
    assert GONE in words(page)


@pytest.mark.parametrize("name", ["appeal_reasons", "appeal_statement"])
def test_a_step_of_a_deleted_draft_says_so(deleted: Appeal, ada: User, name: str) -> None:
    page = signed_in(ada).get(address(name, deleted.reference))
    assert (page.status_code, GONE in words(page)) == (409, True)


def test_withdrawing_is_not_asked_twice(sent: Appeal, ada: User) -> None:
    client, place = signed_in(ada), address("withdraw_appeal", sent.reference)
    assert "Withdraw this appeal?" in words(client.get(place))
    withdraw_appeal(appeal=sent, expected_version=sent.version, by=acting(ada), now=now())
    again = client.get(place)
    assert (again.status_code, again.headers["Location"]) == (302, address("appeal", sent.reference))


def test_the_address_of_a_button_leads_to_the_page_with_it(declined: Decision, ada: User) -> None:
    page = signed_in(ada).get(address("save_plan", declined.reference))
    assert page.status_code == 405
    assert f'class="button" href="{address("routes", declined.reference)}"' in words(page)


@pytest.mark.parametrize(
    ("sent", "page"),
    [("letter_language", "profile"), ("consent", "profile"), ("end_link", "links"), ("end_help", "helpers")],
)
def test_after_signing_in_again_one_is_where_the_button_is(db: None, sent: str, page: str) -> None:
    given = {"consent": ["credit_report"], "end_link": ["SL-1"], "end_help": ["HG-1"]}.get(sent, [])
    answer = visitor().post(address(sent, *given), follow=True)
    assert answer.redirect_chain == [(f"/accounts/login/?next={address(page)}", 302)]
    assert "nothing was sent" in words(answer)


def test_what_was_typed_is_promised_where_it_is_kept(sent: Appeal, ada: User) -> None:
    place, later = address("ask_faster", sent.reference), visitor()
    owner = form_owner(signed_in(ada), place)
    page = later.post(place, {"form_owner": owner, "reason": "My shop depends on it."}, follow=True)
    assert "what you typed is there again" in words(page)
    later.force_login(ada)
    assert "My shop depends on it." in words(later.get(place))


def test_a_result_that_is_not_there_yet_leads_to_where_the_appeal_stands(sent: Appeal, ada: User) -> None:
    answer = signed_in(ada).get(address("appeal_result", sent.reference))
    assert (answer.status_code, answer.headers["Location"]) == (302, address("appeal", sent.reference))


@pytest.mark.parametrize("name", ["start_appeal", "ask_person"])
def test_what_was_replaced_leads_to_the_newer_decision(declined: Decision, ada: User, name: str) -> None:
    newer = replaced(declined)
    page = words(signed_in(ada).get(address(name, declined.reference)))
    assert f'class="button" href="{address("decision", newer.reference)}"' in page


@pytest.mark.parametrize("name", ["decision", "routes", "what_if"])
def test_a_page_of_what_was_replaced_says_so(declined: Decision, ada: User, name: str) -> None:
    place, client = address(name, declined.reference), signed_in(ada)
    assert REPLACED not in words(client.get(place))
    newer = replaced(declined)
    assert leads_on(words(client.get(place)), to=newer)


def test_an_offer_that_was_replaced_leads_to_the_newer_decision(catalogues: None, ada: User) -> None:
    offered = sample_decision("chen_jing_after", user=ada, now=now())
    newer = replaced(offered)
    page = words(signed_in(ada).get(address("offer", offered.reference)))
    assert "This offer is no longer open." in page
    assert leads_on(page, to=newer)


@pytest.mark.parametrize("name", ["appeal", "appeal_check"])
def test_a_draft_about_what_was_replaced_leads_to_the_newer_decision(
    draft: Appeal, ada: User, name: str
) -> None:
    client, place = signed_in(ada), address(name, draft.reference)
    assert REPLACED not in words(client.get(place))
    newer = replaced(draft.decision)
    assert leads_on(words(client.get(place)), to=newer)


def replaced(decision: Decision) -> Decision:
    """The decision that takes the place of this one."""
    return write_corrected_decision(
        old=decision, facts=decision.facts, assessment=reassess(decision=decision, facts=decision.facts),
        policy_version=decision.policy, by=SITE, now=now(), note="corrected",
    )  # fmt: skip


def leads_on(page: str, *, to: Decision) -> bool:
    """Whether the page says that a newer decision stands, and leads to it."""
    return REPLACED in page and f'<a href="{address("decision", to.reference)}"' in page
