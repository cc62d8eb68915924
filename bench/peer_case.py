"""A person finds and opens the own case: among 1,100,000 appeals, and so many tickets of django-helpdesk.

With us the first page names it; the peer's list of own tickets comes in two answers, frame and rows. Our
pages are kept while nothing of them changes; a second line compares them when nothing of them is kept.
"""

import sys

from bench._desk import site_of
from bench._helpdesk import TICKETS, helpdesk, set_up
from bench._pairs import compare, show

_PERSON = "li.na@example.test"


def measure(*, name: str, tickets: int, times: int) -> int:
    """Measure in turn, with so many tickets in the peer; it has to take so many times as long."""
    set_up()
    from bench._queue import kept_queue

    with helpdesk(tickets) as peer, kept_queue() as database:
        ours = site_of(database)
        page = f"/appeals/{ours.do('own_case', email=_PERSON)}/"
        ours.do("sign_in", email=_PERSON)
        peer.do("sign_in", name="person")
        mine, theirs = ("/", page), ("/tickets/my-tickets/", "/api/user_tickets/", peer.do("own"))
        first = [*map(ours.ask, mine), *map(peer.ask, theirs)]
        if {one.status for one in first} != {200}:
            raise SystemExit(f"{name}: answers {[one.status for one in first]}")
        anew = ours.do("open_anew", paths=mine)

        def other() -> float:
            return sum(peer.ask(one, count=2).ms for one in theirs)

        again = compare(
            name=name, ours=lambda: sum(ours.ask(one).ms for one in mine), other=other, unit="ms",
            goal=round(1 / times, 5), runs=7,
        )  # fmt: skip
        opened = compare(
            name=f"{name}_first_opening", ours=lambda: float(ours.do("open_anew", paths=mine)["ms"]),
            other=other, unit="ms", goal=1, runs=7,
        )  # fmt: skip
        ours.stop()
    counts = [sum(one.queries for one in side) for side in (first[:2], first[2:])]
    peers = f"django-helpdesk, {tickets:,} tickets"
    return show(again, about=f"{peers}; {counts[0]} against {counts[1]} SQL") + show(
        opened, about=f"{peers}; {anew['queries']} against {counts[1]} SQL"
    )


if __name__ == "__main__":
    sys.exit(measure(name="peer_case", tickets=TICKETS, times=10))
