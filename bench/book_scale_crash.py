"""The book with two workers against one, and with a worker killed in the middle against none killed."""

import os
import sys
from typing import Final

import django

ROUNDS: Final = 7
TWO_OF_ONE: Final = 1 / 1.5
KILLED: Final = 1.10


def main() -> int:
    """Measure in a database that is made for it and dropped afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
    from bench._book import big_book

    with big_book("book_scale_crash"):
        return _measure()


def _measure() -> int:
    # The book and its workers need Django.
    from bench._book import ROWS, run_book
    from bench._pairs import compare, show

    whole = run_book(workers=2)

    def killed() -> float:
        return run_book(workers=2, kill_after=whole * 0.5)

    two = compare(
        name="book_scale", ours=lambda: run_book(workers=2), other=lambda: run_book(workers=1), unit="s",
        goal=TWO_OF_ONE, runs=ROUNDS,
    )  # fmt: skip
    crash = compare(
        name="book_crash", ours=killed, other=lambda: run_book(workers=2), unit="s", goal=KILLED, runs=ROUNDS
    )
    failed = show(two, about=f"{ROWS:,} people, two workers against one")
    return failed | show(
        crash, about="one of two workers killed and replaced; count = distinct = N each time"
    )


if __name__ == "__main__":
    sys.exit(main())
