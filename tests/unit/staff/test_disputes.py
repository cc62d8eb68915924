"""Disputed records at the desk: what their source says stands beside them."""

import re
from datetime import timedelta

import pytest

from accounts.models import User
from applicants import source_checks
from applicants.disputing import open_dispute
from applicants.models import Dispute, SourceReply
from applicants.record_sources import Question, Reply
from applicants.registers import list_looks
from applicants.source_checks import ask_sources
from decisions.models import Decision
from tests.factories.decisions import NOW
from tests.people import acting
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispute(decision: Decision, ada: User) -> Dispute:
    """Ada says that a record is wrong."""
    return open_dispute(
        applicant=decision.applicant,
        characteristic="hard_inquiries_3m",
        claim="One.",
        by=acting(ada),
        now=NOW,
    )


def test_whose_record_it_is_sees_that_a_colleague_looked(
    dispute: Dispute, cleo: User, sit_down: SitDown
) -> None:
    sit_down(cleo).get(f"/staff/disputes/{dispute.reference}/")
    (look,) = list_looks(dispute.applicant)
    assert (look.who, look.what, look.about) == (acting(cleo).code, "DISPUTE", dispute.reference)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("CONFIRMED", "The source stands by the record"),
        ("UNUSABLE", "The source answered something that cannot be"),
        ("SILENT", "We ask again each day until the last day."),
    ],
)
def test_what_the_source_said_stands_beside_the_record(
    *, dispute: Dispute, cleo: User, sit_down: SitDown, monkeypatch: pytest.MonkeyPatch, kind: str, words: str
) -> None:
    client, place = sit_down(cleo), f"/staff/disputes/{dispute.reference}/"
    assert "not asked yet" in text_of(client.get(place))
    says(monkeypatch, Reply(SourceReply(kind)))
    ask_sources(NOW)
    assert words in text_of(client.get(place))
    assert str(SourceReply(kind).label) in text_of(client.get("/staff/disputes/"))


def test_an_empty_answer_names_everything_that_is_missing(
    dispute: Dispute, cleo: User, sit_down: SitDown
) -> None:
    client, place = sit_down(cleo), f"/staff/disputes/{dispute.reference}/"
    answer = client.post(place, {})
    assert answer.status_code == 400
    told = text_of(answer).split('role="alert"')[1].split("</div>")[0]
    assert ("Choose how the check ended." in told, "Write the answer to the person." in told) == (True, True)


def test_a_corrected_record_needs_its_value_and_keeps_what_was_typed(
    dispute: Dispute, cleo: User, sit_down: SitDown
) -> None:
    client, place = sit_down(cleo), f"/staff/disputes/{dispute.reference}/"
    answer = client.post(place, {"outcome": "CORRECTED", "observed_on": "2026-11-02"})
    page = text_of(answer)
    told = page.split('role="alert"')[1].split("</div>")[0]
    assert answer.status_code == 400
    assert ("What value do you accept?" in told, "Write the answer to the person." in told) == (True, True)
    assert 'value="2026-11-02"' in page
    assert re.search(r'value="CORRECTED"[^>]* checked', page)
    kept = text_of(client.post(place, {"outcome": "CORRECTED", "value": "1", "answer": " "}))
    assert 'name="value" value="1"' in kept
    dispute.refresh_from_db()
    assert dispute.state == "OPEN"


def test_a_value_beside_a_record_that_stands_is_asked_about(
    dispute: Dispute, cleo: User, sit_down: SitDown
) -> None:
    client, place = sit_down(cleo), f"/staff/disputes/{dispute.reference}/"
    answer = client.post(place, {"outcome": "CONFIRMED", "value": "1", "answer": "It stands."})
    assert answer.status_code == 400
    assert "Only a corrected record has a new value." in text_of(answer)
    assert "It stands." in text_of(answer)
    dispute.refresh_from_db()
    assert dispute.state == "OPEN"


def test_the_language_of_the_answer_is_named(dispute: Dispute, cleo: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(cleo).get(f"/staff/disputes/{dispute.reference}/"))
    assert re.search(r"<dt>Writes in</dt><dd>\w+</dd>", page)


def test_a_record_that_stands_needs_no_value(dispute: Dispute, cleo: User, sit_down: SitDown) -> None:
    client, place = sit_down(cleo), f"/staff/disputes/{dispute.reference}/"
    assert client.post(place, {"outcome": "UNSETTLED", "answer": "Nobody knows."}).status_code == 302
    dispute.refresh_from_db()
    assert (dispute.state, dispute.new_fact) == ("UNSETTLED", None)


def test_a_record_that_its_source_corrected_says_so(
    dispute: Dispute, cleo: User, sit_down: SitDown, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(monkeypatch, Reply(SourceReply.CORRECTED, value=0))
    ask_sources(NOW + timedelta(minutes=5))
    page = text_of(sit_down(cleo).get(f"/staff/disputes/{dispute.reference}/"))
    assert "by its source" in page
    assert "The source corrected the record" in page
    assert dispute.reference not in text_of(sit_down(cleo).get("/staff/disputes/"))


def test_the_law_stands_in_the_readers_language(dispute: Dispute, cleo: User, sit_down: SitDown) -> None:
    client, place = sit_down(cleo), f"/staff/disputes/{dispute.reference}/"
    assert "Credit Reporting Industry Regulation art 25" in text_of(client.get(place))
    client.cookies["language"] = "zh-hans"
    page = text_of(client.get(place))
    assert "\u300a\u5f81\u4fe1\u4e1a\u7ba1\u7406\u6761\u4f8b\u300b" in page
    assert "Credit Reporting" not in page


def says(monkeypatch: pytest.MonkeyPatch, reply: Reply) -> None:
    """Every source answers this."""

    class Source:
        name = "told"

        def ask(self, question: Question) -> Reply:
            return reply

    monkeypatch.setattr(source_checks, "get_record_source", Source)
