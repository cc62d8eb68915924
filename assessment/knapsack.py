"""The cheapest choice of one option per group whose gains reach a need: exact, by merged Pareto fronts.

Each group is first pruned to its Pareto front (dearer only if it gains more, gains capped at the
need). Fronts are merged group by group; a partial choice is dropped when it cannot reach the need
any more or costs no less than a complete one already found. Ties: lower cost, then higher gain,
then the order of the options. (Multiple-choice knapsack: Kellerer, Pferschy, Pisinger 2004, ch. 11.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Option = tuple[int, int]
Groups = Sequence[Sequence[Option]]
Front = tuple[int, int, int]
Partial = tuple[int, int, tuple[int, ...]]


class Choice(NamedTuple):
    """Total cost, total gain, and the position of the option taken in each group."""

    cost: int
    gain: int
    picks: tuple[int, ...]


def cheapest(groups: Groups, need: int) -> Choice | None:
    """The cheapest choice whose gain is at least `need`; None when no choice reaches it."""
    if not all(groups):
        return None
    least = [min(gain for _, gain in options) for options in groups]
    need = max(need - sum(least), 0)  # gains count from each group's least, so that none is below nothing
    fronts = [_front(options, need, low) for options, low in zip(groups, least, strict=True)]
    order = sorted(range(len(fronts)), key=lambda at: (-fronts[at][-1][1], at))
    merged = _merge_all([fronts[at] for at in order], need)
    if merged is None:
        return None
    picks = [0] * len(fronts)
    for at, pick in zip(order, merged, strict=True):
        picks[at] = pick
    cost = sum(options[pick][0] for options, pick in zip(groups, picks, strict=True))
    gain = sum(options[pick][1] for options, pick in zip(groups, picks, strict=True))
    return Choice(cost, gain, tuple(picks))


def most_gain(groups: Groups) -> int | None:
    """The sum of the groups' greatest gains; None when a group has no option at all."""
    if not all(groups):
        return None
    return sum(max(gain for _, gain in options) for options in groups)


def best_gain_within(groups: Groups, budget: int) -> int | None:
    """The greatest gain that costs at most `budget`; None when nothing is that cheap."""
    if budget < 0:
        return None
    partial: list[Option] = [(0, 0)]
    for options in groups:
        sums = [
            (cost + more, gain + plus)
            for cost, gain in partial
            for more, plus in options
            if cost + more <= budget
        ]
        partial = _undominated(sums)
        if not partial:
            return None
    return partial[-1][1]


def _undominated(sums: list[Option]) -> list[Option]:
    sums.sort(key=lambda option: (option[0], -option[1]))
    kept: list[Option] = []
    for option in sums:
        if not kept or option[1] > kept[-1][1]:
            kept.append(option)
    return kept


def _front(options: Sequence[Option], need: int, low: int) -> list[Front]:
    """Cost, gain above `low` capped at the need, and position: rising in both cost and gain."""
    ranked = sorted([(cost, -min(gain - low, need), at) for at, (cost, gain) in enumerate(options)])
    kept: list[Front] = []
    best = None
    for cost, negative, at in ranked:
        if best is None or -negative > best:
            best = -negative
            kept.append((cost, best, at))
    return kept


class _Bound:
    """The cost of the cheapest complete choice found so far."""

    def __init__(self, need: int) -> None:
        self.need = need
        self.cost: int | None = None

    def excludes(self, cost: int) -> bool:
        return self.cost is not None and cost > self.cost


def _merge_all(fronts: list[list[Front]], need: int) -> tuple[int, ...] | None:
    """The picks of the cheapest complete choice, in the order of `fronts`."""
    bound = _Bound(need)
    rest_gain = sum(front[-1][1] for front in fronts)
    rest_cost = sum(front[0][0] for front in fronts)
    partial: list[Partial] = [(0, 0, ())]
    for front in fronts:
        rest_gain -= front[-1][1]
        rest_cost -= front[0][0]
        partial = _keep_rising(_sums(partial, front, bound, rest=(rest_gain, rest_cost)))
        if not partial:
            return None
    return partial[-1][2] if partial[-1][1] >= need else None


def _sums(
    partial: list[Partial], front: list[Front], bound: _Bound, *, rest: tuple[int, int]
) -> list[Partial]:
    """Every partial choice with one more group, as cost, negative gain and picks."""
    need, (rest_gain, rest_cost) = bound.need, rest
    sums: list[Partial] = []
    for cost, gain, picks in partial:
        for more, plus, pick in front:
            total, reached = cost + more, gain + plus
            if bound.excludes(total + rest_cost):
                break
            if reached >= need:
                sums.append((total, -need, (*picks, pick)))
                bound.cost = total + rest_cost
                break
            if reached + rest_gain >= need:
                sums.append((total, -reached, (*picks, pick)))
    return sums


def _keep_rising(sums: list[Partial]) -> list[Partial]:
    sums.sort()
    kept: list[Partial] = []
    best: int | None = None
    for cost, negative, picks in sums:
        if best is None or -negative > best:
            best = -negative
            kept.append((cost, best, picks))
    return kept
