"""How long appeals about the same reasons took lately; nothing is said where there were too few."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from django.db import connection

from appeals.terms import number_section

_SQL: Final = """
SELECT count(*), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY took)
FROM (
    SELECT extract(epoch FROM newest.decided_at - newest.submitted_at - coalesce((
        SELECT sum(s.until - s.since) FROM appeals_pause s WHERE s.appeal_id = newest.id
        AND s.clock = 'statutory' AND s.until IS NOT NULL), '0')) / 86400 AS took
    FROM (
        SELECT a.id, a.submitted_at, a.decided_at FROM appeals_appeal a
        WHERE a.decided_at >= %s AND a.decided_at <= %s
        ORDER BY a.decided_at DESC LIMIT %s
    ) AS newest
    WHERE EXISTS (SELECT 1 FROM appeals_ground g WHERE g.appeal_id = newest.id AND g.code = ANY(%s))
) AS recent
"""
LOOKED_AT: Final = 2_000
"""Among so many of the newest decided appeals; more would tell the same and take longer."""


@dataclass(frozen=True)
class Estimate:
    """Half of the recent cases took at most `p50_days` calendar days, nine in ten at most `p90_days`."""

    p50_days: int
    p90_days: int
    cases: int


def estimate(codes: Iterable[str], *, now: datetime) -> Estimate | None:
    """What our own recent cases with one of these reasons took; None when they are too few to say."""
    limits = number_section("estimate")
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [now - timedelta(days=limits["days"]), now, LOOKED_AT, list(codes)])
        cases, shares = cursor.fetchone()
    if cases < limits["least_cases"]:
        return None
    half, most = (max(1, math.ceil(share)) for share in shares)
    return Estimate(p50_days=half, p90_days=max(half, most), cases=cases)


class Lately:
    """Estimates as they were when this process first asked in the hour; they move slowly and cost most."""

    def __init__(self) -> None:
        self._hour, self._lock = "", Lock()
        self._known: dict[frozenset[str], Estimate | None] = {}

    def estimate(self, codes: Iterable[str], *, now: datetime) -> Estimate | None:
        """What our own recent cases took, at most an hour old."""
        which, hour = frozenset(codes), f"{now:%Y-%m-%dT%H}"
        with self._lock:
            if hour != self._hour:
                self._hour, self._known = hour, {}
            if which in self._known:
                return self._known[which]
        found = estimate(which, now=now)
        with self._lock:
            if hour == self._hour:
                self._known[which] = found
        return found

    def clear(self) -> None:
        """Forget every estimate."""
        with self._lock:
            self._known = {}


lately = Lately()
