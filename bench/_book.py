"""A book of a million entries, workers that run over it, and what the same work costs in other ways."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection

ROWS: Final = int(os.environ.get("BOOK_ROWS", "1000000"))
REAL: Final = 2_000
CHUNK: Final = 25_000
NOW: Final = datetime(2026, 11, 22, 4, tzinfo=UTC)
_FORK: Final = multiprocessing.get_context("fork")

_MORE_PEOPLE: Final = """
INSERT INTO applicants_applicant (reference, kind, client_id, jurisdiction, language, name, id_number,
    birth_date, phone, bank_card, is_sample, created_at)
SELECT 'CU-B' || number, kind, client_id, jurisdiction, language, name, id_number, birth_date, phone,
    bank_card, is_sample, created_at
FROM (SELECT * FROM applicants_applicant ORDER BY id LIMIT 1) AS one, generate_series(1, %s) AS number
"""
_MORE_ENTRIES: Final = """
INSERT INTO decisions_bookentry
    (product, applicant_id, standing_id, sheet_version, line_id, line_version, valid_until, layout, codes)
SELECT entry.product, person.id, entry.standing_id, entry.sheet_version, entry.line_id, entry.line_version,
    NULL, entry.layout, overlay(entry.codes PLACING reverse(int8send(person.id)) FROM 1 FOR 8)
FROM (
    SELECT id, 1 + row_number() OVER (ORDER BY id) %% %s AS place FROM applicants_applicant
    WHERE id NOT IN (SELECT applicant_id FROM decisions_bookentry)
) AS person
JOIN (SELECT *, row_number() OVER (ORDER BY applicant_id) AS place FROM decisions_bookentry) AS entry
    ON entry.place = person.place
"""


@contextmanager
def big_book(name: str) -> Iterator[None]:
    """A migrated database of this benchmark's own with a book of ROWS entries, all up to date.

    The first entries are people of the public table; the others repeat their codes under keys of their own.
    """
    usual: Any = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"bench_{name}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        _fill()
        yield
    finally:
        connection.close()
        connection.creation.destroy_test_db(usual, verbosity=0)


def _fill() -> None:
    # Models are there only after django.setup().
    from creditportal.catalogues import load_catalogues
    from decisions.book import load_book
    from decisions.book_entries import refresh_entries
    from decisions.book_products import CONSUMER

    load_catalogues(now=NOW)
    load_book(rows=min(REAL, ROWS), now=NOW, say=lambda _text: None)
    refresh_entries(product=CONSUMER, first=1, last=2**62, now=NOW)
    with connection.cursor() as cursor:
        if ROWS > REAL:
            cursor.execute(_MORE_PEOPLE, [ROWS - REAL])
            cursor.execute(_MORE_ENTRIES, [REAL])
        cursor.execute("ANALYZE applicants_applicant, decisions_bookentry")


def run_book(*, workers: int, kill_after: float | None = None) -> float:
    """Reassess the book with so many worker processes; return the seconds from the start to the run's end.

    With `kill_after` one worker is killed after that time, and a new one takes its place, as a pool does it.
    """
    from accounts.actors import SITE
    from decisions.models import Run, RunState
    from decisions.runs import start_run

    started = time.perf_counter()
    run = start_run(reason="benchmark", chunk_size=CHUNK, by=SITE, now=NOW)
    reference, key = run.reference, run.pk
    connection.close()
    pool = [_start(reference) for _worker in range(workers)]
    if kill_after is not None:
        time.sleep(max(0.0, kill_after - (time.perf_counter() - started)))
        victim = pool[0]
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        pool.append(_start(reference))
    for process in pool:
        process.join()
    seconds = time.perf_counter() - started
    run = Run.objects.get(pk=key)
    assert run.state == RunState.DONE, run.state
    assert not run.counts["causes"], run.counts
    check_exactly_once(key)
    forget(key)
    return seconds


def _start(reference: str) -> Any:
    process = _FORK.Process(target=_work, args=(reference,))
    process.start()
    return process


def _work(reference: str) -> None:
    from core import clock
    from decisions.run_work import Rest, work_on_run

    while work_on_run(reference=reference, clock=clock.now, budget_seconds=600) is Rest.MORE:
        time.sleep(0.01)


def check_exactly_once(run: int) -> None:
    """Nobody lost and nobody doubled: count = distinct = the people of the book."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT applicant_id) FROM decisions_runresult WHERE run_id = %s", [run]
        )
        assert cursor.fetchone() == (ROWS, ROWS)


def forget(run: int) -> None:
    """Give the disk back; only the owner of the database can."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE decisions_runresult_{run:d}")


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
