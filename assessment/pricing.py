"""The price: one annual rate for a product, a price band and a market; a day's rate only beside it."""

from __future__ import annotations

from decimal import Decimal

from assessment.money import EXACT
from assessment.policy import Policy


def annual_rate(
    policy: Policy,
    *,
    product: str,
    market: str,
    price_band: int | None,
    buyer_grade: str | None = None,
    on_time_instalments: float | str = 0,
) -> Decimal | None:
    """Nominal rate a year in per cent, never above the total-cost cap; None where no price exists."""
    pricing = policy.pricing
    if product == "supply_chain_finance":
        spread = pricing.scf_spread.get(buyer_grade or "")
        rate = None if spread is None else pricing.sme_base + spread
    elif price_band is None:
        return None
    elif product == "sme_working_capital":
        rate = pricing.sme_base + pricing.sme_spread[price_band][market]
    else:
        rate = _consumer_rate(policy, market, price_band, on_time_instalments)
    return None if rate is None else min(rate, pricing.total_cost_cap)


def _consumer_rate(policy: Policy, market: str, price_band: int, on_time_instalments: float | str) -> Decimal:
    pricing = policy.pricing
    daily = pricing.consumer_daily[price_band][market]
    if not isinstance(on_time_instalments, str) and on_time_instalments >= pricing.loyalty_after:
        daily = min(daily, max(daily - pricing.loyalty_minus, pricing.loyalty_floor))
    return daily * pricing.day_count


def daily_rate(policy: Policy, rate: Decimal) -> Decimal:
    """The same rate a day in per cent, to five decimals."""
    return EXACT.divide(rate, Decimal(policy.pricing.day_count)).quantize(Decimal("0.00001")).normalize()
