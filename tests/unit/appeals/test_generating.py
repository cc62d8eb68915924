"""A large queue to try things out on: whole cases that fit every guard of the database."""

import contextlib
import itertools
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F

from accounts.models import User
from appeals import generated_rows, generating
from appeals.asking_for_a_person import ask_for_person
from appeals.coherence import find_contradictions
from appeals.generating import AlreadyThereError, NothingToCopyError, generate_appeals
from appeals.models import Appeal, AppealEvent
from appeals.queue import list_queue
from appeals.states import Event, Status
from decisions.models import Decision
from decisions.referral import decide_referral
from decisions.replaying import replay
from tests.factories.appeals import NOW, decided
from tests.factories.decisions import sample_decision
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def quiet(_line: str) -> None:
    """Nobody listens."""


def test_open_and_closed_cases_fit_every_guard(ada: User, cleo: User) -> None:
    decided(user=ada)
    said: list[str] = []
    copied = generate_appeals(open_count=40, closed_count=60, seed=1, now=NOW, say=said.append)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert (copied, len(said)) == (40, 2)
    assert Appeal.objects.filter(status="CLOSED", outcome="UNCHANGED").count() == 60
    assert len(list_queue(by=acting(cleo), view="all", now=NOW, limit=100).rows) == 40
    assert Appeal.objects.filter(target_at__gt=F("submitted_at")).count() == 40
    last = AppealEvent.objects.filter(appeal=Appeal.objects.filter(status="CLOSED").last()).last()
    assert last is not None
    assert last.to_status == "CLOSED"


def test_a_chunk_may_take_longer_than_a_page(ada: User, cleo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(user=ada)
    limits: list[str] = []

    def look(*_given: Any, **_named: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            limits.append(cursor.fetchone()[0])

    monkeypatch.setattr(generating, "_write", look)
    generate_appeals(open_count=1, closed_count=0, seed=1, now=NOW, say=quiet)
    assert limits == ["0"]


def test_a_copied_decision_can_be_replayed(ada: User, cleo: User) -> None:
    decided(user=ada)
    generate_appeals(open_count=1, closed_count=0, seed=1, now=NOW, say=quiet)
    assert replay(Appeal.objects.get().decision) == []


class _UndoneError(Exception):
    """What was written is taken back."""


def drawn_anew(seed: int) -> list[tuple[Any, ...]]:
    """What a seed gives, and the database as it was before."""
    rows: list[tuple[Any, ...]] = []
    with contextlib.suppress(_UndoneError), transaction.atomic():
        generate_appeals(open_count=20, closed_count=30, seed=seed, now=NOW, say=quiet)
        rows = list(
            Appeal.objects.order_by("pk").values_list(
                "reference", "status", "version", "submitted_at", "due_at", "is_urgent", "sample_seed",
                "sample_draw", "outcome", "decided_at", "applicant__reference", "decision__reference",
                "claimed_by__email",
            )
        )  # fmt: skip
        raise _UndoneError
    return rows


def test_the_same_seed_gives_the_same_cases(ada: User, cleo: User) -> None:
    decided(user=ada)
    first = drawn_anew(7)
    assert len(first) == 50
    assert drawn_anew(7) == first
    assert not {row[0] for row in drawn_anew(8)} & {row[0] for row in first}


def test_a_seed_is_used_once(ada: User, cleo: User) -> None:
    decided(user=ada)
    generate_appeals(open_count=5, closed_count=0, seed=7, now=NOW, say=quiet)
    with pytest.raises(AlreadyThereError):
        generate_appeals(open_count=5, closed_count=0, seed=7, now=NOW, say=quiet)
    assert Appeal.objects.count() == 5


def test_real_people_keep_their_database_to_themselves(ada: User, cleo: User) -> None:
    decided(user=ada)
    with pytest.raises(CommandError, match="real people"):
        call_command("generate_appeals", open=1, closed=0)
    assert not Appeal.objects.exists()


@pytest.mark.parametrize("way", [(Event.SUBMIT, Event.SCREEN, Event.SUBMIT), (Event.SUBMIT, Event.CLAIM)])
def test_the_guards_are_on_while_cases_are_written(
    ada: User, cleo: User, monkeypatch: pytest.MonkeyPatch, way: tuple[Event, ...]
) -> None:
    decided(user=ada)
    moves: dict[Any, Any] = {
        step: (Status.SCREENING, frozenset()) for step in itertools.product(Status, Event)
    }
    monkeypatch.setattr(generated_rows, "TRANSITIONS", moves)
    monkeypatch.setattr(generating, "_OPEN_WAYS", ((1.01, way),))
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        generate_appeals(open_count=3, closed_count=0, seed=1, now=NOW, say=quiet)
    assert refused.value.diag.constraint_name == "appeals_move_in_table"
    assert not Appeal.objects.exists()


def test_nobody_rules_twice_on_one_matter(ada: User, cleo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(user=ada)
    monkeypatch.setattr(generating, "_former_reviewers", lambda: [cleo.pk] * 20)
    with pytest.raises(psycopg.errors.CheckViolation, match="not independent"):
        generate_appeals(open_count=0, closed_count=20, seed=1, now=NOW, say=quiet)
    assert not Appeal.objects.exists()


def test_nothing_generated_contradicts_anything(ada: User, cleo: User) -> None:
    decided(user=ada)
    generate_appeals(open_count=30, closed_count=60, seed=3, now=NOW, say=quiet)
    assert find_contradictions() == {}
    assert Appeal.objects.count() == 90


def test_what_a_colleague_decided_is_not_copied(ada: User, cleo: User) -> None:
    decided(user=ada)
    referred = sample_decision("zhang_wei")
    decide_referral(decision=referred, outcome="decline", reason="no", by=acting(cleo), now=NOW)
    generate_appeals(open_count=30, closed_count=0, seed=3, now=NOW, say=quiet)
    decisions = Decision.objects.filter(appeals__isnull=False)
    assert (decisions.count(), decisions.exclude(supersedes=None).count()) == (30, 0)


def test_without_sample_people_it_says_what_to_do() -> None:
    with pytest.raises(NothingToCopyError):
        generate_appeals(open_count=1, closed_count=0, seed=1, now=NOW, say=quiet)
    with pytest.raises(CommandError, match="load_demo"):
        call_command("generate_appeals", open=1, closed=0)


def test_one_step_leads_to_a_person(ada: User) -> None:
    appeal = ask_for_person(decision=decided(user=ada), statement="hear me", by=acting(ada), now=NOW)
    assert (appeal.status, list(appeal.grounds.values_list("code", "claim"))) == (
        "QUEUED",
        [("H01", "PERSON")],
    )
