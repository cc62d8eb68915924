"""Moving an appeal: the database refuses what the table does not hold, whoever asks."""

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.utils import translation
from psycopg.errors import CheckViolation

from accounts.actors import SITE
from accounts.models import User
from appeals import transitions
from appeals.models import Appeal, AppealEvent, Uncounted
from appeals.states import TRANSITIONS, Event, Party, Status
from appeals.transitions import VERBS, IllegalMoveError, move
from audit.queries import count_events
from core.errors import ForbiddenError, NotFoundError, StaleError
from tests.factories.appeals import NOW, decided, draft, in_review, queued, sent
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
MOVES = {(start, target) for (start, _event), (target, _parties) in TRANSITIONS.items()}


def _force(appeal: Appeal, status: Status, reviewer: User) -> None:
    """Put the appeal into a status past every trigger, as only the owner of the database can."""
    outcome = "UNCHANGED" if status in {Status.DECIDED, Status.REMEDY} else ""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE appeals_appeal SET status = %s, claimed_by_id = %s, claimed_at = now(), outcome = %s,"
            " decided_at = CASE WHEN %s = '' THEN NULL ELSE now() END WHERE id = %s",
            [status.value, reviewer.pk, outcome, outcome, appeal.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def _refusal(appeal: Appeal, target: Status) -> str:
    """What the database says to a bare UPDATE; nothing when it lets it pass."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE appeals_appeal SET status = %s WHERE id = %s", [target.value, appeal.pk]
                )
            transaction.set_rollback(True)
    except Error as error:
        return str(error)
    return ""


@pytest.mark.parametrize("start", Status)
def test_the_database_refuses_every_other_move(ada: User, cleo: User, start: Status) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    for target in set(Status) - {start}:
        _force(appeal, start, cleo)
        refusal = _refusal(appeal, target)
        if (start, target) in MOVES:
            # Decided needs a ruling besides: that is another guard's word.
            assert "status" not in refusal.replace("appeals_decided_has_outcome", ""), (
                start,
                target,
                refusal,
            )
        else:
            assert refusal, (start, target)
    # The moves that really happened are checked when the transaction ends.
    _force(appeal, Status.SUBMITTED, cleo)


@pytest.mark.parametrize(
    ("start", "values", "guard"),
    [
        ("DRAFT", {"status": "SUBMITTED"}, "appeals_submitted_has_date"),
        ("DRAFT", {"claimed_at": NOW}, "appeals_claim_complete"),
        ("QUEUED", {"status": "IN_REVIEW"}, "appeals_review_has_claim"),
        ("QUEUED", {"decided_at": NOW}, "appeals_outcome_has_date"),
        ("IN_REVIEW", {"status": "DECIDED"}, "appeals_decided_has_outcome"),
        ("QUEUED", {"new_decision_id": 0}, "appeals_outcome_fits_decision"),
    ],
)
def test_the_database_refuses_a_row_that_contradicts_itself(
    ada: User, cleo: User, start: str, values: dict[str, Any], guard: str
) -> None:
    decision = decided(user=ada)
    ways: dict[str, Callable[..., Appeal]] = {
        "DRAFT": draft, "QUEUED": queued, "IN_REVIEW": partial(in_review, reviewer=cleo),
    }  # fmt: skip
    appeal = ways[start](decision, acting(ada))
    assert appeal.status == start
    with pytest.raises(Error) as refused, transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(**values)
    assert isinstance(refused.value.__cause__, CheckViolation)
    assert refused.value.__cause__.diag.constraint_name == guard


def test_the_database_refuses_an_appeal_that_begins_decided(ada: User) -> None:
    row = Appeal.objects.get(pk=sent(decided(user=ada), acting(ada)).pk)
    row.pk, row.reference, row.decision = None, "AP-0000-0000", decided(client_id="another")
    row.outcome, row.decided_at = "UNCHANGED", NOW
    with pytest.raises(Error) as refused, transaction.atomic():
        row.save(force_insert=True)
    assert isinstance(refused.value.__cause__, CheckViolation)
    assert refused.value.__cause__.diag.constraint_name == "appeals_begins_undecided"


def test_an_event_is_counted_only_with_its_row(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    Uncounted.objects.all().delete()
    with pytest.raises(Error), transaction.atomic():
        AppealEvent.objects.create(
            appeal=appeal, sequence=1, event="submit", from_status="DRAFT", to_status="SUBMITTED",
            actor="site", party="applicant", at=NOW,
        )  # fmt: skip
    assert not Uncounted.objects.exists()
    move(appeal=appeal, event=Event.SCREEN, by=SITE, now=NOW)
    assert not Uncounted.objects.exists(), "not what the boards count"
    event = move(appeal=appeal, event=Event.WITHDRAW, by=acting(ada), now=NOW)
    assert [row.event_id for row in Uncounted.objects.all()] == [event.pk]


# Each row is tried and taken back, so that only the guard decides.
_TRY_EACH = """
CREATE FUNCTION pg_temp.try_each(the_appeal bigint, rows text[]) RETURNS text[] AS $$
DECLARE
    row text;
    part text[];
    taken text[] := '{}';
BEGIN
    FOREACH row IN ARRAY rows LOOP
        part := string_to_array(row, ':');
        BEGIN
            INSERT INTO appeals_appealevent
                (appeal_id, sequence, event, from_status, to_status, actor, party, note, at)
            VALUES (the_appeal, 1000, part[2], part[1], part[3], 'site', part[4], '', now());
            RAISE EXCEPTION 'taken' USING ERRCODE = 'ZZ001';
        EXCEPTION
            WHEN SQLSTATE 'ZZ001' THEN taken := taken || row;
            WHEN check_violation THEN NULL;
        END;
    END LOOP;
    RETURN taken;
END $$ LANGUAGE plpgsql
"""


def test_the_database_takes_the_events_of_the_table_and_no_other(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    rows = list(itertools.product(Status, Event, Status, Party))
    with connection.cursor() as cursor:
        cursor.execute(_TRY_EACH)
        cursor.execute(
            "SELECT pg_temp.try_each(%s, %s::text[])",
            [appeal.pk, [":".join(one.value for one in row) for row in rows]],
        )
        taken = set(cursor.fetchone()[0])
    meant = {
        f"{start}:{event}:{target}:{party}"
        for (start, event), (target, parties) in TRANSITIONS.items()
        for party in parties
    }
    assert len(rows) == len(Status) ** 2 * len(Event) * len(Party)
    assert taken == meant


def test_an_event_an_audit_row_and_the_status_come_together(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    before, version = count_events(appeal.reference), appeal.version
    event = move(appeal=appeal, event=Event.SCREEN, by=SITE, now=NOW, note="a word")
    assert (event.sequence, event.from_status, event.to_status) == (2, "SUBMITTED", "SCREENING")
    assert (event.party, event.actor, event.note) == ("site", "site", "a word")
    assert (appeal.version, count_events(appeal.reference)) == (version + 1, before + 1)


def test_a_failing_audit_undoes_the_move(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    appeal = sent(decided(user=ada), acting(ada))

    def broken(**_anything: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr(transitions, "record", broken)
    with pytest.raises(RuntimeError):
        move(appeal=appeal, event=Event.SCREEN, by=SITE, now=NOW)
    stored = Appeal.objects.get(pk=appeal.pk)
    assert (stored.status, stored.events.count()) == ("SUBMITTED", 1)


def test_of_two_who_saw_the_same_version_one_moves(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    other = Appeal.objects.get(pk=appeal.pk)
    move(appeal=appeal, event=Event.SCREEN, by=SITE, now=NOW)
    with pytest.raises(StaleError):
        move(appeal=other, event=Event.WITHDRAW, by=acting(ada), now=NOW)


def test_a_move_that_does_not_fit_says_where_the_appeal_stands(ada: User) -> None:
    appeal = draft(decided(user=ada), acting(ada))
    with translation.override("en"), pytest.raises(IllegalMoveError, match="draft"):
        move(appeal=appeal, event=Event.SCREEN, by=SITE, now=NOW)


def test_strangers_learn_nothing_and_staff_may_not_act_for_ada(
    ada: User, ben: User, cleo: User, dev: User
) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    for event in Event:
        with pytest.raises(NotFoundError):
            move(appeal=appeal, event=event, by=acting(ben), now=NOW)
    for colleague, event in itertools.product((cleo, dev), (Event.WITHDRAW, Event.SUBMIT, Event.CLOSE)):
        with pytest.raises(ForbiddenError):
            move(appeal=appeal, event=event, by=acting(colleague), now=NOW)


def test_events_are_never_edited(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    for change in (
        AppealEvent.objects.filter(appeal=appeal).update,
        AppealEvent.objects.filter(appeal=appeal).delete,
    ):
        kwargs: dict[str, Any] = {"event": "x"} if change.__name__ == "update" else {}
        with pytest.raises(Error), transaction.atomic():
            change(**kwargs)


def test_every_event_has_its_verb() -> None:
    assert set(VERBS) == set(Event)
    assert len(set(VERBS.values())) == len(Event)
