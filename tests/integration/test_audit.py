"""The audit against a real database: what it writes, what it refuses, and the eight kinds of tampering."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from audit.erasing import erase_private, is_committed
from audit.hashing import commit_to, hash_event
from audit.log import record
from audit.models import Chain, Checkpoint, Event, Leaf, Salt
from audit.queries import count_events, list_events
from audit.sealing import seal
from audit.signing import checkpoint_note
from audit.verbs import Verb
from audit.verifying import verify
from creditportal.database_rights import restrict_role

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
CASES = ["DE-AAAA-0001", "DE-AAAA-0002", "AP-AAAA-0003"]

pytestmark = pytest.mark.django_db


def note(subject: str, *, verb: Verb = Verb.DECISION_VIEWED, **extra: Any) -> None:
    with transaction.atomic():
        record(verb=verb, subject=subject, actor="user:7", now=NOW, **extra)


@pytest.fixture
def history() -> None:
    """Three cases of four events each, sealed in three checkpoints."""
    for step in range(4):
        for number, subject in enumerate(CASES):
            note(subject, codes={"step": step, "case": number})
        if step != 1:
            seal(now=NOW + timedelta(seconds=step))


@contextmanager
def superuser() -> Iterator[Any]:
    """What somebody who owns the database can do: no trigger, no foreign key."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = origin")


def run(statement: str, *parameters: object) -> None:
    with superuser() as cursor:
        cursor.execute(statement, parameters)


# Writing


def test_events_of_a_case_are_chained_in_order(history: None) -> None:
    events = list(Event.objects.filter(subject=CASES[0]).order_by("seq"))
    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert [bytes(event.prev) for event in events[1:]] == [bytes(event.hash) for event in events[:-1]]
    assert bytes(Chain.objects.get(subject=CASES[0]).head) == bytes(events[-1].hash)


def test_events_are_read_in_pages(history: None) -> None:
    assert [entry.seq for entry in list_events(CASES[1], after=1, limit=2)] == [2, 3]
    assert count_events(CASES[1]) == 4


def test_private_values_are_only_committed_to() -> None:
    note(CASES[0], private={"reason": "Zhang Wei asked by phone"})
    event, salt = Event.objects.get(), Salt.objects.get()
    expected = commit_to(name="reason", value="Zhang Wei asked by phone", salt=bytes(salt.salt))
    assert event.commitments == {"reason": expected}
    assert "Zhang" not in json.dumps([event.codes, event.commitments])


def test_who_knows_the_value_can_show_that_it_was_committed_to() -> None:
    note(CASES[0], private={"reason": "by phone"})
    assert is_committed(subject=CASES[0], seq=1, name="reason", value="by phone") is True
    assert is_committed(subject=CASES[0], seq=1, name="reason", value="by mail") is False


def test_after_erasure_nothing_can_be_shown_and_the_audit_stays_sound() -> None:
    note(CASES[0], private={"reason": "by phone"})
    note(CASES[1], private={"reason": "by phone"})
    seal(now=NOW)
    assert erase_private(subject=CASES[0], by="user:9", now=NOW) == 1
    assert is_committed(subject=CASES[0], seq=1, name="reason", value="by phone") is None
    assert is_committed(subject=CASES[1], seq=1, name="reason", value="by phone") is True
    assert list_events(CASES[0])[-1].verb == "private:erased"
    assert verify().is_sound


def test_erasing_nothing_says_nothing() -> None:
    note(CASES[0])
    assert erase_private(subject=CASES[0], by="user:9", now=NOW) == 0
    assert count_events(CASES[0]) == 1


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record(verb=Verb.DECISION_MADE, subject=CASES[0], actor="site", now=NOW)
    assert not Event.objects.exists()


def test_an_undone_change_leaves_no_event() -> None:
    with transaction.atomic():
        record(verb=Verb.DECISION_MADE, subject=CASES[0], actor="site", now=NOW)
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    assert not Chain.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor = 'somebody'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event CASCADE",
        "DELETE FROM audit_chain",
        "TRUNCATE audit_chain",
        "UPDATE audit_leaf SET index = index + 100",
        "DELETE FROM audit_leaf",
        "TRUNCATE audit_leaf",
        "UPDATE audit_checkpoint SET size = size + 100",
        "DELETE FROM audit_checkpoint",
        "TRUNCATE audit_checkpoint",
        "UPDATE audit_salt SET salt = ''",
    ],
)
def test_the_database_refuses_to_alter_history(history: None, statement: str) -> None:
    note(CASES[0], private={"reason": "x"})
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match=r"Cannot|cannot"), transaction.atomic():
            cursor.execute(statement)
    assert verify().is_sound


