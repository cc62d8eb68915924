"""How much can be lent: every cap with its value, the lowest of them, and the comfortable lower end."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

from assessment.costs import SCALE, present_value, present_value_factor
from assessment.money import EXACT, FEN, to_yuan
from assessment.policy import ConsumerLimit, Policy, Ratio, Setting

AFFORDABILITY_MONTHS = 12
DEMAND_INPUTS = (
    "sales_last_year_cny",
    "margin_pct",
    "growth_pct",
    "capital_turns",
    "own_funds_cny",
    "existing_loans_cny",
    "other_channels_cny",
)

Caps = list[tuple[str, int]]
_AMOUNT = itemgetter(1)


class Limit(NamedTuple):
    """The range that can be offered in whole CNY; caps in fen, in the order of the policy.

    `binding` is the lowest cap. `before_market` is the high end that the caps alone allow.
    """

    high: int
    low: int
    before_market: int
    binding: str
    reason: str
    caps: tuple[tuple[str, int], ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe: caps by name as yuan strings."""
        return {
            "high": self.high,
            "low": self.low,
            "before_market": self.before_market,
            "binding": self.binding,
            "reason": self.reason,
            "caps": {name: str(to_yuan(max(fen, 0))) for name, fen in self.caps},
        }


def find_limit(
    policy: Policy,
    setting: Setting,
    values: Mapping[str, Any],
    *,
    price_band: int | None,
    rate: Decimal,
    term_months: int | None,
) -> Limit | None:
    """The limit in fen-exact arithmetic; None while an input that it needs is unknown.

    `values` are the inputs as read: money in fen, numbers, states and texts.
    """
    code = setting.product.code
    comfortable = None
    if code == "consumer_loan":
        assert price_band is not None, "a rate implies a price band"
        reasons = policy.consumer.cap_reasons
        caps, comfortable = _consumer_caps(policy.consumer, values, price_band, rate)
    elif code == "sme_working_capital":
        assert price_band is not None, "a rate implies a price band"
        assert term_months is not None, "the product's terms are months"
        reasons = policy.sme.cap_reasons
        caps = _sme_caps(policy, values, price_band, rate, term_months)
    else:
        reasons = policy.scf.cap_reasons
        caps = _scf_caps(policy, values)
    if not caps:
        return None
    caps.append(("product_cap", setting.product.cap * FEN))
    regulatory_cap = values["regulatory_cap"]
    if regulatory_cap is not None:
        caps.append(("regulatory_cap", regulatory_cap))
    return _settle(caps, comfortable, setting.factor, policy.round_down_to, reasons)


def _share(fen: int, ratio: Ratio) -> int:
    top, bottom = ratio
    return fen * top // bottom


def _consumer_caps(
    terms: ConsumerLimit, values: Mapping[str, Any], price_band: int, rate: Decimal
) -> tuple[Caps, int | None]:
    """The caps, and what can be paid back comfortably; no caps while an amount is unknown."""
    income = values["verified_income_month"]
    caps: Caps
    comfortable = None
    if income.__class__ is str:
        caps = [("band_cap", terms.band_cap[price_band] * FEN)]
    else:
        repayments, other = values["existing_repayments_cny"], values["other_unsecured_cny"]
        if repayments.__class__ is str or other.__class__ is str:
            return [], None
        fen = income_fen(income)
        multiple = _share(fen, terms.income_multiple[price_band])
        factor = present_value_factor(rate, AFFORDABILITY_MONTHS)
        comfortable = (_share(fen, terms.comfortable_dsr) - repayments) * factor // SCALE
        caps = [
            ("income_multiple", multiple - _share(other, terms.deduct_other_unsecured)),
            ("affordability", (_share(fen, terms.max_dsr_after) - repayments) * factor // SCALE),
            ("band_cap", terms.band_cap[price_band] * FEN),
        ]
    if values["worst_dpd_24m"].__class__ is str:  # nothing on file, or nothing known of it
        caps.append(("thin_file_cap", terms.thin_file_cap * FEN))
    if income.__class__ is str:
        caps.append(("unverified_income_cap", terms.unverified_income_cap * FEN))
    return caps, comfortable


def income_fen(income: float) -> int:
    """Monthly income in fen; a fraction of a fen is not counted."""
    return int(income * FEN) if income.__class__ is int else int(round(income * FEN, 4))


def _sme_caps(
    policy: Policy, values: Mapping[str, Any], price_band: int, rate: Decimal, term_months: int
) -> Caps:
    terms = policy.sme
    inflow, net, owed = (
        values[name] for name in ("last_12m_inflow_cny", "net_inflow_month_cny", "existing_repayments_cny")
    )
    if str in (inflow.__class__, net.__class__, owed.__class__):
        return []
    payable = net * terms.min_cover[1] // terms.min_cover[0] - owed
    caps = [
        ("inflow_share", _share(inflow, terms.inflow_share[price_band])),
        ("cover", present_value(payable, rate, term_months)),
    ]
    demand = demand_of(values)
    if demand is not None:
        caps.append(("demand", demand))
    caps.append(("band_cap", terms.band_cap[price_band] * FEN))
    return caps


def demand_of(values: Mapping[str, Any]) -> int | None:
    """Working capital the coming year needs and nothing else pays, in fen; None where not stated."""
    stated = [values[name] for name in DEMAND_INPUTS]
    if any(value is None or value.__class__ is str for value in stated):
        return None
    sales, margin, growth, turns, own, loans, others = stated
    if not turns:
        return None
    kept = EXACT.subtract(Decimal(100), Decimal(str(margin)))
    grown = EXACT.add(Decimal(100), Decimal(str(growth)))
    percent_of_percent = EXACT.multiply(EXACT.multiply(kept, grown), Decimal(sales))
    needed = EXACT.divide(percent_of_percent, EXACT.multiply(Decimal(10_000), Decimal(str(turns))))
    cap: int = int(needed) - own - loans - others
    return cap


def _scf_caps(policy: Policy, values: Mapping[str, Any]) -> Caps:
    receivable = values["receivable_amount_cny"]
    rate = policy.scf.advance_rate.get(values["buyer_grade"])
    if rate is None or receivable.__class__ is str:
        return []
    return [("advance", _share(receivable, rate))]


def _settle(
    caps: Caps, comfortable: int | None, factor: Ratio, unit: int, reasons: Mapping[str, str]
) -> Limit:
    """The range of some caps, rounded down to whole units of so many CNY."""
    binding, lowest = min(caps, key=_AMOUNT)
    low = lowest if comfortable is None or comfortable > lowest else comfortable
    before_market = high = _round_down(lowest, unit)
    if factor[0] < factor[1]:  # a tight market lowers; an easing one never lifts above a cap
        high = _round_down(_share(lowest, factor), unit)
        low = _share(low, factor)
    return Limit(high, _round_down(low, unit), before_market, binding, reasons[binding], tuple(caps))


def _round_down(fen: int, unit: int) -> int:
    return fen // (unit * FEN) * unit if fen > 0 else 0
