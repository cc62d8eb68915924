"""The daily look over early warnings: a person each, against plain reading of the rows that it needs.

Everybody is due, which no real day is, and one person in twenty is late. A night of eight hours leaves a book
of a million people 28.8 ms each with one worker; figures for a million are reckoned from the people measured.
"""

import os
import sys
import time
from datetime import timedelta
from typing import Any, Final

import django

ROWS: Final = int(os.environ.get("LOOK_ROWS", "26000"))
PART: Final = 1_000
"""People of a round; each round takes the next ones."""
NIGHT_MS: Final = 8 * 3600 * 1000 / 1_000_000
MOST_TIMES_READING: Final = 32
"""With reading at 0.112 ms a person, as on a quiet machine: a million in an hour, an eighth of the night."""
STATEMENTS: Final = 30
LATE_ONE_IN: Final = 20

_ACCEPT: Final = "UPDATE decisions_line SET state = 'active' WHERE state = 'offered'"
_MORE_LINES: Final = """
INSERT INTO decisions_line (reference, applicant_id, product, state, total_cny, drawn_cny, on_hold_cny,
    reduced_cny, annual_rate_pct, version, opened_at, updated_at)
SELECT 'LN-B' || sheet.applicant_id, sheet.applicant_id, line.product, 'active', line.total_cny, 0, 0, 0,
    line.annual_rate_pct, 0, line.opened_at, line.updated_at
FROM applicants_sheet AS sheet, (SELECT * FROM decisions_line ORDER BY id LIMIT 1) AS line
WHERE sheet.facts #>> '{current_overdue_days,value}' = '0'
    AND NOT EXISTS (SELECT 1 FROM decisions_line AS own WHERE own.applicant_id = sheet.applicant_id)
"""
"""Who was not approved has a line too, unless late already: three in four of the public table."""
_LATE: Final = """
UPDATE applicants_sheet SET version = version + 1,
    facts = jsonb_set(facts, '{current_overdue_days,value}', '5')
WHERE applicant_id %% %s = 0 AND facts ? 'current_overdue_days'
"""
_READ: Final = (
    "SELECT * FROM applicants_applicant WHERE id = ANY(%s)",
    "SELECT * FROM applicants_sheet WHERE applicant_id = ANY(%s)",
    (
        "SELECT * FROM applicants_fact WHERE applicant_id = ANY(%s) AND characteristic IN"
        " ('active_lenders', 'revolving_use_pct')"
    ),
    "SELECT * FROM decisions_line WHERE applicant_id = ANY(%s)",
    "SELECT * FROM decisions_watch WHERE applicant_id = ANY(%s)",
    "SELECT * FROM decisions_earlywarning WHERE applicant_id = ANY(%s)",
)


def main() -> int:
    """Measure in a database that is made for it and dropped afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
    from bench._database import NOW, own_database
    from decisions.book import load_book

    with own_database("daily_look"):
        load_book(rows=ROWS, now=NOW, say=lambda _text: None)
        return _measure(_Looks(NOW))


class _Looks:
    """Rounds over the people with a line, each over the next of them."""

    def __init__(self, now: Any) -> None:
        from django.db import connection

        self.now, self.at, self.statements = now + timedelta(days=1), 0, [0]
        with connection.cursor() as cursor:
            cursor.execute(_ACCEPT)
            cursor.execute(_MORE_LINES)
            cursor.execute("SELECT DISTINCT applicant_id FROM decisions_line ORDER BY 1")
            self.keys = [key for (key,) in cursor.fetchall()]
        self.sweep()
        self.now += timedelta(days=1)
        with connection.cursor() as cursor:
            cursor.execute(_LATE, [LATE_ONE_IN])
            cursor.execute("ANALYZE")
        self.first_seconds = self.sweep()

    def sweep(self) -> float:
        """Look at everybody who is due, as the worker does; seconds of processor time."""
        from core.identity import today_in_china
        from decisions.warning_sweeps import begin_sweep, look_at_part

        begin_sweep(now=self.now)
        started = time.process_time()
        while look_at_part(day=today_in_china(self.now).isoformat(), now=self.now):
            pass
        return time.process_time() - started

    def part(self) -> list[int]:
        """The next people, beginning anew where there are no more."""
        if self.at + PART > len(self.keys):
            self.at = 0
        return self.keys[self.at : self.at + PART]

    def look(self) -> float:
        """Milliseconds that a look takes for a person; how many statements, for a hundred."""
        from django.db import connection

        from decisions.warning_sweeps import PEOPLE
        from decisions.warnings import look_at

        keys = self.part()
        counted = 0

        def count(execute: Any, *given: Any) -> Any:
            nonlocal counted
            counted += 1
            return execute(*given)

        started = time.perf_counter()
        with connection.execute_wrapper(count):
            for first in range(0, len(keys), PEOPLE):
                look_at(keys=keys[first : first + PEOPLE], now=self.now)
        spent = (time.perf_counter() - started) / len(keys) * 1000
        self.statements.append(round(counted * PEOPLE / len(keys)))
        return spent

    def read(self) -> float:
        """Milliseconds a person for reading the same rows, and nothing else; goes on to the next people."""
        from django.db import connection

        from decisions.warning_sweeps import PEOPLE

        keys = self.part()
        started = time.perf_counter()
        with connection.cursor() as cursor:
            for first in range(0, len(keys), PEOPLE):
                for statement in _READ:
                    cursor.execute(statement, [keys[first : first + PEOPLE]])
                    cursor.fetchall()
        spent = (time.perf_counter() - started) / len(keys) * 1000
        self.at += PART
        return spent


def _measure(looks: _Looks) -> int:
    from bench._pairs import Comparison, compare, show

    print(f"  {len(looks.keys):,} people with a line", file=sys.stderr, flush=True)
    read = compare(
        name="daily_look", ours=looks.look, other=looks.read, unit="ms a person", goal=MOST_TIMES_READING
    )
    hours = read.ours * 1_000_000 / 3_600_000
    night = read.ours / NIGHT_MS
    a_million = Comparison(
        "daily_look_night", read.ours, NIGHT_MS, "ms a person", night, 1.0, night <= 1.0, read.runs
    )
    most = max(looks.statements[1:])
    flat = most / STATEMENTS
    counted = Comparison(
        "daily_look_statements", most, STATEMENTS, "a hundred people", flat, 1.0, flat <= 1.0, read.runs
    )
    return (
        show(read, about="reading the same rows")
        | show(a_million, about=f"a million in {hours:.1f} of eight hours, reckoned")
        | show(counted, about="statements, however many are looked at together")
    )


if __name__ == "__main__":
    sys.exit(main())
