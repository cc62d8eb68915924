"""A person's own case: ours among 1,100,000 appeals, django-helpdesk's among 100,000 tickets."""

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
        own = peer.do("own")
        first = (ours.ask(page), peer.ask(own))
        if {one.status for one in first} != {200}:
            raise SystemExit(f"peer_case: answers {[one.status for one in first]}")
        measured = compare(
            name="peer_case", ours=lambda: ours.ask(page, count=10).ms,
            other=lambda: peer.ask(own, count=10).ms, unit="ms", goal=0.1, runs=7,
        )  # fmt: skip
        ours.stop()
    about = f"django-helpdesk, 100,000 tickets; {first[0].queries} against {first[1].queries} SQL"
    return show(measured, about=about)


if __name__ == "__main__":
    sys.exit(main())
