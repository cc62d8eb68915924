"""Who turns out to stand too near leaves the case to others, wherever it stands, and nothing stands still."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import pytest
from django.db import Error, transaction

from accounts.models import User
from appeals.acceptance import ask_acceptance_review, refuse_acceptance
from appeals.appealability import PERSON_GROUND, AlreadyOpenError
from appeals.claiming import claim_appeal
from appeals.clocks import rule_by
from appeals.deciding import propose, suggest_ruling
from appeals.independence import NotIndependentError
from appeals.models import Appeal, Request
from appeals.opening import open_appeal, save_grounds, submit_appeal
from appeals.petitions import ask_expedite, grant_request
from appeals.relations import declare_relation, recuse
from appeals.remedy import alert_late_remedies, close_decided
from appeals.reminding import remind
from appeals.requesting import NewItem, ask_applicant, ask_third_party
from appeals.screening import screen
from appeals.timeline import timeline
from appeals.withdrawing import withdraw_appeal
from core.calendars import end_of_day
from decisions.models import Decision, Line, Measure
from notifications.models import Message
from tests.factories.appeals import (
    NOW,
    after,
    closed_line,
    corrections,
    decided,
    draft,
    find,
    in_review,
    queued,
    verified,
)
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def _proposed(ada: User, cleo: User) -> Appeal:
    appeal = in_review(decided(user=ada), acting(ada), cleo, sample_draw=0)
    verified(appeal, cleo)
    _rule(appeal, cleo)
    assert appeal.status == "PROPOSED"
    return appeal


def _rule(appeal: Appeal, cleo: User) -> None:
    appeal.refresh_from_db()
    letters = suggest_ruling(appeal)
    propose(
        appeal=appeal, outcome=letters.outcome, reason="r", letter_zh=letters.letter_zh,
        letter_en=letters.letter_en, expected_version=appeal.version, by=acting(cleo), now=NOW,
    )  # fmt: skip
    appeal.refresh_from_db()


def _waiting_outside(ada: User, cleo: User) -> Appeal:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    ask_third_party(appeal=appeal, source="the bank", text="Is it yours?", by=acting(cleo), now=NOW)
    return appeal


def _step_back(appeal: Appeal, cleo: User) -> None:
    recuse(appeal=appeal, reason="my neighbour", by=acting(cleo), now=NOW)


def _relate(appeal: Appeal, cleo: User) -> None:
    declare_relation(user=cleo, applicant=appeal.applicant, kind="FRIEND", by=acting(cleo), now=NOW)


Stand: TypeAlias = Callable[[User, User], Appeal]
Leave: TypeAlias = Callable[[Appeal, User], None]
WAYS = pytest.mark.parametrize(("leave", "why"), [(_step_back, "stepped back"), (_relate, "relation")])


@WAYS
@pytest.mark.parametrize("stand", [_proposed, _waiting_outside])
def test_who_leaves_a_case_takes_nothing_along(
    *, ada: User, cleo: User, dev: User, stand: Stand, leave: Leave, why: str
) -> None:
    appeal = stand(ada, cleo)
    leave(appeal, cleo)
    appeal.refresh_from_db()
    assert (appeal.status, appeal.claimed_by_id) == ("QUEUED", None)
    assert not appeal.rulings.exclude(state="RETURNED").exists()
    assert not Request.objects.filter(appeal=appeal, state="OPEN").exists()
    assert why in timeline(appeal, "en", for_staff=True)[-1].note
    told = [row.text for row in timeline(appeal, "en")]
    assert told[-1] != "The time for the third party has ended"
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(dev), now=NOW)


@WAYS
def test_who_leaves_what_waits_for_the_applicant_leaves_it_waiting(
    ada: User, cleo: User, leave: Leave, why: str
) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    ask_applicant(appeal=appeal, items=[NewItem("payslips")], by=acting(cleo), now=NOW)
    leave(appeal, cleo)
    appeal.refresh_from_db()
    assert (appeal.status, appeal.claimed_by_id) == ("INFO_REQUESTED", None)
    assert why


@WAYS
def test_what_is_learnt_after_the_ruling_holds_nothing_up(
    ada: User, cleo: User, leave: Leave, why: str
) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    verified(appeal, cleo)
    _rule(appeal, cleo)
    leave(appeal, cleo)
    close_decided(reference=appeal.reference, now=NOW)
    appeal.refresh_from_db()
    assert (appeal.status, appeal.claimed_by_id) == ("CLOSED", cleo.pk)
    assert why


@pytest.mark.usefixtures("dev")
def test_a_nearness_that_nobody_declared_stops_no_reminder_of_others(
    ada: User, ben: User, cleo: User
) -> None:
    near, other = (in_review(decided(user=user), acting(user), cleo) for user in (ada, ben))
    # The case is on the desk already when both turn out to use one phone.
    own = decided(user=cleo).applicant
    own.phone_index = b"p" * 32
    own.save(update_fields=["phone_index"])
    type(own).objects.filter(pk=near.applicant_id).update(phone_index=own.phone_index)
    Appeal.objects.update(remind_at=NOW)
    assert remind(after(days=8)) == 2
    assert Message.objects.filter(kind="APPEAL_WAITING", about=other.reference).exists()
    near.refresh_from_db()
    with pytest.raises(NotIndependentError):
        propose(
            appeal=near, outcome="UNCHANGED", reason="r", letter_zh="x", letter_en="x",
            expected_version=near.version, by=acting(cleo), now=NOW,
        )  # fmt: skip


def test_the_applicant_may_withdraw_whatever_the_reviewer_declared(ada: User, cleo: User) -> None:
    appeal = _proposed(ada, cleo)
    _relate(appeal, cleo)
    appeal.refresh_from_db()
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)
    assert appeal.status == "WITHDRAWN"


def test_who_signed_a_measure_first_is_kept_away_by_the_database(ada: User, cleo: User, dev: User) -> None:
    appeal = queued(closed_line(dev, ada), acting(ada))
    _signed_first(appeal.decision, cleo)
    with pytest.raises(NotIndependentError):
        claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=NOW)
    with pytest.raises(Error, match="not independent"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(claimed_by=cleo, claimed_at=NOW)


def _signed_first(decision: Decision, user: User) -> None:
    line = Line.objects.get(decisions=decision)
    Measure.objects.create(
        reference="ME-TEST-0001", applicant=decision.applicant, line=line, code="M7", level="red",
        state="in_effect", triggers_seen=[], reasons=[], notice_days=15, proposed_at=NOW, signed_by=user,
        decision=decision, updated_at=NOW,
    )  # fmt: skip


def test_who_is_near_grants_no_wish(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    wish = ask_expedite(appeal=appeal, reason="wages", by=acting(ada), now=NOW)
    declare_relation(user=dev, applicant=appeal.applicant, kind="FAMILY", by=acting(dev), now=NOW)
    with pytest.raises(NotIndependentError):
        grant_request(request=wish, by=acting(dev), now=NOW)
    grant_request(request=wish, by=acting(cleo), now=NOW)
    assert Appeal.objects.get(pk=appeal.pk).is_urgent


def test_a_review_of_not_taking_in_names_the_newer_appeal(ada: User, cleo: User) -> None:
    late = NOW + timedelta(days=70)
    decision = decided(user=ada)
    appeal = open_appeal(decision=decision, late_reason="in hospital", by=acting(ada), now=late)
    grounds = {PERSON_GROUND: ("PERSON", "")}
    save_grounds(appeal=appeal, grounds=grounds, expected_version=0, by=acting(ada), now=late)
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=late)
    screen(appeal, late)
    refuse_acceptance(appeal=appeal, code="LATE", reason="no proof", by=acting(cleo), now=late)
    newer = open_appeal(decision=decision, late_reason="here is the proof", by=acting(ada), now=late)
    with pytest.raises(AlreadyOpenError, match=newer.reference):
        ask_acceptance_review(appeal=appeal, by=acting(ada), now=late)
    appeal.refresh_from_db()
    assert appeal.status == "NOT_ACCEPTED"


def test_deleting_a_draft_twice_is_deleting_it_once(ada: User) -> None:
    appeal = draft(decided(user=ada), acting(ada))
    version = appeal.version
    for _click in range(2):
        withdraw_appeal(appeal=appeal, expected_version=version, by=acting(ada), now=NOW)
    assert (appeal.status, appeal.events.count()) == ("CLOSED", 1)


def test_a_remedy_is_called_late_once_and_only_when_it_is(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided("zhao_ming", ada), acting(ada), cleo)
    find(appeal, cleo, "U05", **corrections("zhao_ming"))
    verified(appeal, cleo)
    _rule(appeal, cleo)
    late = Message.objects.filter(about=appeal.reference, kind="REMEDY_LATE")
    for days, count in ((5, 0), (7, 0), (8, 1), (9, 1)):
        Appeal.objects.filter(pk=appeal.pk).update(remind_at=after(days=days))
        remind(after(days=days))
        alert_late_remedies(after(days=days))
        assert late.count() == count, days
    assert late.get().user == dev


def test_a_late_appeal_that_nobody_rules_on_is_told_once(ada: User, dev: User) -> None:
    late = NOW + timedelta(days=70)
    appeal = open_appeal(decision=decided(user=ada), late_reason="in hospital", by=acting(ada), now=late)
    grounds = {PERSON_GROUND: ("PERSON", "")}
    save_grounds(appeal=appeal, grounds=grounds, expected_version=0, by=acting(ada), now=late)
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=late)
    screen(appeal, late)
    day = rule_by(Appeal.objects.get(pk=appeal.pk))
    assert day is not None
    told = Message.objects.filter(about=appeal.reference, kind="APPEAL_WAITING", user=dev)
    for after_day, count in ((0, 0), (1, 1), (2, 1)):
        moment = end_of_day(day, ZoneInfo("Asia/Shanghai")) + timedelta(days=after_day)
        Appeal.objects.filter(pk=appeal.pk).update(remind_at=moment)
        remind(moment)
        assert told.count() == count, after_day
