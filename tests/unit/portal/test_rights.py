"""My data and rights, helpers, firms, messages: each page opens with few queries and does what it says."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from zoneinfo import ZoneInfo

import pypdfium2
import pytest

from accounts.models import AccountMail, User
from appeals.models import Appeal
from appeals.petitions import ask_expedite
from appeals.withdrawing import withdraw_appeal
from applicants.disputing import open_dispute, settle_dispute
from applicants.models import Applicant, DataRequest, Dispute, HelperGrant, RelatedPerson, ShareLink, Sheet
from applicants.showing import show_date
from applicants.sources import VERIFIED_DOCUMENT
from applicants.statements import write_statement
from audit.queries import list_events
from core.calendars import legal_day
from core.clock import now
from decisions.models import Decision, FrozenPage
from notifications.copies import typeset_copy
from notifications.models import Message
from tests.factories.decisions import sample_applicant, sample_decision
from tests.journeys.desk import work
from tests.people import acting
from tests.unit.portal.asking import asked, with_paper
from tests.unit.portal.browsing import address, signed_in, visitor, words

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
OWN = [
    "rights", "held", "looks", "who_decides", "copies", "erase", "links", "helpers", "helped", "firms",
    "warnings", "preferences",
]  # fmt: skip
Asserted = Callable[[int], AbstractContextManager[object]]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", OWN)
def test_pages_open_small_and_with_few_queries(
    *, declined: Decision, ada: User, name: str, language: str, django_assert_max_num_queries: Asserted
) -> None:
    client = signed_in(ada, language)
    client.get(address(name))
    with django_assert_max_num_queries(MOST_QUERIES):
        response = client.get(address(name))
    assert response.status_code == 200
    assert len(response.content) < 60_000
    assert "\u674e\u5a1c" not in words(response)
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", ["rights", "helped", "firms", "preferences"])
def test_who_is_not_registered_finds_what_is_for_everybody(eve: User, catalogues: None, name: str) -> None:
    assert signed_in(eve).get(address(name)).status_code == 200


def test_saying_that_a_record_is_wrong(declined: Decision, ada: User) -> None:
    client, place = signed_in(ada), address("dispute_record", "hard_inquiries_3m")
    empty = client.post(place, {"claim": " "})
    assert (empty.status_code, "Tell us what is right instead." in words(empty)) == (400, True)
    long = client.post(place, {"claim": "\U0001f600<script>" * 400})
    assert (long.status_code, "&lt;script&gt;" in words(long)) == (400, True)
    client.post(place, {"claim": "One \u202e enquiry"})
    dispute = Dispute.objects.get()
    assert "being checked" in words(client.get(address("held")))
    assert "leave it out" not in words(client.get(address("dispute", dispute.reference)))
    again = client.post(place, {"claim": "canary-again"})
    assert (again.status_code, "canary-again" in words(again)) == (409, True), "another tab loses nothing"
    client.post(address("withdraw_dispute", dispute.reference))
    assert "Taken back" in words(client.get(address("dispute", dispute.reference)))


def test_a_record_that_could_not_be_settled_says_so(declined: Decision, ada: User, cleo: User) -> None:
    item = "hard_inquiries_3m"
    dispute = open_dispute(
        applicant=declined.applicant, characteristic=item, claim="One.", by=acting(ada), now=now()
    )
    settle_dispute(
        dispute=dispute, outcome="UNSETTLED", answer="Nobody answered.", by=acting(cleo), now=now()
    )
    assert "noted: you disagree" in words(signed_in(ada).get(address("held")))


def test_only_who_is_asked_is_promised_to_be_asked(declined: Decision, ada: User) -> None:
    Applicant.objects.filter(pk=declined.applicant.pk).update(jurisdiction="US")
    place, told = address("dispute_record", "hard_inquiries_3m"), "We send it to where the record comes from"
    assert told in words(signed_in(ada).get(place))
    sheet = Sheet.objects.get(applicant=declined.applicant)
    sheet.facts["hard_inquiries_3m"]["source"] = VERIFIED_DOCUMENT
    sheet.save(update_fields=["facts"])
    assert told not in words(signed_in(ada).get(place))


def test_a_statement_that_stands_is_changed_and_not_put_there_again(
    declined: Decision, ada: User, cleo: User
) -> None:
    Applicant.objects.filter(pk=declined.applicant.pk).update(jurisdiction="US")
    applicant, item = Applicant.objects.get(pk=declined.applicant.pk), "hard_inquiries_3m"
    dispute = open_dispute(applicant=applicant, characteristic=item, claim="One.", by=acting(ada), now=now())
    settle_dispute(dispute=dispute, outcome="CONFIRMED", answer="It stands.", by=acting(cleo), now=now())
    client, place = signed_in(ada), address("dispute", dispute.reference)
    assert "Put a statement of your own beside it" in words(client.get(place))
    write_statement(applicant=applicant, characteristic=item, text="My own words.", by=acting(ada), now=now())
    page = words(client.get(place))
    assert ("Change my statement" in page, "Put a statement" in page) == (True, False)


def test_a_copy_holds_everything_and_is_taken_by_its_owner(declined: Decision, ada: User, ben: User) -> None:
    client = signed_in(ada)
    client.post(address("copies"))
    client.post(address("copies"))
    work()
    reference = DataRequest.objects.get().reference
    response = client.get(address("copy", reference, "json"))
    copy = json.loads(response.content)
    names = [section["name"] for section in copy["sections"]]
    assert {"identity", "facts", "decisions", "messages", "appeals", "documents", "letters"} <= set(names)
    assert copy["sections"][0]["rows"][0]["name"] == "\u674e\u5a1c"
    assert "attachment" in response["Content-Disposition"]
    readable = words(client.get(address("copy", reference, "html")))
    assert "\u674e\u5a1c" in readable
    assert "<table>" in readable
    assert "Where from" in readable, "columns are called by words"
    assert client.get(address("copy", reference, "exe")).status_code == 404
    looks = words(client.get(address("looks")))
    assert all(text in looks for text in ("A copy of your data", reference)), "named by its own reference"
    sample_applicant("wang_fang", user=ben)
    assert signed_in(ben).get(address("copy", reference, "json")).status_code == 404


@pytest.mark.parametrize(("place", "said"), [("CN", "The law gives us"), ("US", "You have it by")])
def test_the_time_for_a_copy_is_the_laws_only_where_there_is_one(
    declined: Decision, ada: User, place: str, said: str
) -> None:
    Applicant.objects.update(jurisdiction=place)
    assert said in words(signed_in(ada).get(address("copies")))


def test_a_shared_link_says_when_the_identity_was_confirmed(declined: Decision, ada: User) -> None:
    client = signed_in(ada)
    client.post(address("links"), {"items": ["IDENTITY"]})
    token = words(client.get(address("links"))).split("/shared/")[1].split("/")[0]
    assert "confirmed on 6 Nov 2026" in words(visitor("en").get(address("shared", token)))


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "catering and hotels"), ("zh-hans", "\u9910\u996e\u4f4f\u5bbf")],
)
def test_a_copy_to_read_holds_words_and_not_codes(
    declined: Decision, ada: User, language: str, told: str
) -> None:
    client = signed_in(ada, language)
    client.post(address("copies"))
    work()
    text = words(client.get(address("copy", DataRequest.objects.get().reference, "html")))
    codes = (
        "PERSON", "APPLICATION", "decline", "catering<", "equal_instalment", "DECISION_READY", "SENT",
        "consumer_loan", "credit_report", "{&quot;", "U02", "not_linked",
    )  # fmt: skip
    assert [code for code in codes if code in text] == []
    assert told in text
    assert "58%" in text
    assert re.search(r">0\.3( months?| \u4e2a\u6708)<", text), "with its unit, also where it has decimals"


@pytest.mark.parametrize(("language", "told"), [("en", "Where from"), ("zh-hans", "\u59d3\u540d")])
def test_a_copy_can_be_read_as_pdf(declined: Decision, ada: User, language: str, told: str) -> None:
    client = signed_in(ada, language)
    client.post(address("copies"))
    work()
    answer = client.get(address("copy", DataRequest.objects.get().reference, "pdf"))
    assert answer["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert "\u674e\u5a1c" in text
    assert told in text


def test_a_copy_with_characters_that_no_font_has_is_still_a_pdf() -> None:
    row = [["Name", "\U0001f600 \u202e \U0002cb2d <b>"]]
    sections = [{"title": "E", "rows": [row]}]
    copy = {"title": "A", "about": "B", "made_at": "C", "nothing": "D", "note": "E", "sections": sections}
    made = typeset_copy(copy, language="en")
    assert made.startswith(b"%PDF")
    assert len(made) > 2_000


def test_deleting_is_refused_with_reasons_while_something_is_open(declined: Decision, ada: User) -> None:
    open_dispute(
        applicant=declined.applicant, characteristic="hard_inquiries_3m", claim="x", by=acting(ada), now=now()
    )
    client = signed_in(ada)
    assert "We are checking a record" in words(client.get(address("erase")))
    client.post(address("erase"), {"is_sure": "on"})
    assert (DataRequest.objects.get().state, Applicant.objects.get().name) == ("KEPT", "\u674e\u5a1c")


def test_deleting_takes_everything_that_names_a_person(declined: Decision, ada: User) -> None:
    client = signed_in(ada)
    client.get(address("decision", declined.reference))
    unsure = client.post(address("erase"), {})
    assert (unsure.status_code, "Tick the box" in words(unsure)) == (400, True)
    done = client.post(address("erase"), {"is_sure": "on"})
    assert "Your data was deleted" in words(done)
    row = Applicant.objects.get()
    ada.refresh_from_db()
    assert [row.name, row.id_number, row.phone, row.bank_card, row.birth_date] == [""] * 5
    assert (ada.is_active, "ada@" in ada.email) == (False, False)
    assert (Decision.objects.count(), FrozenPage.objects.count()) == (1, 0)
    assert client.get(address("rights")).status_code == 302


def test_deleting_takes_every_word_that_a_person_wrote(
    draft: Appeal, ada: User, cleo: User, settings: object
) -> None:
    appeal = asked(with_paper(draft, ada), ada, cleo)
    ask_expedite(appeal=appeal, reason="canary-why", by=acting(ada), now=now())
    for place in (1, 2):
        signed_in(ada).post(address("appeal_answer", appeal.reference, place), {"answer": "canary-answer"})
    Appeal.objects.update(statement="canary-words", late_reason="canary-late")
    appeal.refresh_from_db()
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=now())
    signed_in(ada).post(address("erase"), {"is_sure": "on"})
    asked_for = [(row.text, *row.items.values_list("answer", flat=True)) for row in appeal.requests.all()]
    appeal.refresh_from_db()
    assert (appeal.statement, appeal.late_reason, appeal.grounds.get().note) == ("", "", "")
    assert "canary" not in str(asked_for)
    assert set(Message.objects.filter(applicant=appeal.applicant).values_list("body_text", flat=True)) == {""}
    assert appeal.events.count() > 2, "its steps stay"


def test_the_page_names_what_goes_and_what_stays(declined: Decision, ada: User) -> None:
    page = words(signed_in(ada).get(address("erase")))
    told = ("The words of your appeals", "every message we wrote", "under a reference and without your name")
    assert [part for part in (*told, "Letters that were sent") if part not in page] == []


def test_a_link_shows_what_was_chosen_and_dies(declined: Decision, ada: User, settings: object) -> None:
    client = signed_in(ada)
    assert client.post(address("links"), {}).status_code == 400
    client.post(address("links"), {"items": ["SCORE"]})
    page = words(client.get(address("links")))
    token = page.split("/shared/")[1].split("/")[0]
    assert "/shared/" not in words(client.get(address("links")))
    shown = visitor().get(address("shared", token))
    assert "608" in words(shown)
    assert "not approve" not in words(shown)
    assert "\u674e" not in words(shown)
    assert shown["Cache-Control"] == "no-store, private"
    assert shown["Referrer-Policy"] == "no-referrer"
    assert token.encode() not in bytes(ShareLink.objects.get().token_hash)
    ShareLink.objects.update(created_at=now() - timedelta(days=8), expires_at=now() - timedelta(seconds=1))
    assert visitor().get(address("shared", token)).status_code == 404


def test_a_link_to_what_there_is_none_of_says_so(catalogues: None, ada: User) -> None:
    sample_applicant("chen_jing_before", user=ada)
    client = signed_in(ada)
    client.post(address("links"), {"items": ["SCORE", "DECISION", "LINE"]})
    token = words(client.get(address("links"))).split("/shared/")[1].split("/")[0]
    shown = words(visitor("en").get(address("shared", token)))
    assert shown.count("There is none at present.") == 3


def test_a_link_can_be_ended(declined: Decision, ada: User) -> None:
    client = signed_in(ada)
    client.post(address("links"), {"items": ["DECISION", "IDENTITY", "LINE"]})
    token = words(client.get(address("links"))).split("/shared/")[1].split("/")[0]
    assert visitor().get(address("shared", token)).status_code == 200
    client.post(address("end_link", ShareLink.objects.get().reference))
    assert visitor().get(address("shared", token)).status_code == 404


def test_refusing_a_machine(declined: Decision, ada: User) -> None:
    client = signed_in(ada)
    client.post(address("who_decides"), {"decides": "person"})
    assert "A person decides about you" in words(client.get(address("who_decides")))
    refused = client.post(address("who_decides"), {"decides": ""})
    assert (refused.status_code, "Choose one of the answers." in words(refused)) == (400, True)
    assert Applicant.objects.get().person_decides_since is not None, "what is no answer changes nothing"
    client.post(address("who_decides"), {"decides": "machine"})
    assert Applicant.objects.get().person_decides_since is None
    Applicant.objects.update(jurisdiction="UK")
    assert client.post(address("who_decides"), {"decides": "person"}).status_code == 409
    page = words(client.get(address("who_decides")))
    assert "decided at once by fixed rules" in page, "what cannot be refused"


HELPER = {"name": "Ben", "email": "ben@example.test", "scope": "SEE", "days": "30"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Enter what you call this person."), ({"email": "x"}, "such as name@example.com"),
        ({"email": "ada@example.test"}, "This is your own address."),
        ({"scope": "ALL"}, "Please choose one of the answers."),
        ({"days": "365"}, "Please choose one of the answers."),
    ],
)  # fmt: skip
def test_a_helper_is_named_with_care(declined: Decision, ada: User, typed: dict[str, str], said: str) -> None:
    answer = signed_in(ada).post(address("helpers"), {**HELPER, **typed})
    assert answer.status_code == 400
    assert HelperGrant.objects.count() == 0
    assert said in words(answer)


def test_the_address_of_a_helper_may_be_copied_with_signs_that_nobody_sees(
    declined: Decision, ada: User
) -> None:
    signed_in(ada).post(address("helpers"), {**HELPER, "email": "\u202a ben@example.test\u200b"})
    assert HelperGrant.objects.get().email == "ben@example.test"


@pytest.mark.parametrize(("scope", "opens", "writes"), [("SEE", 403, 403), ("WRITE", 200, 302)])
def test_a_helper_goes_as_far_as_allowed(
    *, declined: Decision, ada: User, ben: User, eve: User, scope: str, opens: int, writes: int
) -> None:
    signed_in(ada).post(address("helpers"), {**HELPER, "scope": scope})
    grant, helper = HelperGrant.objects.get(), signed_in(ben)
    seen = helper.get(address("decision", declined.reference))
    assert "You are helping" in words(seen)
    assert "\u674e\u5a1c" not in words(seen)
    start = address("start_appeal", declined.reference)
    assert (helper.get(start).status_code, helper.post(start).status_code) == (opens, writes)
    assert signed_in(eve).get(address("decision", declined.reference)).status_code == 404
    assert helper.get(address("line", "LN-0000-0000")).status_code == 404
    signed_in(ada).post(address("end_help", grant.reference))
    assert helper.get(address("decision", declined.reference)).status_code == 404


def test_a_helper_is_told_until_when_and_that_it_ended_once(declined: Decision, ada: User) -> None:
    signed_in(ada).post(address("helpers"), HELPER)
    grant = HelperGrant.objects.get()
    for _again in range(2):
        signed_in(ada).post(address("end_help", grant.reference))
    named, ended = AccountMail.objects.order_by("id")
    until = legal_day(grant.expires_at, ZoneInfo("Asia/Shanghai"))
    assert show_date(until, declined.applicant.language) in named.body
    assert {named.recipient, ended.recipient} == {HELPER["email"]}
    assert [name for name in ("Ada", "\u674e\u5a1c") if name in named.body + ended.body] == []


def test_the_trail_says_who_helped_whom(declined: Decision, ada: User, ben: User) -> None:
    signed_in(ada).post(address("helpers"), {**HELPER, "scope": "SEND"})
    helper = signed_in(ben)
    assert "Helping" in words(helper.get(address("helped_one", HelperGrant.objects.get().reference)))
    helper.post(address("start_appeal", declined.reference))
    appeal = declined.applicant.appeals.get()
    events = list_events(appeal.reference)
    assert events[0].actor == f"helper:{ben.pk}:for:{ada.pk}"
    helper.get(address("decision", declined.reference))
    assert "your helper" in words(signed_in(ada).get(address("looks")))


@pytest.fixture
def firm(catalogues: None, ada: User) -> Decision:
    return sample_decision("hengxin", user=ada, now=now())


def test_the_firm_and_its_people(
    firm: Decision, ada: User, ben: User, django_assert_max_num_queries: Asserted
) -> None:
    client = signed_in(ada)
    typed = {"name": "He", "email": "ben@example.test", "role": "LEGAL_REPRESENTATIVE", "share_pct": ""}
    assert client.post(address("invite"), {**typed, "role": ""}).status_code == 400
    assert client.post(address("invite"), typed).status_code == 302
    client.post(
        address("invite"), {**typed, "email": "x@example.test", "role": "SHAREHOLDER", "share_pct": "40"}
    )
    with django_assert_max_num_queries(MOST_QUERIES):
        page = words(client.get(address("company")))
    assert "not answered yet" in page
    related = RelatedPerson.objects.get(role="LEGAL_REPRESENTATIVE")
    place = address("firm", related.reference)
    helper = signed_in(ben)
    assert "first tell us who you are" in words(helper.get(place))
    assert helper.post(place, {"answer": "yes"}).status_code == 404
    sample_applicant("li_na", user=ben)
    assert "608" in words(helper.get(place))
    helper.post(place, {"answer": "yes"})
    assert "you agreed on" in words(helper.get(place))
    assert client.get(place).status_code == 404
    client.post(address("remove_person", related.reference))
    assert helper.get(place).status_code == 404
