"""Dates are computed from what happened, and can be derived step by step."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import translation

from accounts.models import User
from appeals.appealability import AlreadyOpenError
from appeals.claiming import claim_appeal
from appeals.clocks import draft_ends_at, due_at, due_on, list_pauses, target_on
from appeals.deciding import propose, suggest_ruling
from appeals.deriving import why_due
from appeals.drafts import expire_drafts
from appeals.models import Appeal, Pause
from appeals.verification import mark_statement_read
from appeals.withdrawing import ReinstateOverError, reinstate_appeal, withdraw_appeal
from notifications.models import Message
from tests.factories.appeals import NOW, after, decided, draft, in_review, sent, verified
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def _pause(appeal: Appeal, since: datetime, until: datetime) -> None:
    Pause.objects.create(appeal=appeal, clock="service", cause="INFO_REQUESTED", since=since, until=until)


def test_the_law_counts_calendar_days_and_our_target_working_days(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    assert (due_on(appeal), target_on(appeal)) == (date(2026, 12, 5), date(2026, 12, 4))
    appeal.is_urgent = True
    assert target_on(appeal) == date(2026, 11, 27)


def test_waiting_for_the_applicant_moves_our_target_and_never_the_law(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    _pause(appeal, after(days=3), after(days=6))
    assert len(list_pauses(appeal)) == 1
    assert (due_on(appeal), target_on(appeal)) == (date(2026, 12, 5), date(2026, 12, 9))


def test_withdrawn_days_move_every_date(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=after(days=3))
    reinstate_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=after(days=5))
    assert (appeal.status, due_on(appeal)) == ("QUEUED", date(2026, 12, 7))
    assert appeal.due_at == due_at(appeal)
    assert target_on(appeal) == date(2026, 12, 8)
    with translation.override("en"):
        assert "withdrawn" in why_due(appeal)[1].text


def test_after_fourteen_days_a_withdrawn_appeal_stays_so(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)
    with pytest.raises(ReinstateOverError):
        reinstate_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=after(days=15))
    assert (
        reinstate_appeal(
            appeal=appeal, expected_version=appeal.version, by=acting(ada), now=after(days=14)
        ).status
        == "QUEUED"
    )


def test_a_proposal_withdrawn_with_its_appeal_does_not_come_back(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo, sample_draw=0)
    verified(appeal, cleo)
    for round_number in range(2):
        appeal.refresh_from_db()
        letters = suggest_ruling(appeal)
        propose(
            appeal=appeal, outcome="UNCHANGED", reason="r", letter_zh=letters.letter_zh,
            letter_en=letters.letter_en, expected_version=appeal.version, by=acting(cleo), now=NOW,
        )  # fmt: skip
        if round_number:
            break
        withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)
        reinstate_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)
        claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=NOW)
        mark_statement_read(appeal=appeal, by=acting(cleo), now=NOW)
        verified(appeal, cleo)
    assert [ruling.state for ruling in appeal.rulings.all()] == ["RETURNED", "PROPOSED"]


def test_a_withdrawn_appeal_gives_way_to_a_newer_one(ada: User) -> None:
    decision = decided(user=ada)
    appeal = sent(decision, acting(ada))
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)
    newer = draft(decision, acting(ada))
    with pytest.raises(AlreadyOpenError, match=newer.reference):
        reinstate_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)


def test_every_date_can_be_derived(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    _pause(appeal, after(days=3), after(days=6))
    with translation.override("en"):
        steps = why_due(appeal)
    assert [step.day.isoformat() for step in steps] == [
        "2026-11-20",
        "2026-11-23",
        "2026-12-09",
        "2026-12-05",
    ]
    assert "15 calendar days" in steps[-1].text


def test_a_draft_has_no_due_date(ada: User) -> None:
    appeal = draft(decided(user=ada), acting(ada))
    assert (due_on(appeal), target_on(appeal), why_due(appeal)) == (None, None, [])


def test_a_draft_ends_after_thirty_idle_days_or_with_the_window(ada: User) -> None:
    appeal = draft(decided(user=ada), acting(ada))
    assert draft_ends_at(appeal).isoformat() == "2026-12-20T15:59:59+00:00"
    appeal.saved_at = after(days=50)
    assert draft_ends_at(appeal).isoformat() == "2027-01-19T15:59:59+00:00"


def test_a_draft_is_reminded_twice_and_then_ends(ada: User) -> None:
    appeal = draft(decided(user=ada), acting(ada))
    ends_at = draft_ends_at(appeal)
    told = Message.objects.filter(about=appeal.reference, kind="DRAFT_EXPIRING")
    for days, reminders in ((8, 0), (6.5, 1), (6, 1), (1.5, 2), (1, 2)):
        assert expire_drafts(ends_at - timedelta(days=days)) == 0
        assert told.count() == reminders, days
    assert expire_drafts(ends_at + timedelta(seconds=0.5)) == 0
    assert expire_drafts(ends_at + timedelta(seconds=1)) == 1
    appeal.refresh_from_db()
    assert (appeal.status, told.count()) == ("CLOSED", 2)


def test_a_draft_seen_late_is_reminded_once(ada: User) -> None:
    appeal = draft(decided(user=ada), acting(ada))
    expire_drafts(draft_ends_at(appeal) - timedelta(days=1))
    assert Message.objects.filter(about=appeal.reference).count() == 1
