"""What other systems of this kind get wrong, each as a promise that is kept here."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.actors import SITE, Actor
from accounts.models import User
from accounts.roles import Role
from appeals import estimates, transitions
from appeals.appealability import NotAppealableError, appeal_window
from appeals.claiming import claim_appeal
from appeals.clocks import due_at, due_on
from appeals.deciding import countersign, propose, suggest_ruling
from appeals.independence import NotIndependentError
from appeals.models import Appeal, AppealEvent, InternalNote, Rerun, Tally
from appeals.noting import add_note, conversation
from appeals.opening import open_appeal, submit_appeal
from appeals.queries import get_appeal_for, list_appeals_for
from appeals.queue import list_queue
from appeals.remedy import EffectMissingError, close_decided
from appeals.requesting import NewItem, ask_applicant
from appeals.similar import similar_decided
from appeals.states import Event, Party, Status, next_status
from appeals.tallying import fold_all
from appeals.timeline import timeline
from appeals.transitions import IllegalMoveError, move
from appeals.verification import mark_statement_read
from appeals.withdrawing import reinstate_appeal, withdraw_appeal
from audit.log import record
from core.audiences import InternalLeakError, InternalText
from core.errors import NotFoundError
from decisions.models import Decision
from evidence.problems import EmptyFileError, NoFileError
from evidence.storing import store_document
from notifications.kinds import Kind
from notifications.models import Delivery, DeliveryState, Message
from notifications.queueing import queue_message
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
    send_at,
    sent,
    verified,
)
from tests.factories.partners import Partner, problem
from tests.people import acting, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
CANARY = "the-neighbour-called-us"


def _rule(appeal: Appeal, by: User) -> None:
    appeal.refresh_from_db()
    letters = suggest_ruling(appeal)
    propose(
        appeal=appeal, outcome=letters.outcome, reason=CANARY, letter_zh=letters.letter_zh,
        letter_en=letters.letter_en, expected_version=appeal.version, by=acting(by), now=NOW,
    )  # fmt: skip


def _overturned(ada: User, cleo: User) -> Appeal:
    appeal = in_review(decided("zhao_ming", ada), acting(ada), cleo)
    find(appeal, cleo, "U05", **corrections("zhao_ming"))
    verified(appeal, cleo)
    _rule(appeal, cleo)
    appeal.refresh_from_db()
    return appeal


def test_rules_are_not_kept_by_the_front_end_only(ada: User) -> None:
    approved = decided("ordinary", ada)
    with pytest.raises(NotAppealableError):
        open_appeal(decision=approved, by=acting(ada), now=NOW)


def test_the_api_takes_no_appeal_of_what_nobody_refused(lender: Actor) -> None:
    approved, partner = decided("ordinary", client_id="lender"), Partner(lender)
    body = {"grounds": [{"reason": "U02", "claim": "WRONG"}], "submit": True}
    answer = partner.post(f"decisions/{approved.reference}/appeals", body)
    assert problem(answer, 409) == "nothing-to-appeal"
    assert not Appeal.objects.exists()


def test_nobody_countersigns_oneself_through_any_door(ada: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), dev, sample_draw=0)
    verified(appeal, dev)
    _rule(appeal, dev)
    with pytest.raises(NotIndependentError):
        countersign(appeal=appeal, expected_version=appeal.version, by=acting(dev), now=NOW)
    with pytest.raises(Error, match="maker_is_not_checker"), transaction.atomic():
        appeal.rulings.update(countersigned_by=dev, countersigned_at=NOW)


def test_turning_down_is_not_exempt_from_four_eyes(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(closed_line(dev, ada), acting(ada), cleo)
    verified(appeal, cleo)
    _rule(appeal, cleo)
    appeal.refresh_from_db()
    assert (appeal.status, appeal.outcome) == ("PROPOSED", "")


def test_clocks_do_not_drift(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    Appeal.objects.filter(pk=appeal.pk).update(due_at=after(days=400))
    fresh = Appeal.objects.get(pk=appeal.pk)
    readings = {due_at(fresh) for _look in range(3)}
    assert readings == {appeal.due_at}


def test_the_audit_is_never_outside_the_transaction(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    appeal = draft(decided(user=ada), acting(ada))

    def broken(**_given: Any) -> None:
        raise OSError("audit is down")

    monkeypatch.setattr(transitions, "record", broken)
    with pytest.raises(OSError, match="audit"):
        submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)
    assert Appeal.objects.get(pk=appeal.pk).status == "DRAFT"
    assert record is not broken


def test_a_move_that_is_not_allowed_is_never_silent(ada: User, cleo: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    with pytest.raises(IllegalMoveError):
        move(appeal=appeal, event=Event.SCREEN, by=SITE, now=NOW)
    assert appeal.status == "QUEUED"


def test_a_status_without_its_event_cannot_be_committed(ada: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))

    def write_past_the_domain() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            Appeal.objects.filter(pk=appeal.pk).update(status="WITHDRAWN")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(Error, match="last event says"):
        write_past_the_domain()


def test_an_appeal_is_not_born_past_its_events(ada: User, ben: User) -> None:
    twin = Appeal.objects.get(pk=queued(decided(user=ada), acting(ada)).pk)
    other = decided("zhao_ming", ben)
    twin.pk, twin.reference, twin.decision, twin.applicant = None, "AP-ZZZZ-ZZZZ", other, other.applicant

    def write_past_the_domain() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            twin.save(force_insert=True)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(Error, match="begins at QUEUED and no event says so"):
        write_past_the_domain()


def test_an_event_outside_the_table_cannot_be_written(ada: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    with pytest.raises(Error, match="no such move"), transaction.atomic():
        AppealEvent.objects.create(
            appeal=appeal, sequence=99, event="decide", from_status="QUEUED", to_status="DECIDED",
            actor="site", party="site", at=NOW,
        )  # fmt: skip


def test_nobody_sees_the_appeals_of_others(ada: User, ben: User, eve: User, lender: Actor) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    for stranger in (acting(ben), acting(eve), lender):
        assert list_appeals_for(by=stranger) == []
        with pytest.raises(NotFoundError):
            get_appeal_for(by=stranger, reference=appeal.reference)


def test_internal_words_never_reach_the_applicant(ada: User, cleo: User) -> None:
    appeal = _overturned(ada, cleo)
    add_note(appeal=appeal, text=CANARY, by=acting(cleo), now=NOW)
    shown = [row.note + row.text for row in timeline(appeal, "en")]
    shown += [line.text for line in conversation(appeal)]
    shown += [m.subject_text + m.body_text for m in Message.objects.filter(applicant=appeal.applicant)]
    ruling = appeal.rulings.get()
    shown += [ruling.letter_zh, ruling.letter_en]
    assert shown
    assert not any(CANARY in text for text in shown)
    assert any(CANARY in line.text for line in conversation(appeal, for_staff=True))


def test_internal_words_are_refused_by_their_type(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    internal = add_note(appeal=appeal, text=CANARY, by=acting(cleo), now=NOW)
    loaded = InternalNote.objects.get(pk=internal.pk).text
    assert isinstance(loaded, InternalText)
    with pytest.raises(InternalLeakError):
        queue_message(
            kind=Kind.REQUEST_REFUSED, applicant=appeal.applicant, about=appeal.reference,
            params={"what": "x", "reason": loaded}, now=NOW,
        )  # fmt: skip
    with pytest.raises(InternalLeakError):
        appeal.acceptances.create(result="ACCEPTED", reason=loaded, ruled_by=cleo, ruled_at=NOW)


@pytest.mark.parametrize(("upload", "error"), [(None, NoFileError), ([b""], EmptyFileError)])
def test_no_upload_fails_silently(ada: User, upload: Any, error: type[Exception]) -> None:
    applicant = decided(user=ada).applicant
    with pytest.raises(error):
        store_document(
            applicant=applicant,
            kind="V01",
            upload=upload,
            name="a.pdf",
            declared_type="",
            by=acting(ada),
            now=NOW,
        )


def test_the_deadline_shown_is_the_deadline_checked(ada: User) -> None:
    decision = decided(user=ada)
    window = appeal_window(decision)
    appeal = draft(decision, acting(ada))
    with pytest.raises(NotAppealableError):
        submit_appeal(
            appeal=appeal, expected_version=appeal.version, by=acting(ada),
            now=window.ends_at + timedelta(seconds=1),
        )  # fmt: skip
    last = window.ends_at + timedelta(seconds=0.9)
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=last)
    assert appeal.status == "SUBMITTED"


def test_appeal_and_decision_cannot_disagree(ada: User, ben: User, cleo: User) -> None:
    appeal = _overturned(ada, cleo)
    other = decided("zhao_ming", ben)
    assert appeal.new_decision is not None
    for changes in ({"new_decision": other}, {"outcome": "NEW_OFFER"}, {"decided_at": after(days=1)}):
        with pytest.raises(Error), transaction.atomic():
            Appeal.objects.filter(pk=appeal.pk).update(**changes)
    with pytest.raises(Error), transaction.atomic():
        Decision.objects.filter(pk=appeal.new_decision.pk).update(outcome="decline")


def test_taking_an_appeal_up_again_distorts_no_figure(ada: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    submitted, first_due = appeal.submitted_at, due_on(appeal)
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=after(days=2))
    reinstate_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=after(days=6))
    assert appeal.submitted_at == submitted
    assert first_due is not None
    assert due_on(appeal) == first_due + timedelta(days=4)
    assert [event.event for event in appeal.events.all()][-3:] == ["withdraw", "reinstate", "accept"]


def test_days_that_were_withdrawn_distort_no_median(ada: User, ben: User, cleo: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=after(days=-12))
    reinstate_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)
    send_at(appeal, after(days=-13))
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=NOW)
    mark_statement_read(appeal=appeal, by=acting(cleo), now=NOW)
    verified(appeal, cleo)
    _rule(appeal, cleo)
    fold_all()
    assert [(row.value, row.decided) for row in Tally.objects.filter(dimension="DAYS")] == [("001", 1)]
    with patch.object(estimates, "number_section", lambda _name: {"days": 180, "least_cases": 1}):
        found = estimates.estimate(appeal.grounds.values_list("code", flat=True), now=after(days=1))
    assert found is not None
    assert found.p50_days == 1
    [near] = similar_decided(appeal=queued(decided(user=ben), acting(ben)))
    assert (near.reference, near.days) == (appeal.reference, 1)


def test_completed_is_not_mistaken_for_sent(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    verified(appeal, cleo)
    _rule(appeal, cleo)
    Delivery.objects.filter(message__about=appeal.reference).update(state=DeliveryState.FAILED, sent_at=None)
    with pytest.raises(EffectMissingError):
        close_decided(reference=appeal.reference, now=NOW)
    appeal.refresh_from_db()
    assert (appeal.status, appeal.letter_left_at) == ("DECIDED", None)
    with pytest.raises(Error, match="appeals_closed_after_letter"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(status="CLOSED")


def test_a_page_of_the_queue_costs_the_same_however_long_it_is(cleo: User, lender: Actor) -> None:
    counts = []
    for _round in range(2):
        for _number in range(3):
            queued(decided(client_id="lender"), lender)
        with CaptureQueriesContext(connection) as queries:
            list_queue(by=acting(cleo), view="all", now=NOW, limit=50)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 2


def test_an_appeal_never_makes_things_worse(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    find(appeal, cleo, "U02", debt_service_pct=95)
    verified(appeal, cleo)
    appeal.refresh_from_db()
    assert suggest_ruling(appeal).outcome == "UNCHANGED"
    assert appeal.decision.score == Decision.objects.get(pk=appeal.decision_id).score


def test_the_effect_is_not_known_before_the_first_look(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    assert not Rerun.objects.filter(appeal=appeal).exists()
    verified(appeal, cleo)
    look = appeal.first_looks.get()
    rerun = appeal.reruns.get()
    assert rerun.finished_at is not None
    assert look.seen_at <= rerun.finished_at


def test_silence_of_the_applicant_never_ends_an_appeal(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    ask_applicant(appeal=appeal, items=[NewItem("payslips")], by=acting(cleo), now=NOW)
    ending = {Event.CLOSE, Event.NOT_ACCEPT, Event.DECIDE}
    assert not any(
        next_status(status=Status(appeal.status), event=event, party=party)
        for event in ending
        for party in Party
    )


def test_a_supervisor_is_no_superuser(ada: User, dev: User) -> None:
    boss = person("Boss", Role.SUPERVISOR)
    appeal = queued(closed_line(boss, ada), acting(ada))
    with pytest.raises(NotIndependentError):
        claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(boss), now=NOW)
