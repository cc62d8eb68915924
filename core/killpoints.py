"""Named places where a test may kill the process; inert unless switched on twice."""

import os
import signal
from collections import Counter

from django.conf import settings

_hits: Counter[str] = Counter()


def killpoint(name: str) -> None:
    """Kill this process at the chosen hit of the chosen name, and do nothing anywhere else."""
    if not getattr(settings, "KILLPOINTS_ENABLED", False):
        return
    chosen, _, hit = os.environ.get("CREDITPORTAL_KILLPOINT", "").partition(":")
    if chosen != name:
        return
    _hits[name] += 1
    if _hits[name] == int(hit or 1):
        os.kill(os.getpid(), signal.SIGKILL)
