"""What everybody may know about appeals: twelve whole months, from the summaries, small groups left out."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from appeals.models import Dimension
from appeals.overturns import FEWEST, Count, count_by_each, count_by_month, hide_small, months_back, quantile
from core.identity import today_in_china

_MONTHS: Final = 12


@dataclass(frozen=True)
class Figures:
    """Twelve months of appeals; all numbers are sums of the months that are shown."""

    first: date
    until: date
    sent: int
    decided: int
    changed_pct: float
    half_days: int
    most_days: int
    months: tuple[Count, ...]
    reasons: tuple[Count, ...]


def read_figures(*, now: datetime) -> Figures | None:
    """The figures of the last whole months, which stay the same all month; None where too few are decided."""
    today = today_in_china(now)
    first, until = months_back(today, _MONTHS), months_back(today, 0)
    months = [one for one in count_by_month(since=first, until=until) if min(one.sent, one.decided) >= FEWEST]
    if not months:
        return None
    each = count_by_each([Dimension.REASON, Dimension.DAYS], since=first, until=until)
    days = sorted((int(one.value), one.decided) for one in each[Dimension.DAYS])
    decided = sum(one.decided for one in months)
    return Figures(
        first=first,
        until=months_back(today, 1),
        sent=sum(one.sent for one in months),
        decided=decided,
        changed_pct=100 * sum(one.overturned for one in months) / decided,
        half_days=quantile(days, 0.5),
        most_days=quantile(days, 0.9),
        months=tuple(months),
        reasons=tuple(hide_small([one for one in each[Dimension.REASON] if one.decided])[0]),
    )
