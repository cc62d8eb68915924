"""Partners read what was asked and answer it."""

from typing import Any

import pytest

from accounts.models import User
from appeals.claiming import claim_appeal
from appeals.models import Appeal
from appeals.requesting import NewItem, ask_applicant
from appeals.screening import screen
from core.clock import now
from decisions.models import Decision
from tests.factories.partners import Partner, new_appeal
from tests.people import acting


@pytest.fixture
def asked(partner: Partner, decision: Decision, cleo: User) -> Any:
    """Cleo asks for two things; the answer of the API about it."""
    made = partner.post(f"decisions/{decision.reference}/appeals", new_appeal(decision, submit=True)).json()
    appeal = screen(Appeal.objects.get(reference=made["reference"]), now())
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=now())
    ask_applicant(appeal=appeal, items=[NewItem("One"), NewItem("Two")], by=acting(cleo), now=now())
    return appeal


def answer(partner: Partner, appeal: Appeal, position: int, **given: object) -> Any:
    """Answer one thing."""
    request = appeal.requests.get()
    return partner.post(f"appeals/{appeal.reference}/requests/{request.reference}/items/{position}", given)


def test_what_was_asked_is_read(partner: Partner, asked: Appeal) -> None:
    [row] = partner.get(f"appeals/{asked.reference}/requests").json()["items"]
    assert (row["kind"], row["state"]) == ("ITEMS", "OPEN")
    assert [item["text"] for item in row["items"]] == ["One", "Two"]


def test_the_last_answer_lets_the_review_go_on(partner: Partner, asked: Appeal) -> None:
    first = answer(partner, asked, 1, answer="canary-words")
    assert first.status_code == 200, first.content
    assert "canary" not in first.content.decode()
    assert answer(partner, asked, 2, cannot=True).json()["state"] == "ANSWERED"
    assert partner.get(f"appeals/{asked.reference}").json()["status"] == "IN_REVIEW"
    assert answer(partner, asked, 2, answer="another").status_code == 409


def test_what_cannot_be_answered_is_said(partner: Partner, asked: Appeal) -> None:
    assert answer(partner, asked, 1).status_code == 400
    assert answer(partner, asked, 3, answer="x").status_code == 404
    assert answer(partner, asked, 1, evidence="EV-0000-0000").status_code == 404
    assert answer(partner, asked, 1, words="x").status_code == 400
