"""Disputed records at the desk: what their source says stands beside them."""

from datetime import timedelta

import pytest

from accounts.models import User
from applicants import source_checks
from applicants.disputing import open_dispute
from applicants.models import Dispute, SourceReply
from applicants.record_sources import Question, Reply
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
