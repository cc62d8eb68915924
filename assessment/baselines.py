"""Baselines: the mean points of real applicants, rounded, that each person's points are compared with.

Principal reasons name what fell furthest below people near the gate, or below all applicants
(12 CFR 1002.9(b)(2), comment 9(b)(2)-5: both methods); the best points serve where too few people are known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assessment.scoring import Score, Scorecard

NEAR, ALL, BEST = "near_gate", "all", "max"
REACH = 40
LEAST_NEAR = 500
LEAST_ALL = 10


@dataclass(frozen=True, slots=True)
class Means:
    """Sums of points over people, exact; the means come from them once."""

    sums: tuple[int, ...]
    people: int

    def rounded(self) -> tuple[int, ...]:
        """Mean points in card order, halves rounded up."""
        return tuple((2 * total + self.people) // (2 * self.people) for total in self.sums)


def freeze_baseline(card: Scorecard, people: Iterable[tuple[Score, int]], *, method: str) -> dict[str, Any]:
    """The `baseline` of a policy document for one card, from (score, gate of the product asked for).

    `near_gate` takes the people in the 40 points at and above their gate, at least 500 of them, else
    gives way to `all`; `all` needs 10 people so that nobody shows through, else gives way to `max`.
    """
    if method == BEST:
        return {"method": BEST}
    near, every = _add_up(card, people)
    if method == NEAR and near.people >= LEAST_NEAR:
        return _described(card, NEAR, near)
    return _described(card, ALL, every) if every.people >= LEAST_ALL else {"method": BEST}


def _add_up(card: Scorecard, people: Iterable[tuple[Score, int]]) -> tuple[Means, Means]:
    """The sums over the people near the gate, and over all."""
    points = [one.points for one in card.used]
    near, every = [0] * len(points), [0] * len(points)
    count_near = count = 0
    for score, gate in people:
        is_near = gate <= score.value < gate + REACH
        count += 1
        count_near += is_near
        for at, code in enumerate(score.codes):
            earned = points[at][code]
            every[at] += earned
            if is_near:
                near[at] += earned
    return Means(tuple(near), count_near), Means(tuple(every), count)


def _described(card: Scorecard, method: str, means: Means) -> dict[str, Any]:
    points = dict(zip(card.used_names, means.rounded(), strict=True))
    return {"method": method, "people": means.people, "points": points}
