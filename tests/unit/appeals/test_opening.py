"""A draft is saved at each step, sent once, and can be taken back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Scope
from appeals.appealability import AlreadyOpenError, NotAppealableError, WindowOverError, appeal_window
from appeals.models import Appeal, Ground
from appeals.opening import (
    NoGroundError,
    open_appeal,
    save_grounds,
    save_statement,
    submit_appeal,
)
from appeals.transitions import IllegalMoveError
from appeals.withdrawing import withdraw_appeal
from audit.queries import list_events
from core.errors import ForbiddenError, InputError, NotFoundError, StaleError
from notifications.models import Message
from outbox.models import Outbox
from tests.factories.appeals import NOW, decided, draft, sent
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def _submit(appeal: Appeal, by: Actor, *, version: int | None = None, now: datetime = NOW) -> Appeal:
    seen = appeal.version if version is None else version
    return submit_appeal(appeal=appeal, expected_version=seen, by=by, now=now)


def test_opening_twice_gives_the_same_draft(ada: User) -> None:
    decision = decided(user=ada)
    first = open_appeal(decision=decision, by=acting(ada), now=NOW)
    assert open_appeal(decision=decision, by=acting(ada), now=NOW) == first
    assert (first.status, first.tier, first.applicant) == ("DRAFT", 1, decision.applicant)


def test_an_open_appeal_is_named(ada: User) -> None:
    decision = decided(user=ada)
    appeal = sent(decision, acting(ada))
    with pytest.raises(AlreadyOpenError, match=appeal.reference):
        open_appeal(decision=decision, by=acting(ada), now=NOW)


def test_ben_and_eve_see_404_and_cleo_403(ada: User, ben: User, eve: User, cleo: User) -> None:
    decision = decided(user=ada)
    for stranger in (ben, eve):
        with pytest.raises(NotFoundError):
            open_appeal(decision=decision, by=acting(stranger), now=NOW)
    with pytest.raises(ForbiddenError):
        open_appeal(decision=decision, by=acting(cleo), now=NOW)


def test_the_lender_opens_for_its_own_applicant_only(lender: Actor) -> None:
    own, others = decided(client_id="lender"), decided()
    assert sent(own, lender).status == "SUBMITTED"
    with pytest.raises(NotFoundError):
        open_appeal(decision=others, by=lender, now=NOW)
    reader = Actor.for_client("lender", [Scope.APPEALS_READ.value])
    with pytest.raises(ForbiddenError):
        open_appeal(decision=own, by=reader, now=NOW)


def test_grounds_are_replaced_as_a_whole(ada: User) -> None:
    appeal = draft(decided(user=ada), acting(ada))
    codes = set(appeal.grounds.values_list("code", flat=True))
    grounds = {"U02": ("WRONG", "my loan was repaid"), "U01": ("", "")}
    save_grounds(appeal=appeal, grounds=grounds, expected_version=appeal.version, by=acting(ada), now=NOW)
    kept = Ground.objects.get(appeal=appeal)
    assert (kept.code, kept.claim, kept.note) == ("U02", "WRONG", "my loan was repaid")
    assert codes > {"U02"}


@pytest.mark.parametrize(
    ("grounds", "field"),
    [
        ({"S99": ("WRONG", "")}, "S99"),
        ({"U02": ("MAGIC", "")}, "U02"),
        ({"U02": ("WRONG", "x" * 2001)}, "U02.note"),
        ({"U02": ("WRONG", "a\x00b")}, "U02.note"),
        ({"U02": ("WRONG", "\ud800")}, "U02.note"),
    ],
)
def test_bad_grounds_name_their_field_and_change_nothing(ada: User, grounds: Any, field: str) -> None:
    appeal = draft(decided(user=ada), acting(ada), claims={"U01": "WRONG"})
    version = appeal.version
    with pytest.raises(InputError) as caught:
        save_grounds(appeal=appeal, grounds=grounds, expected_version=version, by=acting(ada), now=NOW)
    assert list(caught.value.fields) == [field]
    assert list(appeal.grounds.values_list("code", flat=True)) == ["U01"]
    assert Appeal.objects.get(pk=appeal.pk).version == version


def test_a_stale_form_is_told_so(ada: User) -> None:
    appeal = draft(decided(user=ada), acting(ada))
    with pytest.raises(StaleError):
        save_statement(
            appeal=appeal, statement="x", is_urgent=False, expected_version=0, by=acting(ada), now=NOW
        )


def test_sending_starts_the_clock_and_queues_the_rest(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    assert (appeal.status, appeal.submitted_at) == ("SUBMITTED", NOW)
    assert appeal.due_at is not None
    assert appeal.due_at.isoformat() == "2026-12-05T15:59:59+00:00"
    assert Outbox.objects.filter(kind="SCREEN_APPEAL", subject=appeal.reference).count() == 1
    assert "appeal:submitted" in [event.verb for event in list_events(appeal.reference)]


def test_a_double_click_sends_once(ada: User) -> None:
    appeal = draft(decided(user=ada), acting(ada))
    other_tab = Appeal.objects.get(pk=appeal.pk)
    version = appeal.version
    first = _submit(appeal, acting(ada), version=version)
    second = _submit(other_tab, acting(ada), version=version)
    again = _submit(Appeal.objects.get(pk=appeal.pk), acting(ada), version=version)
    assert first == second == again
    assert (second.status, second.version) == ("SUBMITTED", first.version)
    assert appeal.events.count() == 1


def test_an_appeal_needs_a_ground(ada: User) -> None:
    appeal = open_appeal(decision=decided(user=ada), by=acting(ada), now=NOW)
    with pytest.raises(NoGroundError):
        _submit(appeal, acting(ada))
    assert Appeal.objects.get(pk=appeal.pk).status == "DRAFT"


def test_the_last_second_counts_and_the_next_does_not(ada: User) -> None:
    decision = decided(user=ada)
    ends_at = appeal_window(decision).ends_at
    appeal = draft(decision, acting(ada))
    with pytest.raises(WindowOverError):
        _submit(appeal, acting(ada), now=ends_at + timedelta(seconds=1))
    assert _submit(appeal, acting(ada), now=ends_at + timedelta(seconds=0.9)).status == "SUBMITTED"


def test_a_sent_appeal_is_not_a_draft_any_more(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    with pytest.raises(IllegalMoveError):
        save_statement(
            appeal=appeal, statement="x", is_urgent=False, expected_version=appeal.version,
            by=acting(ada), now=NOW,
        )  # fmt: skip


def test_a_withdrawn_draft_is_closed_and_another_can_be_opened(ada: User) -> None:
    decision = decided(user=ada)
    appeal = draft(decision, acting(ada))
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)
    assert appeal.status == "CLOSED"
    assert not Message.objects.filter(about=appeal.reference).exists()
    assert open_appeal(decision=decision, by=acting(ada), now=NOW) != appeal


def test_withdrawing_twice_is_withdrawing_once(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    for _click in range(2):
        withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)
    assert appeal.status == "WITHDRAWN"
    assert Message.objects.filter(about=appeal.reference, kind="APPEAL_WITHDRAWN").count() == 1


def test_somebody_elses_appeal_cannot_be_touched(ada: User, ben: User, cleo: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    with pytest.raises(NotFoundError):
        withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ben), now=NOW)
    with pytest.raises(ForbiddenError):
        withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=NOW)


def test_words_are_encrypted_where_they_lie(ada: User, django_assert_num_queries: Any) -> None:
    from django.db import connection

    appeal = draft(decided(user=ada), acting(ada))
    save_statement(
        appeal=appeal, statement="canary", is_urgent=True, expected_version=appeal.version,
        by=acting(ada), now=NOW,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM appeals_appeal WHERE id = %s", [appeal.pk])
        assert b"canary" not in bytes(cursor.fetchone()[0])
    assert Appeal.objects.get(pk=appeal.pk).statement == "canary"


def test_an_approval_leaves_nothing_to_appeal(ada: User) -> None:
    with translation.override("en"), pytest.raises(NotAppealableError, match="nothing to appeal"):
        open_appeal(decision=decided("wang_fang", ada), by=acting(ada), now=NOW)
