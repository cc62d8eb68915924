"""The personal limit of every row, exact to the fen.

Affordability is computed in floating point and, where that comes near a whole fen, again in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from assessment.costs import SCALE, present_value, present_value_factor
from assessment.limits import AFFORDABILITY_MONTHS, FEN
from assessment.policy import Policy, Ratio, Setting
from assessment.pricing import annual_rate

Fen = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
CAPS = (
    "income_multiple",
    "affordability",
    "band_cap",
    "thin_file_cap",
    "unverified_income_cap",
    "product_cap",
    "regulatory_cap",
)
NO_CAP = 2**62
_NEAR = 1e-4
_EXACT_BELOW = 1e11


@dataclass(frozen=True)
class Money:
    """What the personal limit reads: fen with -1 for unknown, thin file, loyalty, price band or -1."""

    income: Fen
    repayments: Fen
    other: Fen
    is_thin: Bools
    is_loyal: Bools
    band: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Limits:
    """High and low in CNY and the high end before the market (-1: no limit), binding cap, rate (-1: none)."""

    high: Fen
    low: Fen
    before_market: Fen
    binding: npt.NDArray[np.uint8]
    rate: npt.NDArray[np.int16]
    rates: tuple[Decimal, ...]


def find_limits(policy: Policy, setting: Setting, money: Money, regulatory_cap: int | None) -> Limits:
    """The limit and the rate of every row."""
    terms, band = policy.consumer, np.maximum(money.band, 0)
    rates = _rates(policy, setting)
    rate = band * 2 + money.is_loyal
    verified = money.income >= 0
    multiple = _by_band(money.income, terms.income_multiple, band) - _share(
        money.other, terms.deduct_other_unsecured
    )
    most = _share(money.income, terms.max_dsr_after) - money.repayments
    comfortable = _share(money.income, terms.comfortable_dsr) - money.repayments
    caps = np.full((len(CAPS), len(band)), NO_CAP, np.int64)
    caps[0, verified] = multiple[verified]
    caps[1, verified] = _present_values(most, rate, rates)[verified]
    caps[2] = np.array(terms.band_cap, np.int64)[band] * FEN
    caps[3, money.is_thin] = terms.thin_file_cap * FEN
    caps[4, ~verified] = terms.unverified_income_cap * FEN
    caps[5] = setting.product.cap * FEN
    if regulatory_cap is not None:
        caps[6] = regulatory_cap
    lowest = caps.min(axis=0)
    low = np.where(verified, np.minimum(lowest, _present_values(comfortable, rate, rates)), lowest)
    none = (money.band < 0) | (verified & ((money.repayments < 0) | (money.other < 0)))
    return Limits(
        high=_settled(policy, _in_market(lowest, setting.factor), none),
        low=_settled(policy, _in_market(low, setting.factor), none),
        before_market=_settled(policy, lowest, none),
        binding=caps.argmin(axis=0).astype(np.uint8),
        rate=np.where(money.band < 0, -1, rate).astype(np.int16),
        rates=rates,
    )


def _rates(policy: Policy, setting: Setting) -> tuple[Decimal, ...]:
    """By price band, without and with the loyalty step."""
    found = []
    for band in range(len(policy.price_bands)):
        for instalments in (0, policy.pricing.loyalty_after):
            rate = annual_rate(
                policy,
                product=setting.product.code,
                market=setting.market,
                price_band=band,
                on_time_instalments=instalments,
            )
            assert rate is not None, "persons have a rate in every band"
            found.append(rate)
    return tuple(found)


def _share(fen: Fen, ratio: Ratio) -> Fen:
    return fen * ratio[0] // ratio[1]


def _by_band(fen: Fen, ratios: tuple[Ratio, ...], band: npt.NDArray[np.int64]) -> Fen:
    over = np.array([ratio[0] for ratio in ratios], np.int64)[band]
    under = np.array([ratio[1] for ratio in ratios], np.int64)[band]
    return fen * over // under


def _present_values(monthly: Fen, rate: npt.NDArray[np.int64], rates: tuple[Decimal, ...]) -> Fen:
    factors = np.array([present_value_factor(one, AFFORDABILITY_MONTHS) / SCALE for one in rates])
    values = monthly * factors[rate]
    whole = np.floor(values)
    unsure = (np.abs(values - np.rint(values)) < _NEAR) | (np.abs(values) > _EXACT_BELOW)
    found: Fen = whole.astype(np.int64)
    for row in np.flatnonzero(unsure & (monthly != 0)):
        found[row] = present_value(int(monthly[row]), rates[rate[row]], AFFORDABILITY_MONTHS)
    return found


def _in_market(fen: Fen, factor: Ratio) -> Fen:
    return np.minimum(fen, _share(fen, factor))


def _settled(policy: Policy, fen: Fen, none: Bools) -> Fen:
    unit = policy.round_down_to * FEN
    rounded = np.maximum(fen, 0) // unit * policy.round_down_to
    return np.where(none, -1, rounded)
