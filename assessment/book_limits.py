"""Limits of many rows, exact to the fen.

The formulas run in floating point, where whole numbers below 2**53 are exact, and again in Python's whole
numbers for the few rows whose present value comes near a whole fen or whose amounts are very large.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import gcd, lcm
from typing import Any

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


@dataclass(frozen=True)
class Lines:
    """What the limits of some rows read: the key of score and case, and money in fen as stored."""

    key: npt.NDArray[np.int64]
    money: Mapping[str, npt.NDArray[np.int64]]

    def take(self, rows: npt.NDArray[np.intp]) -> Lines:
        """Some of the rows."""
        return Lines(self.key[rows], {name: fen[rows] for name, fen in self.money.items()})


@dataclass
class Caps:
    """The caps of some rows that depend on money, in fen."""

    key: npt.NDArray[np.int64]
    by_name: dict[str, Numbers]
    unknown: Bools
    comfortable: Numbers | None = None


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
        self._factor: Table = (np.array([factor / SCALE for factor in prices.factors]), prices.factors)
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
        """By key the lowest of them, -1 where no rate and so no limit exists."""
        lowest = np.minimum.reduce(list(self.fixed.values()))
        return np.where(self.prices.unpriced, -1, lowest)

    @cached_property
    def sure_below(self) -> int:
        """Fen up to which floating point is exact but near whole present values."""
        ratios = [self._deduct, self._most, self._comfortable, self._payable]
        ratios += [(int(over), self._under) for over in set(self._ratio[1].tolist())]
        worth = float(self._factor[0].max()) * max(1, *(over / under for over, under in ratios))
        return int(min(_EXACT // max(max(ratio) for ratio in ratios), _SURE_BELOW / max(worth, 1)))

    def find(self, lines: Lines, quick: Quick, *, large: bool) -> Caps:
        """Every cap that depends on money; `large` says that some money may lie above `sure_below`."""
        caps = self._formula(lines, quick)
        for name, fen in lines.money.items() if large else ():
            if name != DEMAND:
                quick.doubt(fen > self.sure_below)
        if quick.doubtful is not None:
            rows = np.flatnonzero(quick.doubtful)
            again = self._formula(lines.take(rows), Whole())
            for name, cap in caps.by_name.items():
                cap[rows] = again.by_name[name]
            if caps.comfortable is not None:
                caps.comfortable[rows] = again.comfortable
        return caps

    def settle(self, caps: Caps, quick: Quick) -> tuple[Floats, Floats]:
        """High and low in CNY, -1 where there is no limit."""
        lowest = np.take(self._lowest_fixed, caps.key, out=quick.new(), mode="clip")
        none = lowest < 0
        none |= caps.unknown
        for cap in caps.by_name.values():
            np.minimum(lowest, cap, out=lowest)
        high = self._rounded(self._in_market(lowest, quick), quick)
        np.copyto(high, -1, where=none)
        if caps.comfortable is None:
            return high, high
        np.minimum(lowest, caps.comfortable, out=lowest)
        quick.give_back(caps.comfortable)
        low = self._rounded(self._in_market(lowest, quick), quick)
        np.copyto(low, -1, where=none)
        return high, low

    def bind(
        self, caps: Caps, high: Floats, rows: npt.NDArray[np.intp]
    ) -> tuple[npt.NDArray[np.intp], Floats]:
        """Of some rows the place in CAPS of the cap that binds, and the high end before the market."""
        key = np.take(caps.key, rows)
        lowest, binding = np.take(self._lowest_fixed, key), np.take(self._binding_fixed, key)
        names = list(enumerate(CAPS[self.product]))
        # From the last to the first, so that of equal caps the first binds.
        for at, name in reversed([(at, name) for at, name in names if name in caps.by_name]):
            cap = np.take(caps.by_name[name], rows)
            binds = cap <= lowest
            if at > self._first_fixed:
                binds &= (cap < lowest) | (at < binding)
            np.copyto(binding, at, where=binds)
            np.minimum(lowest, cap, out=lowest)
        if self._is_lowered:
            return binding, self._rounded(lowest, Quick(Scratch(len(rows)), len(rows)))
        return binding, np.take(high, rows)

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

    def _in_market(self, fen: Floats, quick: Quick) -> Floats:
        if not self._is_lowered:
            return fen
        over, under = self.setting.factor
        if self.setting.product.cap * FEN * over >= _EXACT:
            return (fen.astype(object) * over // under).astype(np.float64)
        return quick.down(fen, over, under)

    def _rounded(self, fen: Floats, quick: Quick) -> Floats:
        found = quick.down(fen, 1, self.policy.round_down_to * FEN)
        found *= self.policy.round_down_to
        return np.maximum(found, 0, out=found)

    def _formula(self, lines: Lines, do: Quick | Whole) -> Caps:
        """The caps of one product."""
        if self.product == "consumer_loan":
            return self._consumer(lines, do)
        if self.product == "sme_working_capital":
            return self._sme(lines, do)
        receivable = lines.money["receivable_amount_cny"]
        advance = do.down(do.copy(receivable), do.take(self._ratio, lines.key), self._under)
        return Caps(lines.key, {"advance": advance}, receivable < 0)

    def _consumer(self, lines: Lines, do: Any) -> Caps:
        income, repayments, other = (do.copy(lines.money[name]) for name in MONEY[self.product])
        unknown = (lines.money["existing_repayments_cny"] | lines.money["other_unsecured_cny"]) < 0
        unknown &= lines.money[INCOME] >= 0
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
        cap = self.policy.consumer.unverified_income_cap * FEN
        instead = do.bar((multiple, most, comfortable), lines.money[INCOME], cap)
        caps = {"income_multiple": multiple, "affordability": most, "unverified_income_cap": instead}
        return Caps(lines.key, caps, unknown, comfortable)

    def _sme(self, lines: Lines, do: Any) -> Caps:
        unknown = np.minimum.reduce([lines.money[name] for name in MONEY[self.product] if name != DEMAND]) < 0
        inflow, net, owed, demand = (do.copy(lines.money[name]) for name in MONEY[self.product])
        cover = do.worth(do.minus(do.down(net, *self._payable), owed), do.take(self._factor, lines.key))
        part = do.down(inflow, do.take(self._ratio, lines.key), self._under)
        return Caps(lines.key, {"inflow_share": part, "cover": cover, "demand": demand}, unknown)


def _reduced(ratio: Ratio) -> Ratio:
    common = gcd(*ratio)
    return ratio[0] // common, ratio[1] // common
