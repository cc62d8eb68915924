"""A person finds and opens the own case: among 1,100,000 appeals, and 100,000 tickets of django-helpdesk.

With us the first page names it; the peer's list of own tickets comes in two answers, frame and rows. Our
pages are kept while nothing of them changes; what they take when they are made is told beside it.
"""

import statistics
import sys

from bench._desk import site_of
from bench._helpdesk import helpdesk, set_up
from bench._pairs import compare, show

_PERSON = "li.na@example.test"


def main() -> int:
    """Measure both in turn."""
    set_up()
    from bench._queue import kept_queue

    with helpdesk() as peer, kept_queue() as database:
        ours = site_of(database)
        page = f"/appeals/{ours.do('own_case', email=_PERSON)}/"
        ours.do("sign_in", email=_PERSON)
        peer.do("sign_in", name="person")
        mine, theirs = ("/", page), ("/tickets/my-tickets/", "/api/user_tickets/", peer.do("own"))
        first = [*map(ours.ask, mine), *map(peer.ask, theirs)]
        if {one.status for one in first} != {200}:
            raise SystemExit(f"peer_case: answers {[one.status for one in first]}")
        measured = compare(
            name="peer_case", ours=lambda: sum(ours.ask(one).ms for one in mine),
            other=lambda: sum(peer.ask(one).ms for one in theirs), unit="ms", goal=0.1, runs=7,
        )  # fmt: skip
        anew = statistics.median(float(ours.do("open_anew", paths=mine)) for _ in range(7))
        ours.stop()
    counts = [sum(one.queries for one in side) for side in (first[:2], first[2:])]
    about = f"{counts[0]} against {counts[1]} SQL; {anew:.0f} ms when made anew"
    return show(measured, about=f"django-helpdesk, 100,000 tickets; {about}")


if __name__ == "__main__":
    sys.exit(main())
