"""Counting what somebody does in a window of time; the count is one atomic statement."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from django.db import connection

from accounts.models import RateCount

_COUNT = """
INSERT INTO accounts_ratecount AS counted ("window", hits, expires_at) VALUES (%s, 1, %s)
ON CONFLICT ("window") DO UPDATE SET hits = counted.hits + 1
RETURNING hits
"""
# The same count for a caller whom the statement itself finds: a row `caller` with a `code`.
COUNT_CALLER: Final = """
INSERT INTO accounts_ratecount AS counted ("window", hits, expires_at)
SELECT sha256(%s::bytea || convert_to(code, 'UTF8') || %s::bytea), 1, %s::timestamptz FROM caller
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


@dataclass(frozen=True)
class Window:
    """The window of time that an instant falls into: what stands around the name in its key, and its end."""

    before: bytes
    after: bytes
    ends: datetime
    wait_seconds: int

    @classmethod
    def at(cls, limit: Limit, now: datetime) -> Self:
        """The window of a limit at an instant."""
        started = int(now.timestamp()) // limit.seconds * limit.seconds
        ends = datetime.fromtimestamp(started + limit.seconds, UTC)
        wait = max(1, int((ends - now) / timedelta(seconds=1)) + 1)
        return cls(f"{limit.name}\x00".encode(), f"\x00{limit.seconds}\x00{started}".encode(), ends, wait)

    def key(self, who: str) -> bytes:
        """The key under which somebody's steps in this window are counted."""
        return hashlib.sha256(self.before + who.encode() + self.after).digest()


def count_hit(*, limit: Limit, who: str, now: datetime) -> Count:
    """Count one more time for somebody; of many at once exactly `limit.times` a window are allowed."""
    window = Window.at(limit, now)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [window.key(who), window.ends])
        hits = int(cursor.fetchone()[0])
    return Count(hits=hits, is_allowed=hits <= limit.times, wait_seconds=window.wait_seconds)


def forget_past_windows(*, now: datetime) -> int:
    """Delete the counts of windows that are over, and return how many there were."""
    return RateCount.objects.filter(expires_at__lt=now).delete()[0]
