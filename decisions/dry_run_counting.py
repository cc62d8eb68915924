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

    def add(self, before: Side, after: Side) -> None:
        """Count more people."""
        pairs = before.outcome.astype(np.int64) * 5 + after.outcome
        self.matrix += np.bincount(pairs, minlength=25).reshape(5, 5)
        step = np.sign(after.outcome.astype(np.int64) - before.outcome)
        step = np.where(step == 0, np.sign(after.limit.astype(np.int64) - before.limit), step)
        self.better += int((step > 0).sum())
        self.worse += int((step < 0).sum())

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


@dataclass
class Table:
    """Everybody and each group, filled chunk by chunk."""

    whole: Tally = field(default_factory=Tally)
    groups: dict[str, dict[str, Tally]] = field(default_factory=dict)

    def add(self, before: Side, after: Side, groupings: Mapping[str, Grouping]) -> None:
        """Count a chunk."""
        self.whole.add(before, after)
        for kind, grouping in groupings.items():
            tallies = self.groups.setdefault(kind, {})
            for place, name in enumerate(grouping.names):
                rows = np.flatnonzero(grouping.places == place)
                if len(rows):
                    tallies.setdefault(name, Tally()).add(_take(before, rows), _take(after, rows))

    def to_json(self) -> dict[str, Any]:
        """Everything as it is stored."""
        groups = {
            kind: {name: tally.to_json() for name, tally in sorted(tallies.items())}
            for kind, tallies in self.groups.items()
        }
        return {**self.whole.to_json(), "groups": groups}


@dataclass
class Counting:
    """One table of everything, and one of each product that anybody has."""

    all: Table = field(default_factory=Table)
    products: dict[str, Table] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """How many people and firms were counted, each once for a product."""
        return self.all.whole.people

    @property
    def changed(self) -> int:
        """For how many of them something changes."""
        return self.all.whole.better + self.all.whole.worse

    def add(self, product: str, before: Side, after: Side, groupings: Mapping[str, Grouping]) -> None:
        """Count a chunk."""
        self.all.add(before, after, groupings)
        self.products.setdefault(product, Table()).add(before, after, groupings)

    def to_json(self) -> dict[str, Any]:
        """Everything as it is stored."""
        products = {product: table.to_json() for product, table in self.products.items()}
        return {**self.all.to_json(), "products": products}


def _take(side: Side, rows: Places) -> Side:
    return Side(side.outcome[rows], side.score[rows], side.limit[rows])


def into_steps(values: Places, edges: Sequence[float]) -> Places:
    """The step that each value lies in: 0 below the first edge."""
    return np.searchsorted(np.asarray(edges), values, "right")
