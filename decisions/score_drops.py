"""How far scores moved where a decision took the place of an earlier one; read from an index, bounded."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from accounts.actors import Actor, ActorKind
from accounts.roles import Permission
from core.errors import ForbiddenError
from decisions.models import Decision

DAYS: Final = 30
NEWEST: Final = 5_000
STEPS: Final = (80, 50, 30, 1)
"""Where the groups of drops begin, as the policy tells them apart; 0 stands for no drop."""


@dataclass(frozen=True)
class Drops:
    """How many scores dropped by at least so many points, and fewer than the next step."""

    since: datetime
    by_step: Counter[int]


def count_drops(*, by: Actor, now: datetime, newest: int = NEWEST) -> Drops:
    """Count the drops of the last days among the decisions that replaced the newest ones."""
    if by.kind is not ActorKind.SITE and not by.can(Permission.SEE_RUNS):
        raise ForbiddenError
    since = now - timedelta(days=DAYS)
    # By the key of what was replaced: that column has an index, and the newest stand at its end.
    last = Decision.objects.filter(supersedes__isnull=False).order_by("-supersedes_id").values("pk")[:newest]
    rows = Decision.objects.filter(pk__in=last, decided_at__gte=since)
    found = rows.values_list("score", "supersedes__score")
    return Drops(since, Counter(_step(before - after) for after, before in found))


def _step(drop: int) -> int:
    return next((step for step in STEPS if drop >= step), 0)
