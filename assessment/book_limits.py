"""Limits of many rows, exact to the fen.

The formulas run in floating point, where whole numbers below 2**53 are exact, and again in Python's whole
numbers for the few rows whose present value comes near a whole fen or whose amounts are very large.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import gcd, lcm
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from assessment.book_coding import BookError
from assessment.book_layout import DEMAND, MONEY
from assessment.book_prices import PriceBook
from assessment.book_scratch import ABSENT, Floats, Numbers, Quick, Scratch, Table, Whole
from assessment.costs import SCALE
from assessment.money import FEN
from assessment.policy import Policy, Ratio, Setting
from assessment.policy_parts import INCOME

Bools = npt.NDArray[np.bool_]
CAPS: Mapping[str, tuple[str, ...]] = {
    "consumer_loan": (
        "income_multiple", "affordability", "band_cap", "thin_file_cap", "unverified_income_cap",
        "product_cap", "regulatory_cap",
    ),
    "sme_working_capital": ("inflow_share", "cover", "demand", "band_cap", "product_cap", "regulatory_cap"),
    "supply_chain_finance": ("advance", "product_cap", "regulatory_cap"),
}  # fmt: skip
MOST_CNY = 2**31 - 1
_SURE_BELOW = 1e10
_EXACT = 2**53
# Present values are not whole; how near one may come to a whole fen before it is found in whole numbers.
PRESENT_VALUES = ("affordability", "cover")
_NEAR = 1e-5
_HALF = 0.5
_NO_PRICE = 1 / 3


@dataclass(frozen=True)
class Lines:
    """What the limits of some rows read: the key of score and case, and money in fen as stored.

    `is_known` says that no money is unknown besides incomes that are not verified.
    """

    key: npt.NDArray[np.int64]
    money: Mapping[str, npt.NDArray[np.int64]]
    is_known: bool

    def take(self, rows: npt.NDArray[np.intp]) -> Lines:
        """Some of the rows."""
        return Lines(self.key[rows], {name: fen[rows] for name, fen in self.money.items()}, self.is_known)


@dataclass
class Caps:
    """The caps of some rows that depend on money, in fen; `comfortable` is the end of the range below them.

    Once settled, whole caps stand half a fen higher, so that only a present value comes near a whole number.
    """

    lines: Lines
    by_name: dict[str, Numbers]
    comfortable: Numbers | None = None


class Range(NamedTuple):
    """High and low in CNY, -1 in the rows `absent`, which have no limit."""

    high: Floats
    low: Floats
    absent: npt.NDArray[np.intp]


class LimitBook:
    """Limits under one policy in one market."""

    def __init__(
        self, policy: Policy, setting: Setting, prices: PriceBook, *, regulatory_cap: int | None
    ) -> None:
        self.policy, self.setting, self.prices = policy, setting, prices
        self.product = setting.product.code
        self.regulatory_cap = regulatory_cap
        if setting.product.cap > MOST_CNY:
            raise BookError(f"{self.product}: a book holds limits up to {MOST_CNY} CNY")
        ratio, self._under = self._ratios()
        self._ratio: Table = (ratio.astype(np.float64), ratio)
        # Without a price the answer is the same whatever is paid is worth, but must not look doubtful.
        factors = [factor / SCALE if factor else _NO_PRICE for factor in prices.factors]
        self._factor: Table = (np.array(factors), prices.factors)
        terms = policy.consumer
        shares = (
            terms.deduct_other_unsecured,
            terms.max_dsr_after,
            terms.comfortable_dsr,
            policy.sme.min_cover[::-1],
        )
        self._deduct, self._most, self._comfortable, self._payable = (_reduced(share) for share in shares)

    def _ratios(self) -> tuple[Numbers, int]:
        """By key what income, inflow or receivable is multiplied by, over one denominator."""
        ratios: tuple[Ratio, ...]
        if self.product == "supply_chain_finance":
            rates, at = self.policy.scf.advance_rate, self.prices.case
            ratios = tuple(rates.get(grade, (0, 1)) for grade in self.prices.cases.grades)
        else:
            is_person, at = self.product == "consumer_loan", self.prices.bands
            ratios = self.policy.consumer.income_multiple if is_person else self.policy.sme.inflow_share
        under = lcm(*(own for _, own in ratios))
        return np.array([over * (under // own) for over, own in ratios], object)[at], under

    @cached_property
    def fixed(self) -> dict[str, Floats]:
        """By key the caps in fen that no money moves; ABSENT where one does not apply."""
        size = len(self.prices.price)
        found: dict[str, Any] = {"product_cap": np.full(size, self.setting.product.cap * FEN)}
        if self.product == "consumer_loan":
            thin = np.array(self.prices.cases.thin)[self.prices.case]
            found["thin_file_cap"] = np.where(thin, self.policy.consumer.thin_file_cap * FEN, ABSENT)
            found["band_cap"] = np.array(self.policy.consumer.band_cap)[self.prices.bands] * FEN
        elif self.product == "sme_working_capital":
            found["band_cap"] = np.array(self.policy.sme.band_cap)[self.prices.bands] * FEN
        if self.regulatory_cap is not None:
            found["regulatory_cap"] = np.full(size, self.regulatory_cap)
        return {name: np.asarray(values, np.float64) for name, values in found.items()}

    @cached_property
    def _lowest_fixed(self) -> Floats:
        """By key the lowest of them."""
        lowest: Floats = np.minimum.reduce(list(self.fixed.values()))
        return lowest

    @cached_property
    def _lowest_shifted(self) -> Floats:
        return self._lowest_fixed + _HALF

    @cached_property
    def sure_below(self) -> int:
        """Fen up to which floating point is exact but near whole present values."""
        ratios = [self._deduct, self._most, self._comfortable, self._payable]
        ratios += [(int(over), self._under) for over in set(self._ratio[1].tolist())]
        worth = float(self._factor[0].max()) * max(1, *(over / under for over, under in ratios))
        return int(min(_EXACT // max(max(ratio) for ratio in ratios), _SURE_BELOW / max(worth, 1)))

    def find(self, lines: Lines, quick: Quick, *, large: bool) -> Caps:
        """Every cap that depends on money; `large` says that some money may lie above `sure_below`."""
        for name, fen in lines.money.items() if large else ():
            if name != DEMAND:
                quick.doubt(fen > self.sure_below)
        return self._formula(lines, quick)

    def settle(self, caps: Caps, quick: Quick) -> Range:
        """The range of every row."""
        for name, cap in caps.by_name.items():
            if name not in PRESENT_VALUES:
                cap += _HALF  # noqa: PLW2901  the column itself is what counts
        high, low = self._ends(caps, quick)
        if quick.doubtful is not None:
            rows = np.flatnonzero(quick.doubtful)
            again = self._exact(caps.lines.take(rows))
            for name, cap in caps.by_name.items():
                cap[rows] = again.by_name[name]
            high[rows], low[rows] = self._ends(again, Quick(Scratch(len(rows)), len(rows)))
        none = np.take(self.prices.unpriced, caps.lines.key)
        if not caps.lines.is_known:
            none |= self._is_unknown(caps.lines)
        absent = np.flatnonzero(none)
        high[absent] = low[absent] = -1
        return Range(high, low, absent)

    def _ends(self, caps: Caps, quick: Quick) -> tuple[Floats, Floats]:
        """Both ends of the range where there is a limit; without a comfortable end they are one column."""
        lowest, *others = caps.by_name.values()
        lowest = np.minimum(lowest, others.pop() if others else ABSENT, out=quick.new())
        for cap in others:
            np.minimum(lowest, cap, out=lowest)
        if self.product == "consumer_loan":
            unverified = np.flatnonzero(caps.lines.money[INCOME] < 0)
            lowest[unverified] = self.policy.consumer.unverified_income_cap * FEN + _HALF
        fixed = np.take(self._lowest_shifted, caps.lines.key, out=quick.new(), mode="clip")
        np.minimum(lowest, fixed, out=lowest)
        quick.give_back(fixed)
        if caps.comfortable is None:
            high = self._end(lowest, quick)
            return high, high
        caps.comfortable[unverified] = ABSENT
        low = np.minimum(lowest, caps.comfortable, out=quick.new())
        return self._end(lowest, quick), self._end(low, quick)

    def _exact(self, lines: Lines) -> Caps:
        """The caps in whole numbers, half a fen higher."""
        caps = self._formula(lines, Whole())
        by_name = {name: cap.astype(np.float64) + _HALF for name, cap in caps.by_name.items()}
        if caps.comfortable is None:
            return Caps(lines, by_name)
        return Caps(lines, by_name, caps.comfortable.astype(np.float64) + _HALF)

    def bind(
        self, caps: Caps, high: Floats, rows: npt.NDArray[np.intp]
    ) -> tuple[npt.NDArray[np.intp], Floats]:
        """Of some rows the place in CAPS of the cap that binds, and the high end before the market."""
        key = np.take(caps.lines.key, rows)
        lowest, binding = np.take(self._lowest_fixed, key), np.take(self._binding_fixed, key)
        found = self._whole_caps(caps, rows)
        names = list(enumerate(CAPS[self.product]))
        # From the last to the first, so that of equal caps the first binds.
        for at, name in reversed([(at, name) for at, name in names if name in found]):
            cap = found[name]
            binds = cap <= lowest
            if at > self._first_fixed:
                binds &= (cap < lowest) | (at < binding)
            np.copyto(binding, at, where=binds)
            np.minimum(lowest, cap, out=lowest)
        if self._is_lowered:
            return binding, self._rounded(lowest)
        return binding, np.take(high, rows)

    def _whole_caps(self, caps: Caps, rows: npt.NDArray[np.intp]) -> dict[str, Numbers]:
        """The settled caps of some rows in whole fen."""
        found: dict[str, Numbers] = {}
        for name, cap in caps.by_name.items():
            raw = np.take(cap, rows)
            found[name] = np.floor(raw)
            if name in PRESENT_VALUES:
                raw -= found[name]
                if raw.min() < _NEAR or raw.max() > 1 - _NEAR:
                    near = np.flatnonzero((raw < _NEAR) | (raw > 1 - _NEAR))
                    exact = self._formula(caps.lines.take(rows[near]), Whole())
                    found[name][near] = exact.by_name[name]
        if self.product == "consumer_loan":
            unverified = np.flatnonzero(np.take(caps.lines.money[INCOME], rows) < 0)
            for whole in found.values():
                whole[unverified] = ABSENT
            instead = np.full(len(rows), ABSENT)
            instead[unverified] = self.policy.consumer.unverified_income_cap * FEN
            found["unverified_income_cap"] = instead
        return found

    @cached_property
    def _binding_fixed(self) -> npt.NDArray[np.intp]:
        """By key the place in CAPS of the first of the lowest caps that no money moves."""
        names = [name for name in CAPS[self.product] if name in self.fixed]
        places = np.array([CAPS[self.product].index(name) for name in names], np.intp)
        first: npt.NDArray[np.intp] = places[np.argmin([self.fixed[name] for name in names], axis=0)]
        return first

    @cached_property
    def _first_fixed(self) -> int:
        return min(CAPS[self.product].index(name) for name in self.fixed)

    @property
    def _is_lowered(self) -> bool:
        """Whether the market lowers limits; an easing one never lifts any above a cap."""
        over, under = self.setting.factor
        return over < under

    def _in_market(self, fen: Floats) -> Floats:
        over, under = self.setting.factor
        if self.setting.product.cap * FEN * over >= _EXACT:
            return (fen.astype(object) * over // under).astype(np.float64)
        fen *= over
        fen /= under
        return np.floor(fen, out=fen)

    def _rounded(self, fen: Floats) -> Floats:
        """Whole fen in CNY, rounded down, in their place."""
        fen /= self.policy.round_down_to * FEN
        return self._in_units(np.floor(fen, out=fen))

    def _in_units(self, units: Floats) -> Floats:
        units *= self.policy.round_down_to
        return np.maximum(units, 0, out=units)

    def _end(self, lowest: Floats, quick: Quick) -> Floats:
        """One end of the range in CNY; the column is used up."""
        if self._is_lowered:
            return self._rounded(self._in_market(quick.floor(lowest, _NEAR)))
        unit = self.policy.round_down_to * FEN
        lowest /= unit
        return self._in_units(quick.floor(lowest, _NEAR / unit))

    def _formula(self, lines: Lines, do: Quick | Whole) -> Caps:
        """The caps of one product."""
        if self.product == "consumer_loan":
            return self._consumer(lines, do)
        if self.product == "sme_working_capital":
            return self._sme(lines, do)
        receivable = do.copy(lines.money["receivable_amount_cny"])
        return Caps(lines, {"advance": do.down(receivable, do.take(self._ratio, lines.key), self._under)})

    def _is_unknown(self, lines: Lines) -> Bools:
        """By row whether an amount is unknown that the limit needs."""
        names = [name for name in MONEY[self.product] if name not in (INCOME, DEMAND)]
        unknown: Bools = np.minimum.reduce([lines.money[name] for name in names]) < 0
        return unknown & (lines.money[INCOME] >= 0) if INCOME in lines.money else unknown

    def _consumer(self, lines: Lines, do: Any) -> Caps:
        income, repayments, other = (do.copy(lines.money[name]) for name in MONEY[self.product])
        factors = do.take(self._factor, lines.key)
        ratio = do.take(self._ratio, lines.key)
        multiple = do.down(income, ratio, self._under, into=ratio)
        multiple = do.minus(multiple, do.down(other, *self._deduct, into=other))
        do.give_back(other)
        most = do.worth(do.minus(do.down(income, *self._most), repayments), factors)
        comfortable = do.worth(
            do.minus(do.down(income, *self._comfortable, into=income), repayments), factors
        )
        do.give_back(repayments)
        do.give_back(factors)
        return Caps(lines, {"income_multiple": multiple, "affordability": most}, comfortable)

    def _sme(self, lines: Lines, do: Any) -> Caps:
        inflow, net, owed, demand = (do.copy(lines.money[name]) for name in MONEY[self.product])
        cover = do.worth(do.minus(do.down(net, *self._payable), owed), do.take(self._factor, lines.key))
        part = do.down(inflow, do.take(self._ratio, lines.key), self._under)
        return Caps(lines, {"inflow_share": part, "cover": cover, "demand": demand})


def _reduced(ratio: Ratio) -> Ratio:
    common = gcd(*ratio)
    return ratio[0] // common, ratio[1] // common
