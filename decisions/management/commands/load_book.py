"""Load the public table as applicants with facts and decide every one of them."""

import resource
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.clock import now
from decisions.book import BookReport, load_book
from decisions.book_table import TableError
from decisions.models import Outcome


class Command(BaseCommand):
    """Prints progress, rows per second, the outcomes and the reasons."""

    help = "Load the sample book (30,000 people) and decide each with reasons."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the number of rows."""
        parser.add_argument("--rows", type=int, default=None, help="only the first N rows of the table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing and report."""
        rows = options["rows"]
        if rows is not None and rows < 1:
            raise CommandError("--rows takes a number from 1.")
        started = time.perf_counter()
        try:
            report = load_book(rows=rows, now=now(), say=self.stdout.write)
        except TableError as error:
            raise CommandError(str(error)) from error
        self._report(report, time.perf_counter() - started)

    def _report(self, report: BookReport, seconds: float) -> None:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.stdout.write(f"{report.known} people were there already, {report.loaded} are new")
        if not report.loaded:
            return
        self.stdout.write(
            f"{report.loaded / seconds:,.0f} rows a second, {seconds:.1f} s, peak {peak:.0f} MB"
        )
        for outcome in Outcome.values:
            count = report.outcomes[outcome]
            if count:
                self.stdout.write(f"  {outcome:<8} {count:>6}  {count / report.loaded:6.1%}")
        reasons = ", ".join(f"{code} {count}" for code, count in report.reasons.most_common())
        self.stdout.write(f"  reasons: {reasons}")
