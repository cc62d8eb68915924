"""The combined score of the people behind a firm; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from applicants.models.related import RelatedRole

LEAST_SHARE: Final = Decimal(25)
_OF_REPRESENTATIVE: Final = Decimal("0.6")
_OF_HOLDERS: Final = Decimal("0.4")
_STEP_OF_ONE: Final = 50
_STEP_OF_TWO: Final = 10
_TWO: Final = 2


@dataclass(frozen=True)
class Part:
    """One person behind a firm: who it is, how, and the own score where the person agreed and has one."""

    person: int | None
    role: str
    share_pct: Decimal
    is_withdrawn: bool
    score: int | None


def combine(parts: Sequence[Part]) -> int | None:
    """Return 0.6 x representative + 0.4 x holders of 25 % or more who agreed, by share; None is unknown.

    A consent that was taken back makes it unknown. One person alone is told in steps of fifty, rounded down;
    two in tens, so that neither can work out the other's own number from it.
    """
    counted = [part for part in parts if _counts(part)]
    if any(part.is_withdrawn for part in counted):
        return None
    chief = next((part for part in counted if part.role == RelatedRole.LEGAL_REPRESENTATIVE), None)
    if chief is None or chief.score is None:
        return None
    holders = [part for part in counted if part.role == RelatedRole.SHAREHOLDER]
    scored = [(part.share_pct, part.score, part.person) for part in holders if part.score is not None]
    if holders and not scored:
        return None
    value = Decimal(chief.score)
    if scored:
        shares = sum((share for share, _score, _person in scored), Decimal(0))
        weighted = sum((share * score for share, score, _person in scored), Decimal(0))
        mean = weighted / shares
        value = _OF_REPRESENTATIVE * value + _OF_HOLDERS * mean
    people = {chief.person, *(person for _share, _score, person in scored)}
    if len(people) == 1:
        return int(value) - int(value) % _STEP_OF_ONE
    step = _STEP_OF_TWO if len(people) == _TWO else 1
    return step * int((value / step).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _counts(part: Part) -> bool:
    """The representative always, and who holds a quarter or more."""
    return part.role == RelatedRole.LEGAL_REPRESENTATIVE or part.share_pct >= LEAST_SHARE
