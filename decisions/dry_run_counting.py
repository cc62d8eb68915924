"""Counting who goes from what to what, whole and by group; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

OUTCOMES: Final = ("decline", "refer", "hold", "counter", "approve")
FAVOURABLE: Final = 3
"""From this place on the outcome gives money: another offer, or approved."""

Places = npt.NDArray[Any]


@dataclass(frozen=True)
class Side:
    """What one policy says of every row: the outcome's place, the score, the limit given in CNY."""

    outcome: npt.NDArray[np.uint8]
    score: npt.NDArray[np.int32]
    limit: npt.NDArray[np.int32]


@dataclass(frozen=True)
class Grouping:
    """The group of every row, as a place in the names; -1 belongs to no group."""

    names: tuple[str, ...]
    places: Places


@dataclass
class Tally:
    """What happens to some people."""

    matrix: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros((5, 5), np.int64))
    better: int = 0
    worse: int = 0

    @property
    def people(self) -> int:
        """How many people these are."""
        return int(self.matrix.sum())

    def join(self, other: "Tally") -> None:
        """Count other people too."""
        self.matrix += other.matrix
        self.better += other.better
        self.worse += other.worse

    def to_json(self) -> dict[str, Any]:
        """The counts with words for places; only what happened stands in the matrix."""
        return {
            "people": self.people,
            "changed": self.better + self.worse,
            "better": self.better,
            "worse": self.worse,
            "favourable_before": int(self.matrix[FAVOURABLE:].sum()),
            "favourable_after": int(self.matrix[:, FAVOURABLE:].sum()),
            "matrix": {
                OUTCOMES[row]: {OUTCOMES[at]: int(count) for at, count in enumerate(counts) if count}
                for row, counts in enumerate(self.matrix)
                if counts.any()
            },
        }


class Joint:
    """The people of a product by everything at once: outcome before, after, step, and each kind of group."""

    def __init__(self, kinds: Mapping[str, tuple[str, ...]]) -> None:
        self.kinds = dict(kinds)
        shape = (5, 5, 3, *(len(names) + 1 for names in kinds.values()))
        self._counts: npt.NDArray[np.int64] = np.zeros(shape, np.int64)

    @property
    def people(self) -> int:
        """How many people these are."""
        return int(self._counts.sum())

    def copy(self) -> "Joint":
        """The same, to be changed."""
        other = Joint(self.kinds)
        other._counts = self._counts.copy()
        return other

    def add(self, before: Side, after: Side, groupings: Mapping[str, Grouping]) -> None:
        """Count a chunk."""
        step = np.sign(after.outcome.astype(np.int64) - before.outcome)
        step = np.where(step == 0, np.sign(after.limit.astype(np.int64) - before.limit), step)
        # Who belongs to no group of a kind stands last.
        groups = [groupings[kind].places % (len(names) + 1) for kind, names in self.kinds.items()]
        places = np.ravel_multi_index(
            (before.outcome.astype(np.int64), after.outcome.astype(np.int64), step + 1, *groups),
            self._counts.shape,
        )
        self._counts += np.bincount(places, minlength=self._counts.size).reshape(self._counts.shape)

    def sizes(self, kind: str) -> list[int]:
        """How many people each group has, and last how many are in none."""
        axis = 3 + list(self.kinds).index(kind)
        others = tuple(one for one in range(self._counts.ndim) if one != axis)
        return [int(size) for size in self._counts.sum(axis=others)]

    def leave_out(self, kind: str, places: Sequence[int]) -> None:
        """Forget the people of these groups."""
        axis = 3 + list(self.kinds).index(kind)
        np.moveaxis(self._counts, axis, 0)[list(places)] = 0

    def whole(self) -> Tally:
        """What happens to everybody."""
        return _tally(self._counts)

    def groups(self, kind: str) -> dict[str, Tally]:
        """What happens to each group that has anybody, by name."""
        parts = np.moveaxis(self._counts, 3 + list(self.kinds).index(kind), 0)
        found = {name: _tally(part) for name, part in zip(self.kinds[kind], parts, strict=False)}
        return {name: found[name] for name in sorted(found) if found[name].people}

    def to_json(self) -> dict[str, Any]:
        """Everything as it is stored."""
        groups = {
            kind: {name: tally.to_json() for name, tally in self.groups(kind).items()} for kind in self.kinds
        }
        return {**self.whole().to_json(), "groups": groups}


def _tally(counts: npt.NDArray[np.int64]) -> Tally:
    flat = counts.reshape(5, 5, 3, -1).sum(axis=3)
    return Tally(flat.sum(axis=2), better=int(flat[:, :, 2].sum()), worse=int(flat[:, :, 0].sum()))


@dataclass
class Counting:
    """The people of each product that anybody has."""

    products: dict[str, Joint] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """How many people and firms were counted, each once for a product."""
        return self.whole().people

    @property
    def changed(self) -> int:
        """For how many of them something changes."""
        whole = self.whole()
        return whole.better + whole.worse

    def whole(self) -> Tally:
        """What happens to everybody."""
        whole = Tally()
        for joint in self.products.values():
            whole.join(joint.whole())
        return whole

    def add(self, product: str, before: Side, after: Side, groupings: Mapping[str, Grouping]) -> None:
        """Count a chunk."""
        kinds = {kind: grouping.names for kind, grouping in groupings.items()}
        self.products.setdefault(product, Joint(kinds)).add(before, after, groupings)

    def to_json(self) -> dict[str, Any]:
        """Everything as it is stored."""
        found: dict[str, dict[str, Tally]] = {}
        for joint in self.products.values():
            for kind in joint.kinds:
                for name, tally in joint.groups(kind).items():
                    found.setdefault(kind, {}).setdefault(name, Tally()).join(tally)
        groups = {
            kind: {name: tally.to_json() for name, tally in sorted(tallies.items())}
            for kind, tallies in found.items()
        }
        products = {product: joint.to_json() for product, joint in self.products.items()}
        return {**self.whole().to_json(), "groups": groups, "products": products}


def into_steps(values: Places, edges: Sequence[float]) -> Places:
    """The step that each value lies in: 0 below the first edge."""
    return np.searchsorted(np.asarray(edges), values, "right")
