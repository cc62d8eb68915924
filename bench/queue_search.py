"""Finding one appeal among 1,100,000 by its reference, against the search of the default admin."""

import sys

from bench._desk import against_the_admin, reference_in_the_middle


def main() -> int:
    """Measure the way from a typed reference to the address of its case."""
    reference = reference_in_the_middle()
    return against_the_admin(
        name="queue_search", ours="/staff/search/", form={"text": reference.lower()}, status=302,
        theirs=f"/admin/appeals/appeal/?q={reference}", times=100,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
