"""Which measure fits: the mildest of the policy that helps, is possible, and was not taken already; pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from decisions.line_states import CLOSED, EXPIRED, OFFERED, SUSPENDED
from decisions.measure_states import OPEN, STANDING
from decisions.warning_catalogue import LEVELS, MeasureTerms

AUTOMATIC: Final = frozenset({"tell", "remind"})
CHANGES_LINE: Final = frozenset({"cut", "pause", "close"})
_STEP: Final = Decimal(100)


@dataclass(frozen=True)
class Parts:
    """What of a line is used, and what is not."""

    state: str
    total: Decimal
    drawn: Decimal
    unused: Decimal


@dataclass(frozen=True)
class Taken:
    """One earlier measure: its code, level and state, and whether its time has not come."""

    code: str
    level: str
    state: str
    is_recent: bool
    waits_for_review: bool


@dataclass(frozen=True)
class Choice:
    """What is told by itself, and what a colleague is asked about."""

    told: tuple[str, ...]
    proposed: str | None


def rank(level: str) -> int:
    """How serious a level is, from 0."""
    return LEVELS.index(level)


def choose(
    *,
    known: Iterable[Mapping[str, Any]],
    terms: Mapping[str, MeasureTerms],
    fits: Collection[str],
    level: str,
    line: Parts,
    is_firm: bool,
    has_reason: bool,
    taken: Collection[Taken],
) -> Choice:
    """Return what is due now: everything that only tells, and the mildest that a colleague signs.

    `known` are the measures of the policy in their order. Nothing is proposed while one waits, nor before
    the review of one that stands, unless the warning has become more serious.
    """
    possible = [
        one["id"] for one in known
        if one["id"] in fits and rank(one["level"]) <= rank(level)
        and _is_possible(terms[one["id"]], line, is_firm, has_reason)
        and not any(_is_done(earlier, one["id"], level) for earlier in taken)
    ]  # fmt: skip
    told = tuple(code for code in possible if terms[code].effect in AUTOMATIC)
    signed = [code for code in possible if terms[code].effect not in AUTOMATIC]
    return Choice(told, None if is_quiet(taken, level) or not signed else signed[0])


def is_quiet(taken: Collection[Taken], level: str) -> bool:
    """Whether nothing is proposed now: one waits, or one as serious stands and its review has not come."""
    return any(
        (earlier.state not in STANDING and earlier.state in OPEN)
        or (earlier.waits_for_review and rank(earlier.level) >= rank(level))
        for earlier in taken
    )


def _is_possible(terms: MeasureTerms, line: Parts, is_firm: bool, has_reason: bool) -> bool:  # noqa: FBT001 - three facts
    if terms.effect in CHANGES_LINE and not has_reason:
        return False
    if line.state in (OFFERED, CLOSED, EXPIRED):
        return terms.effect in AUTOMATIC
    return {
        "plan": line.drawn > 0,
        "cut": new_total(line, terms.share_pct) < line.total and line.state != SUSPENDED,
        "secure": is_firm,
        "pause": line.state != SUSPENDED,
        "close": line.unused > 0,
    }.get(terms.effect, True)


def _is_done(earlier: Taken, code: str, level: str) -> bool:
    if earlier.code != code:
        return False
    return earlier.state in OPEN or (earlier.is_recent and rank(earlier.level) >= rank(level))


def new_total(line: Parts, share_pct: int) -> Decimal:
    """What is left of a line when so much of its unused part goes; rounded up to whole hundreds."""
    cut = line.unused * share_pct / 100
    left = ((line.total - cut) / _STEP).to_integral_value(rounding=ROUND_CEILING) * _STEP
    return min(left, line.total)
