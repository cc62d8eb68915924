"""The whole book assessed and stored once, against a task per person, bulk_create, and the bare work."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import django

from bench._pairs import Comparison

ROUNDS: Final = 7
WARM_UP: Final = 1
TASKS: Final = 200
BULK: Final = 1_000
BATCH: Final = 500
CORES: Final = 2


def main() -> int:
    """Measure in a database that is made for it and dropped afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
    from bench._book import big_book

    with big_book("book_end_to_end"):
        return measure()


def measure() -> int:
    """Ours and the three other ways in turn."""
    # The book and its workers need Django.
    from bench._book import ROWS, run_book
    from bench._pairs import show

    peers = _Peers()
    with peers.celery():
        sides: list[Callable[[], float]] = [
            lambda: run_book(workers=CORES), peers.floor, peers.bulk, peers.tasks
        ]  # fmt: skip
        rounds = []
        for _round in range(WARM_UP + ROUNDS):
            rounds.append([side() for side in sides])
            print("  " + ", ".join(f"{one:.2f} s" for one in rounds[-1]), file=sys.stderr, flush=True)
    rounds = rounds[WARM_UP:]
    sampled = f"of {ROWS:,}, from a sample of"
    about = {
        "floor": (1 / 0.45, "read, decide and write once, without leases or index, spread over two cores"),
        "bulk_create": (1 / 20, f"single path and bulk_create on two cores, {sampled} {BULK:,}"),
        "tasks": (1 / 500, f"a Celery task per person on two processes, {sampled} {TASKS:,}"),
    }
    failed = 0
    for place, (name, (goal, text)) in enumerate(about.items(), start=1):
        failed |= show(_compared(f"book_end_to_end_{name}", rounds, place, goal), about=text)
    return failed


def _compared(name: str, rounds: list[list[float]], place: int, goal: float) -> Comparison:
    """Ours against one of the peers, round by round."""
    ratio = statistics.median(one[0] / one[place] for one in rounds)
    ours, other = (statistics.median(one[at] for one in rounds) for at in (0, place))
    return Comparison(name, ours, other, "s", ratio, goal, ratio <= goal, len(rounds))


class _Peers:
    """The same results by other ways; the slow ones on a sample, whose time is multiplied up to the book."""

    def __init__(self) -> None:
        from accounts.actors import SITE
        from bench._book import NOW
        from decisions.models import BookEntry
        from decisions.runs import start_run, stop_run

        self.run = start_run(reason="settings of the peers", by=SITE, now=NOW)
        stop_run(run=self.run, reason="only its settings are needed", by=SITE, now=NOW)
        rows = BookEntry.objects.order_by("applicant_id")
        self.keys = list(rows.values_list("applicant_id", flat=True)[:BULK])

    def floor(self) -> float:
        """One process: one COPY out, one decision of all, one COPY in; half of it is each core's share."""
        from django.db import connection, transaction

        from bench._book import ROWS, timed
        from bench._plain import evaluate_plainly

        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE plain_result (LIKE decisions_runresult)")
        try:
            with transaction.atomic():
                return (
                    timed(lambda: evaluate_plainly(run=self.run, table="plain_result", people=ROWS)) / CORES
                )
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE plain_result")

    def bulk(self) -> float:
        """Sheets through the ORM, the single path row by row, bulk_create."""
        from bench import _tasks
        from bench._book import ROWS, timed

        seconds = timed(lambda: _tasks.assess_in_bulk(self.keys, BATCH))
        return seconds * ROWS / len(self.keys) / CORES

    def tasks(self) -> float:
        """A task for each person, from the first message to the last result."""
        from bench import _tasks
        from bench._book import ROWS

        before = _tasks.count_results()
        started = time.perf_counter()
        for key in self.keys[:TASKS]:
            _tasks.assess_one.delay(key)
        while _tasks.count_results() < before + TASKS:
            time.sleep(0.002)
        return (time.perf_counter() - started) * ROWS / TASKS

    @contextmanager
    def celery(self) -> Iterator[None]:
        """A Celery worker with two processes on this benchmark's database."""
        from django.db import connection

        chosen: dict[str, Any] = connection.settings_dict
        url = (
            f"postgresql://{chosen['USER']}:{chosen['PASSWORD']}@{chosen['HOST']}:{chosen['PORT']}"
            f"/{chosen['NAME']}"
        )
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "bench._tasks:app",
            "worker",
            f"--concurrency={CORES}",
        ]
        options = ["--without-gossip", "--without-mingle", "--loglevel=ERROR"]
        environment = {**os.environ, "DATABASE_URL": url, "PERSISTENT_CONNECTIONS": "true"}
        worker = subprocess.Popen(
            [*command, *options], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            yield
        finally:
            worker.terminate()
            worker.wait(30)


if __name__ == "__main__":
    sys.exit(main())
