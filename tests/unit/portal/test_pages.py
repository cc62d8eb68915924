"""Every page opens for the person it belongs to, in both languages, with few queries and nothing unmasked."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from accounts.models import User
from appeals.models import Appeal
from decisions.models import Decision
from tests.factories.decisions import SAMPLES
from tests.unit.portal.asking import asked, with_paper
from tests.unit.portal.browsing import address, signed_in, visitor, words

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
OWN = ["home", "decisions", "messages", "profile", "apply", "help", "identity", "about_you"]
Asserted = Callable[[int], AbstractContextManager[object]]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", OWN)
def test_own_pages_open(*, declined: Decision, ada: User, name: str, language: str) -> None:
    response = signed_in(ada, language).get(address(name))
    assert response.status_code == 200
    assert f'lang="{language}"' in words(response)


@pytest.mark.parametrize("name", OWN)
def test_own_pages_ask_the_database_little(
    *, declined: Decision, ada: User, name: str, django_assert_max_num_queries: Asserted
) -> None:
    client = signed_in(ada)
    client.get(address(name))
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(address(name)).status_code == 200


def test_the_decision_asks_the_database_little(
    *, declined: Decision, ada: User, django_assert_max_num_queries: Asserted
) -> None:
    client, path = signed_in(ada), address("decision", declined.reference)
    client.get(path)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "name", ["appeal", "appeal_reasons", "appeal_statement", "appeal_check", "withdraw_appeal"]
)
def test_a_draft_asks_the_database_little(
    *, draft: Appeal, ada: User, name: str, django_assert_max_num_queries: Asserted
) -> None:
    client, path = signed_in(ada), address(name, draft.reference)
    client.get(path)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("name", ["appeal", "appeal_sent"])
def test_a_sent_appeal_asks_the_database_little(
    *, sent: Appeal, ada: User, name: str, django_assert_max_num_queries: Asserted
) -> None:
    client, path = signed_in(ada), address(name, sent.reference)
    client.get(path)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(path).status_code == 200


def test_an_appeal_with_files_and_questions_asks_the_database_little(
    *, draft: Appeal, ada: User, cleo: User, django_assert_max_num_queries: Asserted
) -> None:
    appeal = asked(with_paper(draft, ada), ada, cleo)
    client, path = signed_in(ada), address("appeal", appeal.reference)
    assert "We need something from you by" in words(client.get(path))
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(path).status_code == 200


def test_papers_ask_the_database_little(
    *, draft: Appeal, ada: User, django_assert_max_num_queries: Asserted
) -> None:
    client, path = signed_in(ada), address("appeal_evidence", draft.reference, "U02")
    client.get(path)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("name", OWN)
def test_identity_is_masked(*, declined: Decision, ada: User, name: str) -> None:
    page = words(signed_in(ada).get(address(name)))
    identity = SAMPLES["li_na"].document["identity"]
    shown = [value for value in (*identity.values(), "\u674e\u5a1c") if str(value) in page]
    assert shown == []


@pytest.mark.parametrize("name", OWN)
def test_nothing_is_kept_by_caches(*, declined: Decision, ada: User, name: str) -> None:
    assert signed_in(ada).get(address(name))["Cache-Control"] == "no-store, private"


def test_the_outcome_comes_first(declined: Decision, ada: User) -> None:
    page = words(signed_in(ada).get(address("decision", declined.reference)))
    order = [page.index(part) for part in ('id="outcome"', 'id="reasons"', 'id="checks"', 'id="score"')]
    assert order == sorted(order)
    assert 'class="errors"' not in page


def test_each_reason_has_number_limit_source_and_date(declined: Decision, ada: User) -> None:
    page = words(signed_in(ada).get(address("decision", declined.reference)))
    first = page[page.index('id="U02"') : page.index('id="U01"')]
    assert [part for part in ("58%", "55%", "Credit report", "6 Nov 2026") if part not in first] == []


def test_visitors_see_what_the_site_is() -> None:
    page = words(visitor().get("/"))
    assert "Sign in" in page
    assert "Open an account" in page


def test_new_people_see_their_first_steps(catalogues: None, ada: User) -> None:
    assert "Your first steps" in words(signed_in(ada).get("/"))


def test_staff_are_led_to_their_own_pages(catalogues: None, cleo: User) -> None:
    assert signed_in(cleo).get("/")["Location"] == "/staff/"


def test_the_demo_says_so(*, declined: Decision, ada: User, settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    assert "Sample data" in words(signed_in(ada).get("/"))
