"""Checking in: by itself when the files are checked, or after a quarter of an hour."""

import pytest

from accounts.models import User
from appeals.attaching import attach_existing
from appeals.models import Appeal
from appeals.opening import submit_appeal
from appeals.screening import screen, screen_one, screen_waiting, screen_with_document
from appeals.withdrawing import withdraw_appeal
from notifications.models import Message
from outbox.models import Outbox
from tests.factories.appeals import NOW, after, decided, draft, send_at, sent
from tests.factories.evidence import check, send
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def _with_unchecked_paper(ada: User) -> Appeal:
    appeal = draft(decided(user=ada), acting(ada))
    document = send(appeal.applicant, by=acting(ada), kind="V09")
    attach_existing(ground=appeal.grounds.get(code="U02"), document=document, by=acting(ada), now=NOW)
    appeal.refresh_from_db()
    return submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)


def test_without_files_it_passes_at_once(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    screen_one(reference=appeal.reference, now=NOW)
    appeal.refresh_from_db()
    assert appeal.status == "QUEUED"
    assert [(event.event, event.party) for event in appeal.events.all()][1:] == [
        ("screen", "site"),
        ("accept", "site"),
    ]


def test_it_is_acknowledged_once_and_at_once(ada: User) -> None:
    appeal = _with_unchecked_paper(ada)
    for at in (after(minutes=1), after(minutes=15)):
        screen_one(reference=appeal.reference, now=at)
        [told] = Message.objects.filter(kind="APPEAL_RECEIVED", about=appeal.reference)
        assert (told.applicant, told.created_at) == (appeal.applicant, after(minutes=1))
        assert "5 Dec 2026" in told.body_text


def test_what_left_the_queue_meanwhile_is_acknowledged_all_the_same(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)
    screen_one(reference=appeal.reference, now=NOW)
    appeal.refresh_from_db()
    assert appeal.status == "WITHDRAWN"
    assert Message.objects.filter(kind="APPEAL_RECEIVED", about=appeal.reference).exists()


def test_it_waits_for_its_files_and_goes_on_with_the_last_of_them(ada: User) -> None:
    appeal = _with_unchecked_paper(ada)
    assert screen(appeal, NOW).status == "SUBMITTED"
    document = check(appeal.applicant.documents.get())
    screen_with_document(reference=document.reference, now=NOW)
    appeal.refresh_from_db()
    assert appeal.status == "QUEUED"


def test_only_one_that_waits_is_looked_at_again(ada: User, ben: User) -> None:
    at_once, waits = sent(decided(user=ben), acting(ben)), _with_unchecked_paper(ada)
    for appeal in (at_once, waits):
        for _time in range(2):
            screen_one(reference=appeal.reference, now=NOW)
    [late] = Outbox.objects.filter(kind="SCREEN_APPEAL", key__endswith=":late")
    assert (late.subject, late.next_at) == (waits.reference, after(minutes=15))
    screen_one(reference=late.subject, now=late.next_at)
    waits.refresh_from_db()
    assert waits.status == "QUEUED"


def test_it_does_not_wait_for_ever(ada: User) -> None:
    appeal = _with_unchecked_paper(ada)
    assert screen_waiting(after(minutes=14)) == 0
    assert screen_waiting(after(minutes=15)) == 1
    appeal.refresh_from_db()
    assert appeal.status == "QUEUED"


def test_screening_twice_changes_nothing(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    for _time in range(2):
        screen_one(reference=appeal.reference, now=NOW)
    assert appeal.events.count() == 3


def test_a_late_one_stays_for_a_person(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    send_at(appeal, after(days=61))
    appeal.refresh_from_db()
    assert screen(appeal, after(days=62)).status == "SCREENING"
