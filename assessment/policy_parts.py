"""Reading the parts of a policy besides scorecards and rules: bands, products, limits, prices, recourse."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from assessment.baselines import BEST, LEAST_NEAR, NEAR
from assessment.errors import PolicyError
from assessment.policy import (
    REQUIRED,
    Band,
    Baseline,
    Brake,
    ConsumerLimit,
    InputSpec,
    Pricing,
    Product,
    Ratio,
    ScfLimit,
    SmeLimit,
)
from assessment.policy_rules import PROVIDED, products_of
from assessment.policy_shape import APPLICANTS, MARKETS, PRODUCTS
from assessment.scoring import Scorecard

FORMULA_INPUTS: Mapping[str, tuple[str, ...]] = {
    "consumer_loan": ("existing_repayments_cny", "other_unsecured_cny", "on_time_instalments"),
    "sme_working_capital": (
        "existing_repayments_cny",
        "last_12m_inflow_cny",
        "net_inflow_month_cny",
        "sales_last_year_cny",
        "margin_pct",
        "growth_pct",
        "capital_turns",
        "own_funds_cny",
        "existing_loans_cny",
        "other_channels_cny",
    ),
    "supply_chain_finance": ("buyer_grade", "receivable_amount_cny"),
}
INCOME, LATE = "verified_income_month", "worst_dpd_24m"


def exact(value: float) -> Decimal:
    """The decimal number as it was written."""
    return Decimal(str(value))


def share(value: float) -> Ratio:
    """A decimal number as an exact ratio of whole numbers."""
    return exact(value).as_integer_ratio()


def read_bands(document: Mapping[str, Any], section: str, reach: int | None) -> tuple[Band, ...]:
    """Bands without gap or overlap up to the highest score, from `reach` where one is given."""
    bands = tuple(
        Band(one["code"], one["from"], one["to"], {key: one[key] for key in ("zh", "en") if key in one})
        for one in document[section]
    )
    if reach is not None and bands[0].low != reach:
        raise PolicyError(f"{section}[0].from", f"the lowest score, {reach}")
    for at, band in enumerate(bands):
        if band.low > band.high:
            raise PolicyError(f"{section}[{at}].to", f"at least {band.low}")
        if at and band.low != bands[at - 1].high + 1:
            raise PolicyError(
                f"{section}[{at}].from", f"{bands[at - 1].high + 1}: bands follow without gap or overlap"
            )
    if bands[-1].high != document["score"]["max"]:
        raise PolicyError(f"{section}[{len(bands) - 1}].to", f"the highest score, {document['score']['max']}")
    return bands


def read_products(document: Mapping[str, Any]) -> dict[str, Product]:
    """The products; each has its terms in months or in days."""
    products = {}
    for code in PRODUCTS:
        one = document["products"][code]
        unit = "days" if "terms_days" in one else "months"
        if ("terms" in one) == ("terms_days" in one):
            raise PolicyError(f"products.{code}", "either terms (months) or terms_days")
        if one["min"] > one["cap"]:
            raise PolicyError(f"products.{code}.min", f"at most the cap, {one['cap']}")
        terms = one["terms_days"] if unit == "days" else one["terms"]
        products[code] = Product(
            code, one["applicant"], one["min"], one["cap"], tuple(terms), unit, tuple(one["methods"])
        )
    return products


def read_inputs(
    document: Mapping[str, Any], products: Mapping[str, Product], scorecards: Mapping[str, Scorecard]
) -> dict[str, InputSpec]:
    """What a decision reads besides the scorecard; the limit formulas must find what they need."""
    specs = {}
    taken = {name for card in scorecards.values() for name in card.by_name} | set(PROVIDED)
    for name, one in document["inputs"].items():
        if name in taken:
            raise PolicyError(f"inputs.{name}", "a name that nothing else has")
        applies = one["applies"] if isinstance(one["applies"], list) else [one["applies"]]
        specs[name] = InputSpec(
            name=name,
            products=frozenset().union(*(products_of(each, products) for each in applies)),
            kind=one["kind"],
            changes=one["changes"],
            default=one.get("default", REQUIRED),
            states=frozenset(one.get("states", ())),
            low=one.get("min", 0),
        )
    for product, names in FORMULA_INPUTS.items():
        for name in names:
            if name not in specs or product not in specs[name].products:
                raise PolicyError(f"inputs.{name}", f"this input for {product}: its limit needs it")
    for name in (INCOME, LATE):
        if name not in scorecards["personal"].by_name:
            raise PolicyError(
                f"scorecards.personal.characteristics.{name}", "this characteristic: the limit needs it"
            )
    return specs


def _by_band(values: Mapping[str, Any], bands: tuple[Band, ...], path: str) -> list[Any]:
    codes = [band.code for band in bands]
    for code in values:
        if code not in codes:
            raise PolicyError(f"{path}.{code}", f"one of the price bands {', '.join(codes)}")
    for code in codes:
        if code not in values:
            raise PolicyError(f"{path}.{code}", "this price band (it is missing)")
    return [values[code] for code in codes]


def _rising(values: list[Any], path: str) -> list[Any]:
    for lower, higher in pairwise(values):
        if higher < lower:
            raise PolicyError(path, "values that do not fall as the price band rises")
    return values


def read_consumer_limit(document: Mapping[str, Any], bands: tuple[Band, ...]) -> ConsumerLimit:
    """Parameters of the personal limit; better bands never get less."""
    path = "limits.consumer_loan"
    one = document["limits"]["consumer_loan"]
    multiples = _rising(
        _by_band(one["income_multiple"], bands, f"{path}.income_multiple"), f"{path}.income_multiple"
    )
    caps = _rising(_by_band(one["band_cap"], bands, f"{path}.band_cap"), f"{path}.band_cap")
    if one["comfortable_dsr_pct"] > one["max_dsr_after_pct"]:
        raise PolicyError(f"{path}.comfortable_dsr_pct", f"at most {one['max_dsr_after_pct']}")
    return ConsumerLimit(
        income_multiple=tuple(share(value) for value in multiples),
        band_cap=tuple(caps),
        thin_file_cap=one["thin_file_cap"],
        unverified_income_cap=one["unverified_income_cap"],
        deduct_other_unsecured=share(one["deduct_other_unsecured"]),
        max_dsr_after=_percent(one["max_dsr_after_pct"]),
        comfortable_dsr=_percent(one["comfortable_dsr_pct"]),
        cap_reasons=one["cap_reasons"],
    )


def _percent(value: float) -> Ratio:
    over, under = share(value)
    return over, under * 100


def read_sme_limit(document: Mapping[str, Any], bands: tuple[Band, ...]) -> SmeLimit:
    """Parameters of the working-capital limit; better bands never get less."""
    path = "limits.sme_working_capital"
    one = document["limits"]["sme_working_capital"]
    shares = _rising(_by_band(one["inflow_share"], bands, f"{path}.inflow_share"), f"{path}.inflow_share")
    caps = _rising(_by_band(one["band_cap"], bands, f"{path}.band_cap"), f"{path}.band_cap")
    return SmeLimit(
        tuple(share(value) for value in shares), tuple(caps), share(one["min_cover_x"]), one["cap_reasons"]
    )


def read_scf_limit(document: Mapping[str, Any]) -> ScfLimit:
    """Parameters of an advance; every buyer grade has a rate and a spread."""
    one = document["limits"]["supply_chain_finance"]
    spreads = document["pricing"]["scf_spread_pct"]
    grades = document["inputs"].get("buyer_grade", {}).get("states", [])
    for path, values in (
        ("limits.supply_chain_finance.advance_rate", one["advance_rate"]),
        ("pricing.scf_spread_pct", spreads),
    ):
        if set(values) != set(grades):
            raise PolicyError(path, f"the buyer grades {', '.join(grades)}")
    return ScfLimit({grade: share(value) for grade, value in one["advance_rate"].items()}, one["cap_reasons"])


def read_pricing(document: Mapping[str, Any], bands: tuple[Band, ...]) -> Pricing:
    """Rates; a better band is never dearer and a tighter market never cheaper."""
    one = document["pricing"]
    loyalty = one["loyalty_step"]
    return Pricing(
        day_count=one["day_count"],
        total_cost_cap=exact(one["total_cost_cap_apr_pct"]),
        consumer_daily=_rates(one["consumer_daily_rate_pct"], bands, "pricing.consumer_daily_rate_pct"),
        loyalty_after=loyalty["after_on_time_instalments"],
        loyalty_minus=exact(loyalty["daily_rate_minus"]),
        loyalty_floor=exact(loyalty["floor"]),
        sme_base=exact(one["sme_base_rate_pct"]),
        sme_spread=_rates(one["sme_spread_pct"], bands, "pricing.sme_spread_pct"),
        scf_spread={grade: exact(value) for grade, value in one["scf_spread_pct"].items()},
    )


def _rates(values: Mapping[str, Any], bands: tuple[Band, ...], path: str) -> tuple[dict[str, Decimal], ...]:
    rates = [{market: exact(row[market]) for market in MARKETS} for row in _by_band(values, bands, path)]
    for lower, higher in pairwise(rates):
        if any(higher[market] > lower[market] for market in MARKETS):
            raise PolicyError(path, "rates that do not rise with the price band")
    for row in rates:
        if not row["easing"] <= row["normal"] <= row["tight"]:
            raise PolicyError(path, "rates that do not fall from easing to tight")
    return tuple(rates)


def read_baselines(document: Mapping[str, Any], scorecards: Mapping[str, Scorecard]) -> dict[str, Baseline]:
    """What points are compared with: frozen means, or the best points where none are frozen."""
    found = {}
    for applicant in APPLICANTS:
        described, card = document["baseline"][applicant], scorecards[applicant]
        path = f"baseline.{applicant}.points"
        best = {one.name: one.maximum for one in card.characteristics}
        method, people = described["method"], described.get("people")
        points = described.get("points", best if method == BEST else {})
        if set(points) != set(best):
            raise PolicyError(path, "points for exactly the characteristics of the scorecard")
        if method != BEST and people is None:
            raise PolicyError(f"baseline.{applicant}.people", "how many people the means are of")
        if method == NEAR and people < LEAST_NEAR:
            raise PolicyError(f"baseline.{applicant}.people", f"at least {LEAST_NEAR} for {NEAR}")
        for name, value in points.items():
            if value > best[name]:
                raise PolicyError(f"{path}.{name}", f"at most {best[name]}")
        found[applicant] = Baseline(method, points, people)
    return found


def read_brake(document: Mapping[str, Any]) -> Brake:
    """When a change of many lines stops until two people agree; one per cent in a day unless given."""
    one = document.get("brake")
    return Brake() if one is None else Brake(exact(one["share_pct"]), one["hours"])
