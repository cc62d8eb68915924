"""Disputed records go to where they came from: corrected, confirmed, or silent until the last day."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from applicants import source_checks
from applicants.disputing import open_dispute, settle_dispute, withdraw_dispute
from applicants.facts import get_sheet
from applicants.models import Dispute, SourceCheck, SourceReply
from applicants.record_sources import Question, Reply, Sandbox
from applicants.source_checks import ask_source, ask_sources, tell_unanswered
from audit.queries import list_events
from decisions.models import Decision
from notifications.models import Message
from outbox.draining import drain
from tests.factories.decisions import NOW, sample_decision
from tests.people import acting

ITEM = "hard_inquiries_3m"


@dataclass
class Told:
    """A source that says what the test wants and remembers what it was asked."""

    reply: Reply
    asked: list[Question] = field(default_factory=list)
    name: str = "told"

    def ask(self, question: Question) -> Reply:
        """Answer as told."""
        self.asked.append(question)
        return self.reply


@pytest.fixture
def declined(catalogues: None, ada: User) -> Decision:
    """Ada was declined, partly because of enquiries that her credit report names."""
    return sample_decision("li_na", user=ada)


@pytest.fixture
def dispute(declined: Decision, ada: User) -> Dispute:
    """Ada says that one of them is wrong."""
    return open_dispute(
        applicant=declined.applicant, characteristic=ITEM, claim="It was one.", by=acting(ada), now=NOW
    )


def says(monkeypatch: pytest.MonkeyPatch, kind: str, **given: Any) -> Told:
    source = Told(Reply(SourceReply(kind), **given))
    monkeypatch.setattr(source_checks, "get_record_source", lambda: source)
    return source


def test_a_source_that_corrects_itself_becomes_a_fact_and_the_rerun(
    dispute: Dispute, declined: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = says(monkeypatch, "CORRECTED", value=0)
    assert ask_sources(NOW) == 1
    assert (source.asked[0].characteristic, source.asked[0].source) == (ITEM, "credit_report")
    drain(clock=lambda: NOW)
    dispute.refresh_from_db()
    fact = get_sheet(declined.applicant).facts[ITEM]
    assert (dispute.state, dispute.settled_by, dispute.rerun) == ("CORRECTED", None, "CHANGED")
    assert (fact["value"], fact["source"]) == (0, "credit_report")
    assert Decision.objects.get(supersedes=declined).score > declined.score
    assert "where the record came from (credit report)" in dispute.answer
    assert Message.objects.filter(kind="DISPUTE_SETTLED", about=dispute.reference).count() == 1


def test_a_source_that_stands_by_it_leaves_the_answer_to_a_person(
    dispute: Dispute, cleo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(monkeypatch, "CONFIRMED")
    assert [ask_sources(NOW), ask_sources(NOW + timedelta(days=2))] == [1, 0]
    dispute.refresh_from_db()
    assert (dispute.state, dispute.source_check.reply) == ("OPEN", "CONFIRMED")
    settle_dispute(dispute=dispute, outcome="CONFIRMED", answer="It stands.", by=acting(cleo), now=NOW)
    assert Dispute.objects.get().settled_by == cleo


def test_nobody_is_told_no_by_a_machine(dispute: Dispute) -> None:
    with pytest.raises(IntegrityError, match="settled_by"), transaction.atomic():
        Dispute.objects.update(state="CONFIRMED", settled_at=NOW)


def test_a_silent_source_is_asked_each_day_until_the_last(
    dispute: Dispute, dev: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = says(monkeypatch, "SILENT")
    days = [NOW + timedelta(days=number / 2) for number in range(6)]
    assert [ask_sources(day) for day in days] == [1, 0, 1, 0, 1, 0]
    assert (len(source.asked), SourceCheck.objects.get().tries) == (3, 3)
    assert tell_unanswered(NOW + timedelta(days=19)) == 0
    assert [tell_unanswered(NOW + timedelta(days=20)) for _again in range(2)] == [1, 0]
    drain(clock=lambda: NOW + timedelta(days=20))
    told = Message.objects.get(kind="DISPUTE_UNANSWERED", about=dispute.reference)
    assert (told.user, "10 Dec 2026" in told.body_text) == (dev, True)


@pytest.mark.parametrize("value", [-1, "many", None, 10**9])
def test_an_answer_that_cannot_be_is_kept_and_changes_nothing(
    dispute: Dispute, monkeypatch: pytest.MonkeyPatch, value: object
) -> None:
    says(monkeypatch, "CORRECTED", value=value)
    ask_sources(NOW)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.source_check.reply) == ("OPEN", "UNUSABLE")


def test_the_value_we_hold_is_a_confirmation(dispute: Dispute, monkeypatch: pytest.MonkeyPatch) -> None:
    says(monkeypatch, "CORRECTED", value=dispute.fact.value)
    ask_sources(NOW)
    assert SourceCheck.objects.get().reply == "CONFIRMED"


def test_an_answer_that_comes_too_late_changes_nothing(
    dispute: Dispute, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(monkeypatch, "CORRECTED", value=0)
    withdraw_dispute(dispute=dispute, by=acting(ada), now=NOW)
    assert ask_sources(NOW) == 0
    assert ask_source(dispute=dispute, now=NOW) is False
    assert not SourceCheck.objects.exists()


def test_what_the_person_told_us_is_asked_of_nobody(
    declined: Decision, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = says(monkeypatch, "CONFIRMED")
    open_dispute(
        applicant=declined.applicant, characteristic="address_months", claim="12", by=acting(ada), now=NOW
    )
    assert (ask_sources(NOW), source.asked) == (0, [])


def test_the_audit_says_that_it_was_asked_and_nobody_s_name(
    dispute: Dispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(monkeypatch, "CONFIRMED")
    ask_sources(NOW)
    [event] = [row for row in list_events(subject=dispute.reference) if row.verb == "dispute:source-asked"]
    assert event.codes["reply"] == "CONFIRMED"
    assert set(event.codes) == {"applicant", "characteristic", "source", "reply"}


@pytest.mark.parametrize(
    ("phone", "reply"), [("0004", "CORRECTED"), ("0005", "CONFIRMED"), ("8000", "SILENT")]
)
def test_the_sandbox_tries_every_ending(catalogues: None, phone: str, reply: str) -> None:
    question = Question("credit_report", ITEM, 6, "Ada", "", f"1380013{phone}")
    assert Sandbox().ask(question).kind == reply