@pytest.fixture
def as_site() -> Iterator[None]:
    """Act as the site's own database role, not as the owner of the tables."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE audit_test_site")
        restrict_role(connection=connection, role="audit_test_site")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET ROLE audit_test_site")
        yield
        cursor.execute("RESET ROLE")


def test_the_role_of_the_site_writes_seals_and_verifies(as_site: None) -> None:
    note(CASES[0], private={"reason": "x"})
    assert seal(now=NOW) == 1
    assert erase_private(subject=CASES[0], by="user:9", now=NOW) == 1
    assert verify().is_sound


@pytest.mark.parametrize("table", ["audit_event", "audit_checkpoint"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_role_of_the_site_alters_nothing_even_past_the_triggers(
    history: None, as_site: None, table: str, verb: str
) -> None:
    with pgtrigger.ignore(), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(verb.format(table))


# Sealing


def test_sealing_gives_every_event_a_place_and_signs_the_root(history: None) -> None:
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(12))
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [3, 9, 12]


def test_sealing_again_does_nothing(history: None) -> None:
    assert seal(now=NOW) == 0
    assert Checkpoint.objects.count() == 3


def test_checkpoints_are_carried_outside(history: None, settings: Any) -> None:
    lines = [json.loads(line) for line in Path(settings.AUDIT_CHECKPOINT_FILE).read_text().splitlines()]
    assert [line["size"] for line in lines] == [3, 9, 12]


def test_what_was_not_carried_outside_follows_with_the_next_seal(history: None, settings: Any) -> None:
    path = Path(settings.AUDIT_CHECKPOINT_FILE)
    path.write_text(path.read_text().splitlines(keepends=True)[0])
    seal(now=NOW)
    assert [json.loads(line)["size"] for line in path.read_text().splitlines()] == [3, 9, 12]


def test_sealing_writes_three_statements_whatever_the_number(django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        note(f"DE-BBBB-{number:04}")
    with django_assert_max_num_queries(14):
        assert seal(now=NOW) == 30


def test_recording_takes_two_statements(django_assert_num_queries: Any) -> None:
    with transaction.atomic(), django_assert_num_queries(2):
        record(verb=Verb.DECISION_MADE, subject=CASES[0], actor="site", now=NOW)
    assert Event.objects.filter(subject=CASES[0]).count() == 1


# Verifying: an untouched audit is sound, and each kind of tampering names where


def test_an_untouched_audit_is_sound(history: None, capsys: pytest.CaptureFixture[str]) -> None:
    note(CASES[0])
    call_command("verify_audit")
    assert "sound: 13 events, 12 of them sealed" in capsys.readouterr().out


def alter_a_row() -> None:
    run("UPDATE audit_event SET codes = '{\"step\": 9}' WHERE subject = %s AND seq = 2", CASES[1])


def delete_from_the_middle() -> None:
    run("DELETE FROM audit_event WHERE subject = %s AND seq = 2", CASES[1])


def cut_off_a_tail() -> None:
    last = Event.objects.get(subject=CASES[1], seq=3)
    run("DELETE FROM audit_event WHERE subject = %s AND seq = 4", CASES[1])
    run("UPDATE audit_chain SET seq = 3, head = %s WHERE subject = %s", bytes(last.hash), CASES[1])


def remove_a_whole_case() -> None:
    run("DELETE FROM audit_leaf WHERE event_id IN (SELECT id FROM audit_event WHERE subject = %s)", CASES[1])
    run("DELETE FROM audit_event WHERE subject = %s", CASES[1])
    run("DELETE FROM audit_chain WHERE subject = %s", CASES[1])


def insert_an_event() -> None:
    run(
        "INSERT INTO audit_event (subject, seq, verb, actor, at, codes, commitments, prev, hash)"
        " SELECT subject, 5, verb, actor, at, codes, commitments, hash, prev FROM audit_event"
        " WHERE subject = %s AND seq = 4",
        CASES[1],
    )


def swap_two_events() -> None:
    first, second = Event.objects.filter(subject=CASES[1], seq__in=[2, 3]).order_by("seq")
    run("UPDATE audit_event SET seq = 99 WHERE id = %s", first.pk)
    run("UPDATE audit_event SET seq = 2 WHERE id = %s", second.pk)
    run("UPDATE audit_event SET seq = 3 WHERE id = %s", first.pk)


def rewrite_a_whole_chain() -> None:
    """Alter one event and recompute every hash after it: the chain alone notices nothing."""
    prev = bytes(Event.objects.get(subject=CASES[1], seq=1).hash)
    for event in Event.objects.filter(subject=CASES[1], seq__gte=2).order_by("seq"):
        codes = {"step": 9} if event.seq == 2 else event.codes
        digest = hash_event(
            subject=event.subject, seq=event.seq, verb=event.verb, actor=event.actor, at=event.at,
            codes=codes, commitments=event.commitments, prev=prev,
        )  # fmt: skip
        run(
            "UPDATE audit_event SET codes = %s, prev = %s, hash = %s WHERE id = %s",
            json.dumps(codes), prev, digest, event.pk,
        )  # fmt: skip
        prev = digest
    run("UPDATE audit_chain SET head = %s WHERE subject = %s", prev, CASES[1])


def roll_everything_back() -> None:
    """Return the whole database to the moment of the first checkpoint: inside, everything fits."""
    kept = list(Leaf.objects.filter(index__lt=3).values_list("event_id", flat=True))
    run("DELETE FROM audit_leaf WHERE index >= 3")
    run("DELETE FROM audit_event WHERE NOT (id = ANY(%s))", kept)
    run("DELETE FROM audit_checkpoint WHERE size > 3")
    run(
        "UPDATE audit_chain SET seq = 1,"
        " head = (SELECT hash FROM audit_event WHERE audit_event.subject = audit_chain.subject)"
    )


def forge_a_checkpoint() -> None:
    run("UPDATE audit_checkpoint SET root = %s WHERE size = 9", bytes(32))


def lose_a_leaf() -> None:
    run("DELETE FROM audit_leaf WHERE event_id = %s", Event.objects.get(subject=CASES[1], seq=2).pk)


def forge_the_copy_outside(settings: Any) -> None:
    path = Path(settings.AUDIT_CHECKPOINT_FILE)
    path.write_text(path.read_text().replace('"size": 9', '"size": 10'))


@pytest.mark.parametrize(
    ("tamper", "kind", "where"),
    [
        (alter_a_row, "event altered", "DE-AAAA-0002 event 2"),
        (delete_from_the_middle, "event missing", "DE-AAAA-0002 event 2"),
        (cut_off_a_tail, "event missing", "leaf 10"),
        (remove_a_whole_case, "leaf missing", "leaf 1,"),
        (insert_an_event, "event altered", "DE-AAAA-0002 event 5"),
        (swap_two_events, "chain broken", "DE-AAAA-0002 event 2"),
        (rewrite_a_whole_chain, "root does not fit", "leaves 3 to 8"),
        (roll_everything_back, "history cut off", "outside checkpoint 9"),
        (forge_a_checkpoint, "signature does not fit", "checkpoint 9"),
        (lose_a_leaf, "leaf missing", "DE-AAAA-0002 event 2"),
    ],
)
def test_tampering_is_found(history: None, tamper: Callable[[], None], kind: str, where: str) -> None:
    tamper()
    first = verify().faults[0]
    assert (first.kind, where in first.where) == (kind, True), first


def test_a_forged_copy_outside_is_found(history: None, settings: Any) -> None:
    forge_the_copy_outside(settings)
    assert str(verify().faults[0]) == "signature does not fit: outside checkpoint 10"


def test_an_unreadable_copy_outside_is_found(history: None, settings: Any) -> None:
    with Path(settings.AUDIT_CHECKPOINT_FILE).open("a") as file:
        file.write("not json\n")
    assert str(verify().faults[0]) == "outside copy unreadable: line 4"


def test_a_checkpoint_signed_with_an_unknown_key_is_found(history: None, settings: Any) -> None:
    settings.AUDIT_SIGNING_KEY = "A" * 43 + "="
    assert verify().faults[0].kind == "signature does not fit"


def test_the_command_fails_and_names_the_first_fault(history: None) -> None:
    alter_a_row()
    with pytest.raises(CommandError, match="DE-AAAA-0002 event 2"):
        call_command("verify_audit")


def test_the_chain_alone_would_not_have_noticed(history: None) -> None:
    """The control: without tree and copy outside, a rewritten chain looks whole."""
    rewrite_a_whole_chain()
    run("DELETE FROM audit_checkpoint")
    run("UPDATE audit_leaf SET index = NULL")
    Path(checkpoint_path()).unlink()
    assert verify().is_sound


def checkpoint_path() -> str:
    from django.conf import settings

    return str(settings.AUDIT_CHECKPOINT_FILE)


def test_the_signature_stands_for_size_root_and_time() -> None:
    notes = {
        checkpoint_note(size=size, root=root, at=at)
        for size in (1, 2)
        for root in (bytes(32), b"\x01" * 32)
        for at in (NOW, NOW + timedelta(microseconds=1))
    }
    assert len(notes) == 8
