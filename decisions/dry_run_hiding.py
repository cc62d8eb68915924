"""What of a dry run may be shown, so that nothing about fewer than ten people can be computed from it. Pure.

Small groups that are ten people together are shown as one; who is in fewer is left out of all numbers, and of
totals. Small cells of a matrix are hidden with another one beside them. The table of everything is the sum of
the tables of products that are shown, and so tells no more than they do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from decisions.dry_run_counting import FAVOURABLE, OUTCOMES, Joint, Tally

FEWEST: Final = 10
OTHER: Final = "other"
_PLACES: Final = range(len(OUTCOMES))
Cell = tuple[int, int]


@dataclass(frozen=True)
class Kept:
    """One product without the people who would stand alone: its people, and its groups by kind."""

    whole: Tally
    groups: Mapping[str, Mapping[str, Tally]]
    together: Mapping[str, frozenset[str]]
    left_out: Mapping[str, int]
    is_partial: bool


def shown_of(joints: Mapping[str, Joint]) -> dict[str, Any]:
    """Everything that may be shown, in the shape that is stored; products with too few people are named."""
    kept = {product: _keep(joint) for product, joint in joints.items()}
    found = {product: one for product, one in kept.items() if one is not None}
    hidden = {product: hidden_cells(one.whole) for product, one in found.items()}
    products = {product: _table(one, hidden[product]) for product, one in found.items()}
    whole = _table(_sum(list(found.values())), set().union(*hidden.values()))
    return {**whole, "products": products, "few": [one for one in kept if one not in found]}


def _keep(joint: Joint) -> Kept | None:
    """Leave out small groups until none is small; None where fewer than ten are left."""
    rest, left_out = joint.copy(), dict.fromkeys(joint.kinds, 0)
    while rest.people >= FEWEST:
        small = next(_small(rest), None)
        if small is None:
            together = {kind: _together(rest, kind) for kind in rest.kinds}
            groups = {kind: rest.groups(kind) for kind in rest.kinds if together[kind] is not None}
            named = {kind: names for kind, names in together.items() if names is not None}
            return Kept(rest.whole(), groups, named, left_out, rest.people < joint.people)
        kind, places = small
        left_out[kind] += sum(place < len(rest.kinds[kind]) for place in places)
        rest.leave_out(kind, places)
    return None


def _small(joint: Joint) -> Iterator[tuple[str, list[int]]]:
    """Kinds whose small groups are fewer than ten people together; so is who belongs to no group."""
    for kind, names in joint.kinds.items():
        sizes = joint.sizes(kind)
        small = [place for place in range(len(names)) if 0 < sizes[place] < FEWEST]
        if 0 < sizes[-1] < FEWEST:
            yield kind, [len(names)]
        elif small and sum(sizes[place] for place in small) < FEWEST:
            yield kind, small


def _together(joint: Joint, kind: str) -> frozenset[str] | None:
    """The small groups that are shown as one; None where even so each could be told."""
    sized = sorted((tally.people, name) for name, tally in joint.groups(kind).items())
    small = [one for one in sized if one[0] < FEWEST]
    if small and sum(size for size, _name in small) == (FEWEST - 1) * len(small):
        # All of them could only be nine each.
        small = sized[: len(small) + 1] if len(sized) > len(small) else []
        return frozenset(name for _size, name in small) or None
    return frozenset(name for _size, name in small)


def hidden_cells(tally: Tally) -> set[Cell]:
    """The cells that are not shown: small ones, and as many beside them as keep each from being computed.

    Sums of rows and columns are known for outcomes that give money and those that do not, so that a cell is
    hidden among those that lie in the same quarter.
    """
    found: set[Cell] = set()
    for rows in (_PLACES[:FAVOURABLE], _PLACES[FAVOURABLE:]):
        for columns in (_PLACES[:FAVOURABLE], _PLACES[FAVOURABLE:]):
            found |= _hidden_among([(row, column) for row in rows for column in columns], tally)
    return found


def _hidden_among(cells: Sequence[Cell], tally: Tally) -> set[Cell]:
    count = {cell: int(tally.matrix[cell]) for cell in cells}
    found = [cell for cell in cells if 0 < count[cell] < FEWEST]
    if not found:
        return set()
    # Better and worse are known too, so that one above the diagonal needs another there, or on it.
    above = [cell for cell in found if cell[0] != cell[1]]
    sides = {cell[0] < cell[1] for cell in above}
    near = [cell for cell in cells if cell[0] == cell[1] or (cell[0] < cell[1]) in sides or not above]
    rest = sorted(
        (cell for cell in cells if cell not in found),
        key=lambda cell: (not count[cell], cell not in near, count[cell], cell),
    )
    while rest and not _is_open(found, count):
        found.append(rest.pop(0))
    return set(found)


def _is_open(found: Sequence[Cell], count: Mapping[Cell, int]) -> bool:
    """Whether people could be moved between hidden cells so that every sum that is known stays."""
    if len(found) < 2 or sum(count[cell] for cell in found) < FEWEST:
        return False
    sides = [np.sign(column - row) for row, column in found]
    return 0 in sides or all(sides.count(side) > 1 for side in set(sides))


def _sum(parts: Sequence[Kept]) -> Kept:
    """The products together; what is shown as one in any of them is shown as one here."""
    kinds = {kind: None for part in parts for kind in part.together}
    barred = {kind for part in parts for kind in part.left_out if kind not in part.together}
    groups: dict[str, dict[str, Tally]] = {kind: {} for kind in kinds if kind not in barred}
    for part in parts:
        for kind, tallies in groups.items():
            for name, tally in part.groups.get(kind, {}).items():
                tallies.setdefault(name, Tally()).join(tally)
    whole = Tally()
    for part in parts:
        whole.join(part.whole)
    together = {
        kind: frozenset().union(*(part.together.get(kind, frozenset()) for part in parts)) for kind in groups
    }
    left_out = {kind: sum(part.left_out.get(kind, 0) for part in parts) for kind in groups}
    return Kept(whole, groups, together, left_out, any(part.is_partial for part in parts))


def _table(kept: Kept, hidden: Iterable[Cell]) -> dict[str, Any]:
    shown = kept.whole.to_json()
    for row, column in hidden:
        shown["matrix"].setdefault(OUTCOMES[row], {})[OUTCOMES[column]] = None
    groups = {
        kind: {name: _without_matrix(tally) for name, tally in _merged(tallies, kept.together[kind])}
        for kind, tallies in kept.groups.items()
    }
    few = {kind: count for kind, count in kept.left_out.items() if count}
    return {**shown, "groups": groups, "left_out": few, "is_partial": kept.is_partial}


def _merged(tallies: Mapping[str, Tally], together: frozenset[str]) -> Iterator[tuple[str, Tally]]:
    other = Tally()
    for name, tally in tallies.items():
        if name in together:
            other.join(tally)
        else:
            yield name, tally
    if other.people:
        yield OTHER, other


def _without_matrix(tally: Tally) -> dict[str, Any]:
    return {name: value for name, value in tally.to_json().items() if name != "matrix"}
