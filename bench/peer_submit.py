"""Sending an appeal with its grounds, event, audit and outbox, against a ticket of django-helpdesk.

With both it is one request that makes the case and sends it: with us that of the API, with the peer its
public form. Measured is the code behind, checks included, committed one by one; and against a bare INSERT.
"""

import sys

from bench._desk import site_of
from bench._helpdesk import helpdesk, set_up
from bench._pairs import RUNS, WARM_UP, compare, show

_A_ROUND = 20


def main() -> int:
    """Measure against the peer, then against the bare row."""
    set_up()
    from bench._queue import kept_queue

    with helpdesk() as peer, kept_queue() as database:
        ours = site_of(database)
        ours.do("new_decisions", count=2 * (RUNS + WARM_UP) * _A_ROUND)

        def send() -> float:
            return float(ours.do("send", count=_A_ROUND))

        first = compare(
            name="peer_submit", ours=send, other=lambda: float(peer.do("send", count=_A_ROUND)), unit="ms",
            goal=0.25,
        )  # fmt: skip
        second = compare(
            name="peer_submit_bare", ours=send, other=lambda: float(ours.do("insert", count=_A_ROUND)),
            unit="ms", goal=4.5,
        )  # fmt: skip
        ours.stop()
    return show(first, about="django-helpdesk, 100,000 tickets") + show(second, about="one bare INSERT")


if __name__ == "__main__":
    sys.exit(main())
