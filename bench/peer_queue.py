"""The page of open items: ours among 1,100,000 appeals, django-helpdesk's among 100,000 tickets.

The peer's page comes in two answers, the frame and its rows; both are needed to see anything.
"""

import sys

from bench._desk import site_of
from bench._helpdesk import TICKETS, helpdesk, set_up
from bench._pairs import compare, show


def measure(*, name: str, tickets: int, times: int) -> int:
    """Measure both in turn, with so many tickets in the peer; it has to take so many times as long."""
    set_up()
    from bench._queue import kept_queue

    with helpdesk(tickets) as peer, kept_queue() as database:
        ours = site_of(database)
        peer.do("sign_in", name="staff")
        rows = peer.do("queue")

        def theirs() -> float:
            return peer.ask("/tickets/", count=1).ms + peer.ask(rows, count=1).ms

        first = (ours.ask("/staff/queue/?view=all"), peer.ask("/tickets/", count=1), peer.ask(rows, count=1))
        if {one.status for one in first} != {200}:
            raise SystemExit(f"{name}: answers {[one.status for one in first]}")
        measured = compare(
            name=name, ours=lambda: ours.ask("/staff/queue/?view=all", count=10).ms, other=theirs,
            unit="ms", goal=round(1 / times, 5), runs=7,
        )  # fmt: skip
        ours.stop()
    return show(measured, about=f"django-helpdesk, {tickets:,} tickets")


if __name__ == "__main__":
    sys.exit(measure(name="peer_queue", tickets=TICKETS, times=10))
