"""A view of the queue with a filter among 1,100,000 appeals, against the same filter of the default admin."""

import sys

from bench._desk import against_the_admin


def main() -> int:
    """Measure what waits for a reviewer and is urgent."""
    return against_the_admin(
        name="queue_filter", ours="/staff/queue/?view=unclaimed&urgent=on",
        theirs="/admin/appeals/appeal/?status__exact=QUEUED&is_urgent__exact=1", times=10,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
