"""What a page leads to: the most urgent step first, and nothing that would only be refused."""

import pytest
from django.utils import translation

from accounts.models import User
from appeals.claiming import claim_appeal
from appeals.models import Appeal
from appeals.requesting import NewItem, ask_applicant
from applicants.terms import get_data_terms
from core.clock import now
from creditportal.portal.decisions import settled_at
from creditportal.portal.formatting import show_bound
from decisions.line_changes import accept_line
from decisions.models import Decision, Outcome
from tests.factories.decisions import sample_decision
from tests.journeys.desk import work
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, visitor, words

pytestmark = pytest.mark.django_db


def test_who_was_declined_is_led_to_the_reasons_and_not_to_applying(declined: Decision, ada: User) -> None:
    page = words(signed_in(ada).get(address("home")))
    assert f'class="button" href="{address("decision", declined.reference)}"' in page
    assert address("apply") not in page


def test_an_offer_that_waits_is_the_first_thing(catalogues: None, ada: User) -> None:
    offered = sample_decision("chen_jing_after", user=ada, now=now())
    assert offered.line is not None
    page = words(signed_in(ada).get(address("home")))
    assert f'class="button" href="{address("line", offered.line.reference)}"' in page


def test_all_is_done_once_an_offer_is_taken_and_everything_is_read(catalogues: None, ada: User) -> None:
    offered, client = sample_decision("wang_fang", user=ada, now=now()), signed_in(ada)
    offered.applicant.messages.update(read_at=now())
    said = "All done: no application"
    assert said not in words(client.get(address("home")))
    assert offered.line is not None
    accept_line(line=offered.line, by=acting(ada), now=now())
    assert said in words(client.get(address("home")))


def test_nobody_who_was_declined_is_told_that_all_is_done(declined: Decision, ada: User) -> None:
    declined.applicant.messages.update(read_at=now())
    assert "All done: no application" not in words(signed_in(ada).get(address("home")))


def test_only_what_can_be_appealed_has_a_last_day(catalogues: None, ada: User, ben: User) -> None:
    approved = sample_decision("wang_fang", user=ada, now=now())
    declined = sample_decision("li_na", user=ben, now=now())
    for user, decision, says in ((ada, approved, False), (ben, declined, True)):
        client = signed_in(user)
        home, page = (client.get(path) for path in (address("home"), address("decision", decision.reference)))
        assert ("Last day to appeal" in words(home)) == says
        assert ("You may appeal" in words(page)) == says


def test_what_we_asked_is_answered_from_the_start_page(sent: Appeal, ada: User, cleo: User) -> None:
    work()
    sent.refresh_from_db()
    claim_appeal(appeal=sent, expected_version=sent.version, by=acting(cleo), now=now())
    ask_applicant(appeal=sent, items=[NewItem("Your payslips of June", "V01")], by=acting(cleo), now=now())
    page = words(signed_in(ada).get(address("home")))
    assert f'class="button" href="{address("appeal_questions", sent.reference)}"' in page


def test_checks_say_at_most_or_at_least_and_which_reason_they_belong_to(
    declined: Decision, ada: User
) -> None:
    page = words(signed_in(ada).get(address("decision", declined.reference)))
    assert "at most 55%" in page
    assert "at least 600" in page
    assert page.count('href="#U02">reason 1</a>') == 3


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        ("most", "at most 4"),
        ("least", "at least 4"),
        ("under", "below 4"),
        ("over", "above 4"),
        (None, "limit: 4"),
    ],
)
def test_each_way_of_holding_a_number_has_its_words(bound: str | None, said: str) -> None:
    with translation.override("en"):
        assert show_bound(4, bound) == said


@pytest.mark.parametrize("typed", ["", "  "])
def test_no_code_at_all_is_said_beside_the_field(catalogues: None, typed: str) -> None:
    answer = visitor().post(address("verify"), {"code": typed})
    assert answer.status_code == 400
    assert words(answer).count("Enter the check code.") == 2


def test_the_law_of_a_check_is_named_in_the_language_of_the_page(declined: Decision, ada: User) -> None:
    path = address("dispute_record", "active_lenders")
    in_chinese, in_english = (words(signed_in(ada, one).get(path)) for one in ("zh-hans", "en"))
    assert "\u300a\u5f81\u4fe1\u4e1a\u7ba1\u7406\u6761\u4f8b\u300b" in in_chinese
    assert "Credit Reporting Industry Regulation art 25" in in_english
    assert "Regulation" not in in_chinese
    assert get_data_terms("CN").dispute_law_in("zh-hans", "an older law") == "an older law"


@pytest.mark.parametrize(("code", "name"), [("S03", "identity"), ("S04", "profile"), ("S06", "safety")])
def test_an_application_that_waits_leads_to_where_that_is_settled(code: str, name: str) -> None:
    waiting = Decision(outcome=Outcome.HOLD)
    place, _words = settled_at(waiting, {"reasons": [{"code": "P04"}, {"code": code}]}, None) or ("", "")
    assert place == f"portal:{name}"
    assert settled_at(waiting, {"reasons": [{"code": code}]}, "DE-NEWER") is None
    assert settled_at(Decision(outcome=Outcome.DECLINE), {"reasons": [{"code": code}]}, None) is None
