"""The lender's callback: a partner's program confirms that a new result is in effect."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.actors import SITE, Actor
from accounts.clients import create_client
from accounts.models import User
from accounts.roles import Scope
from appeals.deciding import propose, suggest_ruling
from appeals.models import Appeal, Remedy
from appeals.remedy import alert_late_remedies, close_decided
from core.clock import now
from decisions.models import Decision
from notifications.models import Delivery, Message
from tests.factories.appeals import corrections, decided, find, in_review, verified
from tests.factories.partners import Partner, problem
from tests.people import NOW, acting


@pytest.fixture
def won(catalogues: None, lender: Actor, cleo: User) -> Appeal:
    """A partner's case, decided for the person, whose effect is in the partner's books."""
    appeal = in_review(decided("zhao_ming", client_id="lender"), lender, cleo)
    find(appeal, cleo, "U05", **corrections("zhao_ming"))
    verified(appeal, cleo)
    appeal.refresh_from_db()
    letters = suggest_ruling(appeal)
    propose(
        appeal=appeal, outcome=letters.outcome, reason="checked", letter_zh=letters.letter_zh,
        letter_en=letters.letter_en, expected_version=appeal.version, by=acting(cleo), now=NOW,
    )  # fmt: skip
    close_decided(reference=appeal.reference, now=NOW)
    appeal.refresh_from_db()
    return appeal


def confirm(partner: Partner, appeal: Appeal, document: Any = None, **headers: str) -> Any:
    headers.setdefault("If_Match", f'"{appeal.version}"')
    return partner.post(f"appeals/{appeal.reference}/remedy", document or {}, **headers)


def test_a_partners_case_says_that_it_waits_for_the_partner(partner: Partner, won: Appeal) -> None:
    shown = partner.get(f"appeals/{won.reference}").json()
    assert (shown["status"], shown["next_steps"]) == ("REMEDY", ["remedy"])
    nothing_yet = {"confirmed_at": None, "effective_on": None, "reference": ""}
    assert shown["remedy"] == {"due_on": "2026-11-27", **nothing_yet}
    assert shown["new_decision"] == Decision.objects.get(supersedes=won.decision).reference


def test_the_callback_closes_the_case_and_the_person_is_told(partner: Partner, won: Appeal) -> None:
    answer = confirm(partner, won, {"effective_on": "2026-11-20", "reference": "BK-2026/1187"})
    shown = answer.json()
    assert (answer.status_code, shown["status"], shown["next_steps"]) == (200, "CLOSED", [])
    assert shown["remedy"]["effective_on"] == "2026-11-20"
    assert shown["remedy"]["reference"] == Remedy.objects.get().booked_as == "BK-2026/1187"
    assert answer.headers["ETag"] == f'"{shown["version"]}"' != f'"{won.version}"'
    assert Remedy.objects.get().confirmed_by == "client:lender"
    assert Message.objects.filter(about=won.reference, kind="REMEDY_DONE").count() == 1


def test_the_same_callback_twice_is_one(partner: Partner, won: Appeal) -> None:
    first = confirm(partner, won, key="done-1")
    again = confirm(partner, won, key="done-1")
    assert (first.status_code, again.content) == (200, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    won.refresh_from_db()
    later = confirm(partner, won)
    assert (later.status_code, later.json()["version"]) == (200, won.version)
    assert won.events.filter(event="remedy_confirmed").count() == 1


def test_another_body_under_the_same_key_is_refused(partner: Partner, won: Appeal) -> None:
    confirm(partner, won, key="done-1")
    answer = confirm(partner, won, {"effective_on": "2026-11-20"}, key="done-1")
    assert problem(answer, 422) == "idempotency-key-reused"


def test_a_version_that_is_not_the_present_one_changes_nothing(partner: Partner, won: Appeal) -> None:
    assert problem(confirm(partner, won, If_Match='"1"'), 412) == "stale"
    assert problem(confirm(partner, won, If_Match=""), 428) == "precondition-required"
    assert problem(partner.post(f"appeals/{won.reference}/remedy", {}, key=None), 400)
    assert Remedy.objects.get().confirmed_at is None


def test_nothing_is_confirmed_before_it_is_decided(
    partner: Partner, lender: Actor, cleo: User, catalogues: None
) -> None:
    appeal = in_review(decided("zhao_ming", client_id="lender"), lender, cleo)
    assert problem(confirm(partner, appeal), 409) == "illegal-move"


def test_nothing_is_confirmed_before_the_person_was_told(partner: Partner, won: Appeal) -> None:
    Appeal.objects.filter(pk=won.pk).update(letter_left_at=None)
    Delivery.objects.filter(message__kind="APPEAL_DECIDED").update(state="PENDING", sent_at=None)
    assert problem(confirm(partner, won), 409) == "effect-missing"
    assert Remedy.objects.get().confirmed_at is None


@pytest.mark.parametrize("day", ["2026-11-19", "9999-12-31", "tomorrow", 7])
def test_a_day_before_the_ruling_or_to_come_is_pointed_at(partner: Partner, won: Appeal, day: object) -> None:
    answer = confirm(partner, won, {"effective_on": day})
    problem(answer, 400)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/effective_on"]
    assert Remedy.objects.get().confirmed_at is None


@pytest.mark.parametrize(
    "reference", ["x" * 65, "BK 1187", "<b>1</b>", "-1", "\u8d26 1", "110101199003078670", 7, None]
)
def test_what_is_no_reference_of_the_lenders_is_pointed_at(
    partner: Partner, won: Appeal, reference: object
) -> None:
    answer = confirm(partner, won, {"reference": reference})
    problem(answer, 400)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/reference"]
    assert Remedy.objects.get().confirmed_at is None


def test_the_reference_may_be_a_long_number(partner: Partner, won: Appeal) -> None:
    assert confirm(partner, won, {"reference": "20261122000000000001"}).status_code == 200
    assert Remedy.objects.get().booked_as == "20261122000000000001"


def test_another_partner_does_not_know_of_it(won: Appeal) -> None:
    create_client(name="Other", scopes=Scope, client_id="other", by=SITE, now=NOW)
    other = Partner(Actor.for_client("other", [scope.value for scope in Scope]))
    assert problem(confirm(other, won), 404) == "not-found"


def test_a_remedy_nobody_confirmed_is_told_until_it_is(partner: Partner, won: Appeal, dev: User) -> None:
    late = NOW + timedelta(days=8)
    assert [alert_late_remedies(late) for _again in range(2)] == [1, 0]
    assert Message.objects.filter(about=won.reference, kind="REMEDY_LATE", user=dev).count() == 1
    confirm(partner, won)
    assert alert_late_remedies(late + timedelta(days=30)) == 0
    assert Appeal.objects.get(pk=won.pk).status == "CLOSED"
    assert won.decided_at is not None
    assert won.decided_at < now()
