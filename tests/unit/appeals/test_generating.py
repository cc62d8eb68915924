"""A large queue to try things out on: whole cases that fit every guard of the database."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from appeals.asking_for_a_person import ask_for_person
from appeals.generating import NothingToCopyError, generate_appeals
from appeals.models import Appeal, AppealEvent
from appeals.queries import list_queue
from decisions.replaying import replay
from tests.factories.appeals import NOW, decided
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
    last = AppealEvent.objects.filter(appeal=Appeal.objects.filter(status="CLOSED").last()).last()
    assert last is not None
    assert last.to_status == "CLOSED"


def test_a_copied_decision_can_be_replayed(ada: User, cleo: User) -> None:
    decided(user=ada)
    generate_appeals(open_count=1, closed_count=0, seed=1, now=NOW, say=quiet)
    assert replay(Appeal.objects.get().decision) == []


def test_the_same_seed_draws_the_same_cases(ada: User, cleo: User) -> None:
    decided(user=ada)
    drawn = []
    for _again in range(2):
        before = Appeal.objects.count()
        generate_appeals(open_count=20, closed_count=0, seed=7, now=NOW, say=quiet)
        drawn.append(list(Appeal.objects.order_by("pk").values_list("status", flat=True)[before:]))
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) > 1


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
