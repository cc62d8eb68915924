"""Fill the queue with invented appeals, to try out how pages and measures do with many."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from appeals.generating import (
    AlreadyThereError,
    NothingToCopyError,
    RealPeopleError,
    check_only_samples,
    generate_appeals,
)
from core.clock import now


class Command(BaseCommand):
    """Prints progress and rows per second."""

    help = "Generate appeals for trying out a large queue (100,000 open and 1,000,000 closed)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many and the seed."""
        parser.add_argument("--open", type=int, default=100_000, help="how many open appeals")
        parser.add_argument("--closed", type=int, default=1_000_000, help="how many closed appeals")
        parser.add_argument("--seed", type=int, default=20_261_120, help="the same seed draws the same cases")

    def handle(self, *args: Any, **options: Any) -> None:
        """Generate and report."""
        if min(options["open"], options["closed"]) < 0:
            raise CommandError("--open and --closed take a number from 0.")
        started = time.perf_counter()
        try:
            check_only_samples()
            copied = generate_appeals(
                open_count=options["open"], closed_count=options["closed"], seed=options["seed"],
                now=now(), say=self.stdout.write,
            )  # fmt: skip
        except NothingToCopyError as error:
            raise CommandError("Load the sample people first: manage.py load_demo") from error
        except RealPeopleError as error:
            raise CommandError("There are real people here: invented cases have no place.") from error
        except AlreadyThereError as error:
            raise CommandError("Cases of this seed are here already; take another --seed.") from error
        seconds = time.perf_counter() - started
        total = options["open"] + options["closed"]
        self.stdout.write(f"{total:,} appeals on {copied:,} decisions in {seconds:.0f} s")
