"""Limits of many rows, exact to the fen.

The formulas run in floating point, where whole numbers below 2**53 are exact, and again in Python's whole
numbers for the few rows whose present value comes near a whole fen or whose amounts are very large.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import gcd, lcm
from typing import Any

import numpy as np
import numpy.typing as npt

from assessment.book_coding import BookError
from assessment.book_layout import DEMAND
from assessment.book_prices import PriceBook
from assessment.costs import SCALE
from assessment.limits import FEN
from assessment.policy import Policy, Ratio, Setting
from assessment.policy_parts import INCOME

Numbers = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
CAPS: Mapping[str, tuple[str, ...]] = {
    "consumer_loan": (
        "income_multiple", "affordability", "band_cap", "thin_file_cap", "unverified_income_cap",
        "product_cap", "regulatory_cap",
    ),
    "sme_working_capital": ("inflow_share", "cover", "demand", "band_cap", "product_cap", "regulatory_cap"),
    "supply_chain_finance": ("advance", "product_cap", "regulatory_cap"),
}  # fmt: skip
ABSENT = float(2**62)
MOST_CNY = 2**31 - 1
_NEAR = 1e-5
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
    """The caps of some rows that depend on money, in fen; `worths` are present values, whole and before that."""

    key: npt.NDArray[np.int64]
    by_name: dict[str, Numbers]
    unknown: Bools
    comfortable: Numbers | None = None
    worths: list[tuple[Floats, Floats]] = field(default_factory=list)


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
        self._ratio = {False: ratio.astype(np.float64), True: ratio}
        exact = prices.factors
        self._factor = {False: np.array([factor / SCALE for factor in exact]), True: exact}
        terms = policy.consumer
        shares = (terms.deduct_other_unsecured, terms.max_dsr_after, terms.comfortable_dsr, policy.sme.min_cover[::-1])
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
        ratios += [(int(over), self._under) for over in set(self._ratio[True].tolist())]
        worth = float(self._factor[False].max(initial=1)) * max(1, *(over / under for over, under in ratios))
        return int(min(_EXACT // max(max(ratio) for ratio in ratios), _SURE_BELOW / worth))

    def find(self, lines: Lines, *, large: bool) -> Caps:
        """Every cap that depends on money; `large` says that some money may lie above `sure_below`."""
        caps = self._formula(lines, exact=False)
        rows = self._doubtful(lines, caps, large=large)
        if len(rows):
            again = self._formula(lines.take(rows), exact=True)
            for name, cap in caps.by_name.items():
                cap[rows] = again.by_name[name]
            if caps.comfortable is not None:
                caps.comfortable[rows] = again.comfortable
        return caps

    def settle(self, caps: Caps) -> tuple[Floats, Floats]:
        """High and low in CNY, -1 where there is no limit."""
        lowest = np.take(self._lowest_fixed, caps.key, mode="clip")
        none = lowest < 0
        none |= caps.unknown
        for cap in caps.by_name.values():
            np.minimum(lowest, cap, out=lowest)
        np.maximum(lowest, 0, out=lowest)
        high = self._rounded(self._in_market(lowest))
        np.copyto(high, -1, where=none)
        if caps.comfortable is None:
            return high, high
        np.minimum(lowest, caps.comfortable, out=lowest)
        np.maximum(lowest, 0, out=lowest)
        low = self._rounded(self._in_market(lowest))
        np.copyto(low, -1, where=none)
        return high, low

    def bind(self, caps: Caps, rows: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], Floats]:
        """The place in CAPS of the cap that binds, and the high end in CNY before the market, of some rows."""
        key = caps.key[rows]
        found = np.full((len(CAPS[self.product]), len(rows)), ABSENT)
        for at, name in enumerate(CAPS[self.product]):
            if name in caps.by_name:
                found[at] = caps.by_name[name][rows]
            elif name in self.fixed:
                found[at] = self.fixed[name][key]
        lowest = found.min(axis=0)
        binding = np.argmax(found == lowest, axis=0)
        return binding, self._rounded(np.maximum(lowest, 0))

    def _in_market(self, fen: Floats) -> Floats:
        """A tight market lowers; an easing one never lifts above a cap."""
        over, under = self.setting.factor
        if over >= under:
            return fen
        if self.setting.product.cap * FEN * over >= _EXACT:
            return _down(fen.astype(object), over, under).astype(np.float64)
        return _down(fen, over, under)

    def _rounded(self, fen: Floats) -> Floats:
        found = _down(fen, 1, self.policy.round_down_to * FEN)
        found *= self.policy.round_down_to
        return found

    def _doubtful(self, lines: Lines, caps: Caps, *, large: bool) -> npt.NDArray[np.intp]:
        """Rows for which floating point may be a fen off: present values near a whole one, and much money."""
        doubtful = np.zeros(len(lines.key), np.bool_)
        for raw, whole in caps.worths:
            far = raw - whole
            far -= 0.5
            np.abs(far, out=far)
            if far.max(initial=0) > 0.5 - _NEAR:
                doubtful |= (far > 0.5 - _NEAR) & (raw != 0)
        for name, fen in lines.money.items() if large else ():
            if name != DEMAND:
                doubtful |= fen > self.sure_below
        return np.flatnonzero(doubtful)

    def _formula(self, lines: Lines, *, exact: bool) -> Caps:
        """The caps of one product, in floating point or in whole numbers."""
        number = object if exact else np.float64
        money = {name: fen.astype(number) for name, fen in lines.money.items()}
        ratio = np.take(self._ratio[exact], lines.key, mode="clip")
        if self.product == "consumer_loan":
            return self._consumer(lines, money, ratio, self._factor[exact])
        if self.product == "sme_working_capital":
            return self._sme(lines, money, ratio, self._factor[exact])
        advance = _down(money["receivable_amount_cny"], ratio, self._under)
        return Caps(lines.key, {"advance": advance}, lines.money["receivable_amount_cny"] < 0)

    def _consumer(self, lines: Lines, money: Mapping[str, Numbers], ratio: Numbers, factor: Numbers) -> Caps:
        income, repayments, other = money[INCOME], money["existing_repayments_cny"], money["other_unsecured_cny"]
        unverified = lines.money[INCOME] < 0
        unknown = (lines.money["existing_repayments_cny"] | lines.money["other_unsecured_cny"]) < 0
        unknown &= ~unverified
        caps = Caps(lines.key, {}, unknown)
        multiple = _down(income, ratio, self._under)
        multiple -= _down(other, *self._deduct)
        factors = np.take(factor, lines.key, mode="clip")
        most = _worth(_down(income, *self._most) - repayments, factors, caps)
        comfortable = _worth(_down(income, *self._comfortable) - repayments, factors, caps)
        instead = np.full(len(income), ABSENT, income.dtype)
        np.copyto(instead, self.policy.consumer.unverified_income_cap * FEN, where=unverified)
        for cap in (multiple, most, comfortable):
            np.copyto(cap, ABSENT, where=unverified)
        caps.by_name = {"income_multiple": multiple, "affordability": most, "unverified_income_cap": instead}
        caps.comfortable = comfortable
        return caps

    def _sme(self, lines: Lines, money: Mapping[str, Numbers], ratio: Numbers, factor: Numbers) -> Caps:
        names = ("last_12m_inflow_cny", "net_inflow_month_cny", "existing_repayments_cny")
        inflow, net, owed = (money[name] for name in names)
        caps = Caps(lines.key, {}, np.minimum.reduce([lines.money[name] for name in names]) < 0)
        cover = _worth(_down(net, *self._payable) - owed, np.take(factor, lines.key, mode="clip"), caps)
        share = _down(inflow, ratio, self._under)
        caps.by_name = {"inflow_share": share, "cover": cover, "demand": money[DEMAND]}
        return caps


def _reduced(ratio: Ratio) -> Ratio:
    common = gcd(*ratio)
    return ratio[0] // common, ratio[1] // common


def _down(fen: Numbers, over: Any, under: int) -> Numbers:
    """Fen times a ratio, rounded down."""
    if fen.dtype == object:
        return fen * over // under
    found: Numbers
    if isinstance(over, int) and not under & (under - 1):
        found = fen * (over / under)
    elif isinstance(over, int) and over == 1:
        found = fen / under
    else:
        found = fen * over
        if under > 1:
            found /= under
    return np.floor(found, out=found)


def _worth(monthly: Numbers, factors: Numbers, caps: Caps) -> Numbers:
    """What is paid each month is worth today, rounded down; in floating point kept to be looked at twice."""
    raw: Numbers = monthly * factors
    if raw.dtype == object:
        return raw // SCALE
    whole = np.floor(raw)
    caps.worths.append((raw, whole))
    return whole
