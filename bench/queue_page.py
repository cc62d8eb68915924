"""The first page of the queue among 1,100,000 appeals, against Django's default admin on the same table."""

import sys

from bench._desk import against_the_admin


def main() -> int:
    """Measure everything that is open, the soonest due first, against the admin's first page."""
    return against_the_admin(
        name="queue_page", ours="/staff/queue/?view=all", theirs="/admin/appeals/appeal/", times=15
    )


if __name__ == "__main__":
    sys.exit(main())
