"""The cheapest choice of one option per group whose gains reach a need: exact, by merged Pareto fronts.

Each group is first pruned to its Pareto front (dearer only if it gains more), counted from its cheapest
option. Fronts are merged group by group, those that gain most for their cost first; a partial choice is
dropped when it cannot reach the need any more, or not even at the best rate of the groups to come
within the cost of a complete choice already known. Ties: lower cost, then within a group higher gain,
then the order of the options. (Multiple-choice knapsack: Kellerer, Pferschy, Pisinger 2004, ch. 11.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Option = tuple[int, int]
Groups = Sequence[Sequence[Option]]
Front = tuple[int, int, int]
Partial = tuple[int, int, tuple[int, ...]]
_NOTHING: Front = (0, 0, 0)
SLACK = 1e-6  # rates are rounded; gains are whole numbers, so that so little more never excludes wrongly


class Choice(NamedTuple):
    """Total cost, total gain, and the position of the option taken in each group."""

    cost: int
    gain: int
    picks: tuple[int, ...]


class Group(NamedTuple):
    """A group's options, and what of them can be part of a cheapest choice, beyond its cheapest option."""

    options: Sequence[Option]
    front: tuple[Front, ...]
    base: int
    rate: float


def prepare(options: Sequence[Option]) -> Group:
    """Prune a group once, for any number of choices; it must have at least one option."""
    front = _front(options)
    cost, base, _ = front[0]
    beyond = tuple((more - cost, gain - base, at) for more, gain, at in front)
    rate = max([gain / more for more, gain, _ in beyond[1:]], default=0.0)
    return Group(options, beyond, base, rate)


def cheapest(groups: Groups, need: int) -> Choice | None:
    """The cheapest choice whose gain is at least `need`; None when no choice reaches it."""
    return cheapest_of([prepare(options) for options in groups], need) if all(groups) else None


def cheapest_of(groups: Sequence[Group], need: int) -> Choice | None:
    """The same for groups that were prepared before."""
    short = max(need - sum([group.base for group in groups]), 0)
    if sum([group.front[-1][1] for group in groups]) < short:
        return None
    order = sorted(range(len(groups)), key=lambda at: (-groups[at].rate, at))
    picks = [0] * len(groups)
    cost = gain = 0
    for at, pick in zip(order, _merge_all([groups[at] for at in order], short), strict=True):
        picks[at] = pick
        option = groups[at].options[pick]
        cost, gain = cost + option[0], gain + option[1]
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


def _front(options: Sequence[Option]) -> tuple[Front, ...]:
    """Cost, gain and position of what is dearer only if it gains more: rising in both."""
    ranked = sorted([(cost, -gain, at) for at, (cost, gain) in enumerate(options)])
    kept: list[Front] = []
    for cost, negative, at in ranked:
        if not kept or -negative > kept[-1][1]:
            kept.append((cost, -negative, at))
    return tuple(kept)


def _greedy(groups: Sequence[Group], need: int) -> int:
    """The cost of a choice that reaches the need: best rates first, the last group as far as needed."""
    spent, short = 0, need
    for group in groups:
        if short <= 0:
            return spent
        enough = [one for one in group.front if one[1] >= short]
        cost, gain, _ = enough[0] if enough else max(group.front[1:], key=_gain_for_cost, default=_NOTHING)
        spent, short = spent + cost, short - gain
    return spent if short <= 0 else sum(group.front[-1][0] for group in groups)


def _gain_for_cost(one: Front) -> float:
    return one[1] / one[0]


def _merge_all(groups: Sequence[Group], need: int) -> tuple[int, ...]:
    """The picks of the cheapest complete choice, in the order of the groups: best rate first."""
    most, rest = _greedy(groups, need), sum([group.front[-1][1] for group in groups])
    rates = [*[group.rate for group in groups[1:]], 0.0]
    partial: list[Partial] = [(0, 0, ())]
    for group, rate in zip(groups, rates, strict=False):
        rest -= group.front[-1][1]
        sums, most = _sums(partial, group.front, need, most, rest=(rest, rate))
        partial = _keep_rising(sums)
    return partial[-1][2]


def _sums(
    partial: list[Partial], front: Sequence[Front], need: int, most: int, *, rest: tuple[int, float]
) -> tuple[list[Partial], int]:
    """Every partial choice with one more group that can still be cheapest, and the cost none may exceed.

    A partial choice is left out when all that is left cannot fill the gap, or not even at its best rate
    within the cost of a complete choice that is known.
    """
    rest_gain, rate = rest
    sums: list[Partial] = []
    for cost, gain, picks in partial:
        for more, plus, pick in front:
            total, short = cost + more, need - gain - plus
            if total > most:
                break
            if short <= 0:
                sums.append((total, -need, (*picks, pick)))
                most = total
                break
            if short <= rest_gain and short <= (most - total) * rate + SLACK:
                sums.append((total, -gain - plus, (*picks, pick)))
    return sums, most


def _keep_rising(sums: list[Partial]) -> list[Partial]:
    sums.sort()
    kept: list[Partial] = []
    best: int | None = None
    for cost, negative, picks in sums:
        if best is None or -negative > best:
            best = -negative
            kept.append((cost, best, picks))
    return kept
