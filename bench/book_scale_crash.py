"""The book with two workers against one, and with a worker killed in the middle against none killed."""

import os
import statistics
import sys
from typing import Final

import django

from bench._pairs import Comparison, show

ROUNDS: Final = 7
WARM_UP: Final = 1
TWO_OF_ONE: Final = 1 / 1.5
KILLED: Final = 1.10


def main() -> int:
    """Measure in a database that is made for it and dropped afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
    from bench._book import big_book

    with big_book("book_scale_crash"):
        return measure()


def measure() -> int:
    """One worker, two, and two of which one is killed half way, in turn; the others are held against two."""
    # The book and its workers need Django.
    from bench._book import ROWS, run_book

    rounds: list[tuple[float, float, float]] = []
    for _round in range(WARM_UP + ROUNDS):
        one, two = run_book(workers=1), run_book(workers=2)
        rounds.append((one, two, run_book(workers=2, kill_after=two / 2)))
        print(f"  {one:.2f} s, {two:.2f} s, {rounds[-1][2]:.2f} s", file=sys.stderr, flush=True)
    kept = rounds[WARM_UP:]
    scale = _compared("book_scale", [(two, one) for one, two, _killed in kept], TWO_OF_ONE)
    crash = _compared("book_crash", [(killed, two) for _one, two, killed in kept], KILLED)
    failed = show(scale, about=f"{ROWS:,} people, two workers against one")
    about = "one of two workers killed and replaced; count = distinct = N each time"
    return failed | show(crash, about=about)


def _compared(name: str, pairs: list[tuple[float, float]], goal: float) -> Comparison:
    ratio = statistics.median(mine / other for mine, other in pairs)
    mine, other = (statistics.median(side) for side in zip(*pairs, strict=True))
    return Comparison(name, mine, other, "s", ratio, goal, ratio <= goal, len(pairs))


if __name__ == "__main__":
    sys.exit(main())
