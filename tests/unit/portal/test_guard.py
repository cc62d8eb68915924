"""Every address of the portal: strangers find nothing, visitors are asked to sign in."""

import pytest
from django.urls import get_resolver

from accounts.models import User
from appeals.arriving import begin_paper
from appeals.models import Appeal
from applicants.disputing import open_dispute
from core.clock import now
from decisions.models import Line
from decisions.notices import send_notice
from decisions.promises import save_promise
from decisions.routes import find_routes_for
from decisions.samples import play
from tests.factories.decisions import SAMPLES, sample_applicant
from tests.factories.evidence import send
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, visitor, words

pytestmark = pytest.mark.django_db
OPEN_TO_ALL = {
    "home", "help", "choose_language", "alternatives", "hardship", "glossary", "verify", "precheck",
    "feedback", "feedback_thanks", "shared", "figures", "rule_log",
}  # fmt: skip
OWN = {
    "register", "register_firm", "identity", "about_you", "apply", "decisions", "messages", "profile",
    "letter_language", "consent", "score", "score_item", "plans", "preferences", "rights", "held", "looks",
    "who_decides", "copies", "erase", "links", "helpers", "helped", "company", "invoice", "invite", "firms",
    "warnings", "dispute_record", "safety", "stay", "bank_card", "statement",
}  # fmt: skip
OF_SOMEBODY = {
    "reason", "offer", "notice", "card", "card_picture", "letter", "appeal_letter",
    "application", "decision", "start_appeal", "line", "appeal", "appeal_reasons", "appeal_evidence",
    "appeal_receipt", "appeal_statement", "appeal_check", "appeal_sent", "withdraw_appeal", "appeal_result",
    "document", "message", "ask_person", "begin_piece", "piece", "appeal_questions", "appeal_answer",
    "more_time", "ask_faster", "reinstate_appeal", "review_acceptance", "routes", "save_plan", "what_if",
    "plan", "dispute", "withdraw_dispute",
}  # fmt: skip
# What these show is made by steps of their own, which their own tests take, strangers included.
ELSEWHERE = {
    "copy", "end_link", "end_help", "helped_one", "remove_person", "firm", "measure_answer", "waiting_papers",
}  # fmt: skip
EVERY = {getattr(pattern, "name", "") for pattern in get_resolver("creditportal.portal.urls").url_patterns}


@pytest.fixture
def places(sent: Appeal, ada: User, dev: User) -> dict[str, list[str]]:
    """The arguments of each address that belongs to Ada."""
    decision, applicant = sent.decision, sent.applicant
    assert decision.application is not None
    document = send(applicant, by=acting(ada))
    other = play(
        sample=SAMPLES["wang_fang"],
        applicant=sample_applicant("wang_fang"),
        signer=dev,
        by=acting(ada),
        now=now(),
    )
    line = other.line or Line()
    Line.objects.filter(pk=line.pk).update(applicant=applicant)
    dispute = open_dispute(
        applicant=applicant, characteristic="hard_inquiries_3m", claim="One.", by=acting(ada), now=now()
    )
    upload = begin_paper(
        ground=sent.grounds.get(), kind="V01", name="a.pdf", declared_type="", size_bytes=9, sha256="",
        issued_on=None, by=acting(ada), now=now(),
    )  # fmt: skip
    route = find_routes_for(decision=decision, now=now()).plans[0]
    plan = save_promise(decision=decision, route_key=route.key, by=acting(ada), now=now())
    letter = send_notice(decision=decision, by=acting(ada), now=now())
    here = {name: [sent.reference] for name in OF_SOMEBODY}
    return here | {
        "application": [decision.application.reference], "decision": [decision.reference],
        "start_appeal": [decision.reference], "line": [line.reference],
        "reason": [decision.reference, "U02"], "offer": [decision.reference],
        "notice": [decision.reference, "en"], "card": [decision.reference, "en"],
        "card_picture": [decision.reference, "en"],
        "letter": [letter.reference, "en"], "appeal_letter": [sent.reference, "en"],
        "appeal_evidence": [sent.reference, "U02"], "document": [document.reference],
        "message": [applicant.messages.all()[0].reference],
        "ask_person": [decision.reference], "begin_piece": [sent.reference, "U02"],
        "piece": [sent.reference, "U02", upload.reference], "appeal_answer": [sent.reference, "1"],
        "routes": [decision.reference], "save_plan": [decision.reference], "what_if": [decision.reference],
        "plan": [plan.reference], "dispute": [dispute.reference], "withdraw_dispute": [dispute.reference],
    }  # fmt: skip


def test_every_address_is_known_here() -> None:
    assert EVERY == OPEN_TO_ALL | OWN | OF_SOMEBODY | ELSEWHERE


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_finds_nothing(places: dict[str, list[str]], eve: User, method: str) -> None:
    client = signed_in(eve)
    answers = {
        name: getattr(client, method)(address(name, *places[name])).status_code for name in OF_SOMEBODY
    }
    unguarded = {name: status for name, status in answers.items() if status not in {404, 405}}
    assert unguarded == {}


def test_a_stranger_reads_what_nobody_would_find(places: dict[str, list[str]], eve: User) -> None:
    client = signed_in(eve)
    missing = words(client.get(address("decision", "DE-0000-0000")))
    foreign = words(client.get(address("decision", *places["decision"])))
    assert main_of(foreign) == main_of(missing)


def main_of(page: str) -> str:
    """The part of a page that is its own."""
    return page[page.index("<main") : page.index("</main>")]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_is_asked_to_sign_in(places: dict[str, list[str]], method: str) -> None:
    own: dict[str, list[str]] = {name: [] for name in OWN} | {
        "consent": ["credit_report"], "score_item": ["debt_service_pct"],
        "dispute_record": ["active_lenders"], "statement": ["active_lenders"],
    }  # fmt: skip
    arguments = places | own
    client = visitor()
    for name in sorted(OWN | OF_SOMEBODY):
        response = getattr(client, method)(address(name, *arguments[name]))
        is_led = response.status_code == 302 and response["Location"].startswith("/accounts/login/?next=/")
        assert is_led or response.status_code == 405, name


def test_the_owner_opens_all_of_it(places: dict[str, list[str]], ada: User) -> None:
    client = signed_in(ada)
    answers = {name: client.get(address(name, *places[name])).status_code for name in OF_SOMEBODY}
    # Nothing is decided yet, the file is still being checked, and what was sent can no longer be changed.
    expected = {"appeal_result": 302, "document": 409, "appeal_reasons": 409, "appeal_statement": 409}
    expected |= {"appeal_check": 302, "application": 302, "offer": 404, "appeal_letter": 404}
    # Nothing was asked, and these only take what is sent to them.
    expected |= {"appeal_questions": 404, "appeal_answer": 409, "more_time": 409}
    only_sent = ("begin_piece", "reinstate_appeal", "review_acceptance", "withdraw_dispute", "save_plan")
    expected |= dict.fromkeys(only_sent, 405)
    assert answers == dict.fromkeys(OF_SOMEBODY, 200) | expected


@pytest.mark.parametrize(
    "name", sorted(OWN - {"letter_language", "consent", "score_item", "dispute_record", "statement"})
)
def test_somebody_new_meets_no_error(catalogues: None, eve: User, name: str) -> None:
    assert signed_in(eve).get(address(name)).status_code in {200, 302, 404}
