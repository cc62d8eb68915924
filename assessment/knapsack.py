"""The cheapest choice of one option per group whose gains reach a need: exact, by merged Pareto fronts.

Each group is first pruned to its Pareto front (dearer only if it gains more), counted from its cheapest
option. A greedy choice is the first complete one. Fronts are then merged group by group, those that gain
most for their cost first; a partial choice is followed only while it can reach the need, at the best rate
of the groups to come, for less than the cheapest complete choice so far. Ties: within a group higher gain,
then the order of the options; between groups what gains more for its cost, then the order of the groups.
(Multiple-choice knapsack: Kellerer, Pferschy, Pisinger 2004, ch. 11.)
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
    best: Front
    top: int


def prepare(options: Sequence[Option]) -> Group:
    """Prune a group once, for any number of choices; it must have at least one option."""
    front = _front(options)
    cost, base, _ = front[0]
    beyond = tuple((more - cost, gain - base, at) for more, gain, at in front)
    best = max(beyond[1:], key=_gain_for_cost, default=_NOTHING)
    rate = _gain_for_cost(best) if best[0] else 0.0
    return Group(options, beyond, base, rate, best, beyond[-1][1])


def cheapest(groups: Groups, need: int) -> Choice | None:
    """The cheapest choice whose gain is at least `need`; None when no choice reaches it."""
    return cheapest_of([prepare(options) for options in groups], need) if all(groups) else None


def cheapest_of(groups: Sequence[Group], need: int) -> Choice | None:
    """The same for groups that were prepared before."""
    short, reach = need, 0
    rates = []
    for _, _, base, rate, _, top in groups:
        short -= base
        reach += top
        rates.append(rate)
    if reach < short:
        return None
    picks = [group[1][0][2] for group in groups]
    if short > 0:
        order = sorted(range(len(groups)), key=rates.__getitem__, reverse=True)
        for at, pick in zip(order, _reach([groups[at] for at in order], short, reach), strict=False):
            picks[at] = pick
    cost = gain = 0
    for group, pick in zip(groups, picks, strict=True):
        more, plus = group[0][pick]
        cost += more
        gain += plus
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


def _greedy(groups: Sequence[Group], need: int) -> tuple[int, tuple[int, ...]]:
    """The cost and picks of a choice that reaches the need: best rates first, the last as far as needed."""
    spent, short = 0, need
    picks: tuple[int, ...] = ()
    for _, front, _, _, best, top in groups:
        if top >= short:
            cost, _, pick = next(one for one in front if one[1] >= short)
            return spent + cost, (*picks, pick)
        cost, gain, pick = best
        spent, short, picks = spent + cost, short - gain, (*picks, pick)
    tops = [group.front[-1] for group in groups]
    return sum([cost for cost, _, _ in tops]), tuple([pick for _, _, pick in tops])


def _gain_for_cost(one: Front) -> float:
    return one[1] / one[0]


def _reach(groups: Sequence[Group], need: int, reach: int) -> tuple[int, ...]:
    """The picks of the cheapest complete choice, best rate first; groups not named keep their cheapest.

    `reach` is what all of them gain together at most. A partial choice is followed while all that is left
    can fill its gap, at the best rate to come, for less than the cheapest complete choice so far.
    """
    cost, picks = _greedy(groups, need)
    room = cost - 1
    partial: list[Partial] = [(0, need, ())]
    to_come = zip(groups, [*[group[3] for group in groups[1:]], 0.0], strict=True)
    while partial:
        group, rate = next(to_come)
        reach -= group[5]
        sums: list[Partial] = []
        for spent, gap, taken in partial:
            for more, plus, pick in group[1]:
                left, short = room - spent - more, gap - plus
                if left < 0:
                    break
                if short <= 0:
                    room, picks = spent + more - 1, (*taken, pick)
                    break
                if short <= reach and short <= left * rate + SLACK:
                    sums.append((spent + more, short, (*taken, pick)))
        partial = _keep_falling(sums) if len(sums) > 1 else sums
    return picks


def _keep_falling(sums: list[Partial]) -> list[Partial]:
    """What costs more only where it leaves less to gain."""
    sums.sort()
    kept = sums[:1]
    for one in sums:
        if one[1] < kept[-1][1]:
            kept.append(one)
    return kept
