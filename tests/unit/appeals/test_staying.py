"""A closed line stays while its appeal runs, and the remedy ends only once somebody confirmed it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import Error, connection, transaction

from accounts.actors import Actor
from accounts.models import User
from appeals.deciding import countersign, propose, suggest_ruling
from appeals.models import Appeal, Remedy, Stay
from appeals.outcomes import total_now
from appeals.remedy import EffectMissingError, alert_late_remedies, close_decided, confirm_remedy
from appeals.screening import screen
from appeals.staying import stay_of
from appeals.withdrawing import reinstate_appeal, withdraw_appeal
from core.errors import ForbiddenError, NotFoundError
from decisions.lines import available, draw
from decisions.models import Decision, DecisionReason, Line
from notifications.models import Delivery, DeliveryState, Message
from tests.factories.appeals import (
    NOW,
    after,
    closed_line,
    corrections,
    decided,
    find,
    in_review,
    queued,
    sent,
    verified,
)
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def _line(decision: Decision) -> Line:
    assert decision.line is not None
    return Line.objects.get(pk=decision.line.pk)


def _rule(appeal: Appeal, cleo: User) -> Appeal:
    appeal.refresh_from_db()
    draft = suggest_ruling(appeal)
    propose(
        appeal=appeal, outcome=draft.outcome, reason="r", letter_zh=draft.letter_zh,
        letter_en=draft.letter_en, expected_version=appeal.version, by=acting(cleo), now=NOW,
    )  # fmt: skip
    return appeal


def _overturned(ada: User | None, cleo: User, by: Actor, **given: Any) -> Appeal:
    appeal = in_review(decided("zhao_ming", ada, **given), by, cleo)
    find(appeal, cleo, "U05", **corrections("zhao_ming"))
    verified(appeal, cleo)
    return _rule(appeal, cleo)


def test_an_accepted_appeal_gives_the_line_back_for_now(ada: User, dev: User) -> None:
    decision = closed_line(dev, ada)
    assert available(_line(decision)) == 0
    appeal = sent(decision, acting(ada))
    assert stay_of(appeal) is None
    screen(appeal, NOW)
    assert available(_line(decision)) == Decimal(30_000)
    assert Message.objects.filter(kind="LINE_STAYED").count() == 1


def test_an_upheld_closure_closes_it_again_and_keeps_what_was_drawn(ada: User, cleo: User, dev: User) -> None:
    decision = closed_line(dev, ada)
    appeal = in_review(decision, acting(ada), cleo)
    draw(line=_line(decision), amount_cny=Decimal(1_000), by=acting(ada), now=NOW)
    verified(appeal, cleo)
    _rule(appeal, cleo)
    signer = User.objects.create(email="sam@example.test", role="SUPERVISOR")
    appeal.refresh_from_db()
    countersign(appeal=appeal, expected_version=appeal.version, by=acting(signer), now=NOW)
    line = _line(decision)
    assert (line.state, line.drawn_cny, available(line)) == ("closed", Decimal(1_000), Decimal(0))
    assert Stay.objects.get().ended_at == NOW


def test_what_the_stay_gives_counts_as_no_gain(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(closed_line(dev, ada), acting(ada), cleo)
    appeal.refresh_from_db()
    assert total_now(appeal) == 0


def test_a_withdrawn_appeal_ends_the_stay_and_taking_it_up_begins_it(ada: User, dev: User) -> None:
    decision = closed_line(dev, ada)
    appeal = queued(decision, acting(ada))
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)
    assert _line(decision).state == "closed"
    reinstate_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)
    assert available(_line(decision)) == Decimal(30_000)


def test_money_at_risk_is_not_given_back(ada: User, dev: User) -> None:
    decision = closed_line(dev, ada)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE decisions_decisionreason SET code = 'S06' WHERE id = %s",
            [DecisionReason.objects.filter(decision=decision).values_list("pk", flat=True)[0]],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    queued(decision, acting(ada))
    assert (_line(decision).state, Stay.objects.count()) == ("closed", 0)


def test_our_own_line_is_confirmed_by_our_books(ada: User, cleo: User) -> None:
    appeal = _overturned(ada, cleo, acting(ada))
    remedy = Remedy.objects.get()
    assert (appeal.status, remedy.due_on.isoformat()) == ("REMEDY", "2026-11-27")
    close_decided(reference=appeal.reference, now=after(minutes=1))
    appeal.refresh_from_db()
    remedy.refresh_from_db()
    assert (appeal.status, remedy.confirmed_by) == ("CLOSED", "site")
    assert appeal.letter_left_at == NOW


def test_a_partners_case_waits_for_the_partners_word(cleo: User, lender: Actor) -> None:
    appeal = _overturned(None, cleo, lender, client_id="lender")
    close_decided(reference=appeal.reference, now=NOW)
    appeal.refresh_from_db()
    assert appeal.status == "REMEDY"
    for _again in range(2):
        confirm_remedy(appeal=appeal, by=lender, now=after(days=1))
    assert (appeal.status, Remedy.objects.get().confirmed_by) == ("CLOSED", "client:lender")


def test_a_late_remedy_is_told_once(cleo: User, dev: User, lender: Actor) -> None:
    appeal = _overturned(None, cleo, lender, client_id="lender")
    assert alert_late_remedies(after(days=7)) == 0
    assert [alert_late_remedies(after(days=8)) for _again in range(2)] == [1, 0]
    assert Message.objects.filter(about=appeal.reference, kind="REMEDY_LATE", user=dev).count() == 1


def test_only_the_partner_or_a_supervisor_confirms(ada: User, ben: User, cleo: User, dev: User) -> None:
    appeal = _overturned(ada, cleo, acting(ada))
    for user, refusal in ((ada, ForbiddenError), (ben, NotFoundError), (cleo, ForbiddenError)):
        with pytest.raises(refusal):
            confirm_remedy(appeal=appeal, by=acting(user), now=NOW)
    assert confirm_remedy(appeal=appeal, by=acting(dev), now=NOW).status == "CLOSED"


def test_the_database_closes_nothing_unconfirmed(ada: User, cleo: User) -> None:
    appeal = _overturned(ada, cleo, acting(ada))
    with pytest.raises(Error, match="nobody confirmed"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(status="CLOSED", letter_left_at=NOW)


def test_nothing_closes_before_the_letter_left(ada: User, cleo: User) -> None:
    appeal = _overturned(ada, cleo, acting(ada))
    Delivery.objects.filter(message__kind="APPEAL_DECIDED").update(state=DeliveryState.PENDING, sent_at=None)
    with pytest.raises(EffectMissingError):
        close_decided(reference=appeal.reference, now=NOW + timedelta(hours=1))
