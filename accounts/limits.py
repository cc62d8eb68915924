"""Counting what somebody does in a window of time; the count is one atomic statement."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from accounts.models import RateCount

_COUNT = """
INSERT INTO accounts_ratecount AS counted ("window", hits, expires_at) VALUES (%s, 1, %s)
ON CONFLICT ("window") DO UPDATE SET hits = counted.hits + 1
RETURNING hits
"""


@dataclass(frozen=True)
class Limit:
    """So many times in so many seconds, for one kind of step."""

    name: str
    times: int
    seconds: int


@dataclass(frozen=True)
class Count:
    """How often it was done in this window, whether that is allowed, and when the next window starts."""

    hits: int
    is_allowed: bool
    wait_seconds: int


def count_hit(*, limit: Limit, who: str, now: datetime) -> Count:
    """Count one more time for somebody; of many at once exactly `limit.times` a window are allowed."""
    started = int(now.timestamp()) // limit.seconds * limit.seconds
    ends = datetime.fromtimestamp(started + limit.seconds, UTC)
    window = hashlib.sha256(f"{limit.name}\x00{who}\x00{limit.seconds}\x00{started}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [window, ends])
        hits = int(cursor.fetchone()[0])
    wait = max(1, int((ends - now) / timedelta(seconds=1)) + 1)
    return Count(hits=hits, is_allowed=hits <= limit.times, wait_seconds=wait)


def forget_past_windows(*, now: datetime) -> int:
    """Delete the counts of windows that are over, and return how many there were."""
    return RateCount.objects.filter(expires_at__lt=now).delete()[0]
