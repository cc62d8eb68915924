"""What may be appealed and what a ground may change: plain values in, plain values out."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Final

APPEALABLE: Final = frozenset({"decline", "close", "cut", "counter"})
MAX_TIER: Final = 2
# These papers never prove a value, so they may stand beside every ground.
ALWAYS_WELCOME: Final = ("V29", "V30")
CLAIMS: Final = frozenset({"WRONG", "CHANGED", "SHOULD_NOT_COUNT", "NOT_UNDERSTOOD", "PERSON"})
_ONLY_ASK: Final = frozenset({"NOT_UNDERSTOOD", "PERSON"})


class Bar(StrEnum):
    """Why a decision cannot be appealed."""

    SUPERSEDED = "SUPERSEDED"
    PERSON_DECIDES = "PERSON_DECIDES"
    ON_HOLD = "ON_HOLD"
    NOTHING = "NOTHING"
    LATE = "LATE"
    OPEN = "OPEN"
    TWICE = "TWICE"


def find_bar(
    *, outcome: str, is_superseded: bool, is_in_time: bool, has_open: bool, decided_before: int
) -> Bar | None:
    """The first reason why a decision cannot be appealed, or None when it can."""
    if is_superseded:
        return Bar.SUPERSEDED
    if outcome not in APPEALABLE:
        return {"refer": Bar.PERSON_DECIDES, "hold": Bar.ON_HOLD}.get(outcome, Bar.NOTHING)
    if has_open:
        return Bar.OPEN
    if not is_in_time:
        return Bar.LATE
    return Bar.TWICE if decided_before >= MAX_TIER else None


def claims_about(contest: str) -> frozenset[str]:
    """What may be claimed about a reason; of a pure policy fact one can only ask."""
    return _ONLY_ASK if contest == "none" else CLAIMS


def kinds_beside(listed: Iterable[str]) -> list[str]:
    """The kinds of evidence for a reason that lists these, its own first."""
    own = list(listed)
    return [*own, *(kind for kind in ALWAYS_WELCOME if kind not in own)]


def inputs_in_reach(
    *, named: Collection[str], proved: Collection[str], companions: Mapping[str, Collection[str]]
) -> frozenset[str]:
    """The inputs a ground may change: the reason's own, what its papers prove, and what moves with them.

    `companions` has an entry for every fact there is; a name without one is no fact and out of reach.
    """
    known = {name for name in (*named, *proved) if name in companions}
    moved = {other for name in known for other in companions[name] if other in companions}
    return frozenset(known | moved)
