"""The published log of what changed in the rules: versions of the policy, and the market condition."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from core.identity import today_in_china
from decisions.models import Market, MarketSwitch, PolicyVersion, SwitchState
from decisions.policies import compiled
from decisions.policy_comparing import ChangeGroup, describe_changes
from decisions.policy_periods import published

_NEWEST: Final = 12


@dataclass(frozen=True)
class LoggedVersion:
    """One version: its first and last day, and what it changed, in words."""

    version: str
    first_on: date
    last_on: date | None
    predecessor: str
    is_coming: bool
    changes: tuple[ChangeGroup, ...]


@dataclass(frozen=True)
class LoggedMarket:
    """One switch of the market condition, and when it is looked at again."""

    day: date
    condition: str
    review_on: date


def list_versions(*, language: str, now: datetime) -> list[LoggedVersion]:
    """Every version that was, is or will be in force, the newest first; not who wrote it, nor why."""
    today = today_in_china(now)
    rows = published().select_related("predecessor").order_by("-effective_from")
    return [
        LoggedVersion(
            version=row.version,
            first_on=row.effective_from,
            last_on=row.retired_on,
            predecessor=row.predecessor.version if row.predecessor else "",
            is_coming=row.effective_from > today,
            changes=_changes(row, language),
        )
        for row in rows
        if row.effective_from is not None
    ]


def _changes(row: PolicyVersion, language: str) -> tuple[ChangeGroup, ...]:
    if row.predecessor is None:
        return ()
    return tuple(describe_changes(compiled(row.predecessor), compiled(row), language, is_public=True))


def list_markets() -> list[LoggedMarket]:
    """Every switch that two people made, the newest first."""
    rows = MarketSwitch.objects.filter(state=SwitchState.SWITCHED).order_by("-switched_at")[:_NEWEST]
    return [
        LoggedMarket(today_in_china(row.switched_at), str(Market(row.condition).label), row.review_on)
        for row in rows
        if row.switched_at is not None
    ]
