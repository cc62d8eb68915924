"""Where the codes of a book stand: several inputs share a byte while their cells can be told apart in it.

Two neighbouring bytes are read as one number of sixteen bits, so that one look-up answers for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from math import prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assessment.book_coding import (
    GRADE,
    LOYALTY,
    MOST_CELLS,
    TERMS,
    BookError,
    Coder,
    Codes,
    make_coders,
    rules_of,
)
from assessment.policy import Policy
from assessment.policy_parts import INCOME

DEMAND = "demand"
MONEY: Mapping[str, tuple[str, ...]] = {
    "consumer_loan": (INCOME, "existing_repayments_cny", "other_unsecured_cny"),
    "sme_working_capital": (
        "last_12m_inflow_cny", "net_inflow_month_cny", "existing_repayments_cny", DEMAND,
    ),
    "supply_chain_finance": ("receivable_amount_cny",),
}  # fmt: skip
LIMIT_CODES: Mapping[str, tuple[str, ...]] = {
    "consumer_loan": (LOYALTY,),
    "sme_working_capital": (TERMS[0],),
    "supply_chain_finance": (GRADE,),
}
BYTES = np.arange(MOST_CELLS)


class Place(NamedTuple):
    """Where one input stands: its byte, the step of its code in it, and how many cells it has."""

    byte: int
    step: int
    cells: int

    def codes(self, values: npt.NDArray[np.generic]) -> npt.NDArray[np.intp]:
        """The code of this input in values of its byte."""
        found: npt.NDArray[np.intp] = values.astype(np.intp) // self.step % self.cells
        return found


@dataclass(frozen=True, eq=False)
class Coding:
    """What the codes of one product mean for some policies; `groups` are the inputs of each byte."""

    product: str
    coders: Mapping[str, Coder]
    groups: tuple[tuple[str, ...], ...]

    @classmethod
    def for_policies(cls, policies: Sequence[Policy] | Policy, product: str) -> Coding:
        """The coding that serves every one of the policies; BookError where they cannot share one."""
        policies = [policies] if isinstance(policies, Policy) else list(policies)
        policies[0].setting(product, "normal")
        coding = _make(policies, product)
        for policy in policies:
            coding.check_serves(policy)
        return coding

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The inputs that are stored, in order."""
        return tuple(name for group in self.groups for name in group)

    @cached_property
    def key(self) -> str:
        """Equal for codings whose codes mean the same; to be stored beside stored codes."""
        meaning = [(name, self.coders[name].states, self.coders[name].cuts) for name in self.names]
        return sha256(repr((self.product, self.groups, meaning)).encode()).hexdigest()[:32]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Coding) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Where each stored input stands."""
        found = {}
        for byte, group in enumerate(self.groups):
            step = 1
            for name in group:
                found[name] = Place(byte, step, len(self.coders[name].cells))
                step *= found[name].cells
        return found

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many values each byte can have."""
        return tuple(prod(len(self.coders[name].cells) for name in group) for group in self.groups)

    @property
    def width(self) -> int:
        """Bytes a row; where their number is odd, the last is nothing."""
        return len(self.groups) + len(self.groups) % 2

    @property
    def money_names(self) -> tuple[str, ...]:
        """Amounts besides the one asked for, in fen: -1 where unknown or not verified."""
        return MONEY[self.product]

    def check_serves(self, policy: Policy) -> None:
        """Raise BookError that names the first input which these codes cut too coarsely for a policy."""
        served = _make_one(policy, self.product)
        for name in served.names:
            if name not in self.places:
                raise BookError(f"{name}: this book has no codes for it, policy {policy.version} reads it")
            if not _covers(self.coders[name], served.coders[name]):
                raise BookError(
                    f"{name}: policy {policy.version} has bins, states or rules that these codes do not tell"
                    " apart; code the book for it"
                )

    def pack(self, codes: Mapping[str, Codes], rows: int) -> Codes:
        """Rows of bytes from the codes of every input."""
        matrix = np.zeros((rows, self.width), np.uint8)
        for name, place in self.places.items():
            matrix[:, place.byte] += codes[name] * np.uint8(place.step)
        return matrix


def _make(policies: Sequence[Policy], product: str) -> Coding:
    coders = make_coders(product, policies)
    rules = rules_of(product, policies)
    read = [[name for name in rule.expression.names if name in coders] for rule in rules]
    needed = {name for names in read for name in names} | set(LIMIT_CODES[product])
    needed |= {name for name, coder in coders.items() if coder.one is not None}
    cells = {name: len(coder.cells) for name, coder in coders.items() if name in needed}
    return Coding(product, coders, _share_bytes(cells, read))


@lru_cache(maxsize=64)
def _make_one(policy: Policy, product: str) -> Coding:
    return _make([policy], product)


def _covers(mine: Coder, theirs: Coder) -> bool:
    """Whether every cell lies inside one cell of the other."""
    if mine.name in TERMS or mine.one is not None:
        same = set(mine.states) == set(theirs.states)
    else:
        same = set(mine.states) >= set(theirs.states)
    lows = [None if coder.spec is None else coder.spec.low for coder in (mine, theirs)]
    return (
        same and mine.numeric == theirs.numeric and lows[0] == lows[1] and set(mine.cuts) >= set(theirs.cuts)
    )


def _share_bytes(cells: Mapping[str, int], read: Iterable[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Groups of inputs, one byte each: what one rule reads together, then the largest first."""
    units: list[tuple[str, ...]] = []
    for names in read:
        together = tuple(names)
        taken = {name for unit in units for name in unit}
        if (
            len(together) > 1
            and not taken & set(together)
            and prod(cells[name] for name in together) <= MOST_CELLS
        ):
            units.append(together)
    taken = {name for unit in units for name in unit}
    units += sorted(((name,) for name in cells if name not in taken), key=lambda unit: -cells[unit[0]])
    groups: list[tuple[str, ...]] = []
    for unit in units:
        size = prod(cells[name] for name in unit)
        for at, group in enumerate(groups):
            if prod(cells[name] for name in group) * size <= MOST_CELLS:
                groups[at] = group + unit
                break
        else:
            groups.append(unit)
    return tuple(groups)
