"""Views of the queue, counts and boards read what is open or summed up, never all that has ended."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model

from accounts.actors import Actor
from accounts.models import User
from appeals import gauging
from appeals.generating import generate_appeals
from appeals.models import Appeal
from appeals.queries import list_appeals_for
from appeals.queue import VIEWS, QueueFilter, count_queue, list_queue
from creditportal.staff.board_view import BOARDS, build_board
from creditportal.staff.colleagues import list_desks
from tests.factories.appeals import NOW, decided
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
OPEN, ENDED = 40, 400
NARROWED = (
    QueueFilter(product="consumer_loan"), QueueFilter(reason="U01"), QueueFilter(language="en"),
    QueueFilter(is_urgent=True), QueueFilter(is_vulnerable=True), QueueFilter(is_second_tier=True),
)  # fmt: skip


@pytest.fixture
def crowded(ada: User, cleo: User, dev: User) -> User:
    """Cleo before a long queue: ten times as many cases have ended as are open."""
    decided(user=ada)
    generate_appeals(open_count=OPEN, closed_count=ENDED, seed=1, now=NOW, say=lambda _line: None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        # A table of this size is read whole for a trifle; what counts is whether an index would do.
        cursor.execute("SET LOCAL enable_seqscan = off")
    return cleo


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database within the block."""
    seen: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(note):
        yield seen


def appeals_read(asked: list[tuple[str, Any]]) -> int:
    """How many rows of appeals these statements go through, whether they fit or not."""
    return rows_read(asked, Appeal)


def rows_read(asked: list[tuple[str, Any]], model: type[Model]) -> int:
    """How many rows of a table these statements go through, whether they fit or not."""
    return sum(_read(plan, model._meta.db_table) for plan in _plans(asked))


def plans_of(asked: list[tuple[str, Any]]) -> str:
    """How these statements are carried out, as one text."""
    return json.dumps(_plans(asked))


def _plans(asked: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for sql, params in asked:
        if sql.lstrip("(").startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
                plan = cursor.fetchone()[0]
            found.append((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
    return found


def _read(node: dict[str, Any], table: str) -> int:
    mine = 0
    if node.get("Relation Name") == table:
        each = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        mine = round(each * node["Actual Loops"])
    return mine + sum(_read(part, table) for part in node.get("Plans", []))


def test_no_view_of_the_queue_reads_what_has_ended(crowded: User) -> None:
    read = {}
    for view in VIEWS:
        with statements() as asked:
            page = list_queue(by=acting(crowded), view=view, now=NOW, limit=10)
            if page.next_after:
                list_queue(by=acting(crowded), view=view, now=NOW, after=page.next_after, limit=10)
        read[view] = appeals_read(asked)
    assert {view: rows for view, rows in read.items() if rows > 3 * OPEN} == {}
    assert read["all"] > 10


@pytest.mark.parametrize("narrowed", NARROWED)
def test_no_filter_reads_what_has_ended(crowded: User, narrowed: QueueFilter) -> None:
    with statements() as asked:
        list_queue(by=acting(crowded), view="all", now=NOW, narrowed=narrowed, limit=10)
    assert 0 < len(asked) <= 1
    assert appeals_read(asked) <= 3 * OPEN


def test_counts_gauges_and_desks_read_what_is_open(crowded: User) -> None:
    with statements() as asked:
        counts = count_queue(by=acting(crowded), now=NOW)
        gauging.measure(now=NOW)
        list_desks()
    assert counts["all"] == OPEN
    assert appeals_read(asked) <= 12 * OPEN


def test_a_partners_list_reads_only_its_own(crowded: User, lender: Actor) -> None:
    with statements() as asked:
        assert list_appeals_for(by=lender, limit=10) == []
    assert len(asked) == 1
    assert appeals_read(asked) <= OPEN


@pytest.mark.parametrize("board", BOARDS)
def test_boards_read_summaries_only(crowded: User, board: str) -> None:
    with statements() as asked:
        parts = build_board(board, since=date(2025, 1, 1), today=NOW.date(), language="en")
    assert parts
    assert not [sql for sql, _params in asked if '"appeals_appeal"' in sql or "appeals_appeal " in sql]
