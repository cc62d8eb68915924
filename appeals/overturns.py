"""Reading the summaries: shares, months and medians, from a small table and never from the appeals."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from django.db.models import Sum

from appeals.models import Dimension, Gauge, Tally

Group = TypeVar("Group")
FEWEST: Final = 10
"""Groups with fewer people than this are not told apart."""
_NUMBERS: Final = ("sent", "decided", "overturned", "in_time", "in_target", "withdrawn", "not_accepted")


@dataclass(frozen=True)
class Count:
    """The numbers of one value of one dimension, or of one month."""

    value: str
    sent: int
    decided: int
    overturned: int
    in_time: int
    in_target: int
    withdrawn: int
    not_accepted: int

    @property
    def share_pct(self) -> float | None:
        """The share of decided appeals that changed something; None where nothing was decided."""
        return 100 * self.overturned / self.decided if self.decided else None

    @property
    def in_time_pct(self) -> float | None:
        """The share of decided appeals that were decided by the legal day."""
        return 100 * self.in_time / self.decided if self.decided else None

    @property
    def in_target_pct(self) -> float | None:
        """The share of decided appeals that were decided by the day that we set ourselves."""
        return 100 * self.in_target / self.decided if self.decided else None


def months_back(today: date, months: int) -> date:
    """The first day of the month so many months before this one; 0 is this month."""
    place = today.year * 12 + today.month - 1 - months
    return date(place // 12, place % 12 + 1, 1)


def count_by(dimension: str, *, since: date) -> list[Count]:
    """The sums of each value since a month, the most decided first."""
    return count_by_each([dimension], since=since)[dimension]


def count_by_each(
    dimensions: Sequence[str], *, since: date, until: date = date.max
) -> dict[str, list[Count]]:
    """The same for several dimensions, in one query; `until` is the first month left out."""
    found_in = Tally.objects.filter(dimension__in=dimensions, month__gte=since, month__lt=until)
    rows = found_in.values("dimension", "value")
    found: dict[str, list[Count]] = {dimension: [] for dimension in dimensions}
    for row in rows.annotate(**{f"n_{name}": Sum(name) for name in _NUMBERS}):
        found[row["dimension"]].append(_count(row["value"], row))
    return {
        name: sorted(counts, key=lambda one: (-one.decided, -one.sent, one.value))
        for name, counts in found.items()
    }


def count_by_month(*, since: date, until: date = date.max) -> list[Count]:
    """The sums of each month, the oldest first; `until` is the first month left out."""
    rows = Tally.objects.filter(dimension=Dimension.ALL, month__gte=since, month__lt=until).order_by("month")
    return [
        Count(f"{row.month:%Y-%m}", *(getattr(row, name) for name in _NUMBERS)) for row in rows
    ]  # fmt: skip


def days_by_month(*, since: date) -> dict[str, tuple[int, int]]:
    """Half of the appeals decided in a month took at most so many days, nine in ten at most so many."""
    rows = Tally.objects.filter(dimension=Dimension.DAYS, month__gte=since).order_by("month", "value")
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        found[f"{row.month:%Y-%m}"].append((int(row.value), row.decided))
    return {month: (quantile(days, 0.5), quantile(days, 0.9)) for month, days in found.items()}


def quantile(days: Sequence[tuple[int, int]], share: float) -> int:
    """The smallest number of days within which this share of the cases lies; days come in order."""
    wanted, seen = share * sum(count for _day, count in days), 0
    for day, count in days:
        seen += count
        if seen >= wanted:
            return day
    return 0


def list_gauges(*boards: str) -> Mapping[tuple[str, str], Gauge]:
    """What was measured last for some boards, by board and name."""
    return {(row.board, row.name): row for row in Gauge.objects.filter(board__in=boards)}


def hide_small(counts: Sequence[Count], *, fewest: int = FEWEST) -> tuple[list[Count], int]:
    """The values with enough decided appeals to be told apart, and how many are hidden."""
    return hide_small_groups(counts, lambda one: one.decided, fewest=fewest)


def hide_small_groups(
    groups: Sequence[Group], size: Callable[[Group], int], *, fewest: int = FEWEST
) -> tuple[list[Group], int]:
    """The groups that are large enough to be told apart, and how many are hidden.

    What is hidden could be reckoned together from the whole; where that is few, the smallest other goes too.
    """
    shown = sorted((one for one in groups if size(one) >= fewest), key=lambda one: -size(one))
    hidden = [one for one in groups if size(one) < fewest]
    if hidden and shown and sum(map(size, hidden)) < fewest:
        hidden.append(shown.pop())
    kept = set(map(id, shown))
    return [one for one in groups if id(one) in kept], len(hidden)


def _count(value: str, row: Mapping[str, int]) -> Count:
    return Count(value, *(row[f"n_{name}"] for name in _NUMBERS))
