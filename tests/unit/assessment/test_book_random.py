"""Random policies: rules, gates, caps, prices, bins and markets that nobody thought of."""

from contextlib import suppress
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assessment import Context, Policy
from assessment.book import decide
from assessment.errors import PolicyError
from tests.unit.assessment.samples import POLICY, changed_document, changed_policy
from tests.unit.assessment.test_book import PRODUCT, book_of, people, single
from tests.unit.assessment.test_book_firms import SCF, SME, rows, supplier, trader

TRIED = settings(
    max_examples=100, deadline=None, derandomize=True, database=None, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
MARKETS = ("easing", "normal", "tight")
BANDS = tuple(band.code for band in POLICY.price_bands)
COUNT = 40
# Routes lead to a value of these that must keep its points.
REACHED = {name for group in POLICY.recourse.groups for name in group.moves}
OWN_TESTS = [
    "age >= 21", "debt_service_pct <= 41.5", "liquid_months > 0.5 and settled_on_time >= 3", "score >= 640",
    "data_coverage > 0.9", "purpose == 'travel'", "not maintenance", "requested < 20000", "limit >= 2500",
    "active_lenders in (0, 2)", "worst_dpd_24m < 30 or settled_on_time > 9", "existing_repayments_cny < 800",
]  # fmt: skip


def rising(rng: Random, low: float, high: float, digits: int) -> list[Any]:
    found = sorted(round(rng.uniform(low, high), digits) for _ in BANDS)
    return found if digits else [int(one) for one in found]


def limits_of(rng: Random) -> dict[str, Any]:
    most = rng.randint(20, 70)
    return {
        "limits.consumer_loan.band_cap": rising(rng, 1_000, 200_000, 0),
        "limits.consumer_loan.income_multiple": rising(rng, 0.3, 9, rng.choice([1, 3])),
        "limits.consumer_loan.max_dsr_after_pct": most,
        "limits.consumer_loan.comfortable_dsr_pct": rng.randint(5, most),
        "limits.consumer_loan.deduct_other_unsecured": rng.choice([0, 0.5, 0.333, 1]),
        "limits.consumer_loan.thin_file_cap": rng.randint(500, 20_000),
        "limits.consumer_loan.unverified_income_cap": rng.randint(500, 9_000),
        "limits.sme_working_capital.band_cap": rising(rng, 20_000, 3_000_000, 0),
        "limits.sme_working_capital.inflow_share": rising(rng, 0.01, 0.5, 3),
        "limits.sme_working_capital.min_cover_x": rng.choice([1, 1.15, 1.5, 2.333]),
        "limits.market_factor.tight": rng.choice([0.5, 0.7, 0.913, 1]),
        "limits.round_down_to": rng.choice([1, 50, 100, 300]),
        "products.consumer_loan.cap": rng.choice([5_000, 90_000, 200_000]),
    }


def prices_of(rng: Random) -> dict[str, Any]:
    found: dict[str, Any] = {
        "pricing.loyalty_step.daily_rate_minus": rng.choice([0, 0.002, 0.0075]),
        "pricing.loyalty_step.after_on_time_instalments": rng.choice([1, 11, 12.5, 30]),
        "pricing.sme_base_rate_pct": rng.choice([0, 3, 3.85]),
        "pricing.total_cost_cap_apr_pct": rng.choice([12, 24, 36]),
    }
    for section, least in (("consumer_daily_rate_pct", 0.015), ("sme_spread_pct", 0.5)):
        table = {market: rising(rng, least, least * 8, 3)[::-1] for market in MARKETS}
        for at, band in enumerate(BANDS):
            rates = sorted(table[market][at] for market in MARKETS)
            found[f"pricing.{section}.{band}"] = dict(zip(MARKETS, rates, strict=True))
    for grade in "ABC":
        found[f"pricing.scf_spread_pct.{grade}"] = rng.choice([0, 0.8, 2.25])
        found[f"limits.supply_chain_finance.advance_rate.{grade}"] = rng.choice([0.5, 0.85, 0.777, 1])
    return found


def rules_of(rng: Random, product: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        f"gates.{product}.{market}": rng.randint(600, 740) for market in MARKETS if rng.random() < 0.6
    }
    for at, rule in enumerate(POLICY.rules):
        if rng.random() < 0.15:
            found[f"rules[{at}].else"] = rng.choice(["decline", "refer", "hold", "counter"])
        is_own = product == PRODUCT and rule.products == {PRODUCT} and rule.reason != "LIMIT"
        if is_own and rng.random() < 0.15:
            found[f"rules[{at}].test"] = rng.choice(OWN_TESTS)
    return found


def bins_of(rng: Random) -> dict[str, Any]:
    """Edges of a few characteristics moved, still rising."""
    found = {}
    for applicant, card in changed_document()["scorecards"].items():
        for name, one in card["characteristics"].items():
            if name not in REACHED and rng.random() < 0.3:
                factor = rng.choice([0.5, 0.937, 1.25, 2])
                for at, bin_ in enumerate(one["bins"]):
                    if bin_.get("max") is not None:
                        place = f"scorecards.{applicant}.characteristics.{name}.bins[{at}].max"
                        found[place] = bin_["max"] * factor
    return found


def random_policy(rng: Random, product: str) -> Policy:
    """A policy that loads; a draw that contradicts the others is left out."""
    edits: dict[str, Any] = {}
    policy = POLICY
    draws = [limits_of(rng), prices_of(rng), rules_of(rng, product), bins_of(rng)]
    for draw in rng.sample(draws, rng.randint(1, len(draws))):
        more = {path: by_band(value) if isinstance(value, list) else value for path, value in draw.items()}
        with suppress(PolicyError):
            policy = changed_policy(*(edits | more).items())
            edits |= more
    return policy


def by_band(values: list[Any]) -> dict[str, Any]:
    return dict(zip(BANDS, values, strict=True))


MAKERS: dict[str, Any] = {PRODUCT: None, SME: trader, SCF: supplier}


@TRIED
@given(
    st.sampled_from([PRODUCT, PRODUCT, SME, SCF]), st.sampled_from(MARKETS), st.integers(0, 10**6),
    st.booleans(),
)  # fmt: skip
def test_random_policies_decide_everybody_as_the_single_path(
    product: str, market: str, seed: int, us: bool
) -> None:
    rng = Random(seed)
    policy = random_policy(rng, product)
    made = people(seed, COUNT) if product == PRODUCT else rows(MAKERS[product], seed, COUNT)
    cap = rng.choice([None, None, 2_500, 77_777])
    context = Context(regulatory_cap=cap, us_reasons=us, connections_dimension=rng.random() < 0.8)
    book, requests = book_of(made, policy, product)
    result = decide(book, policy, market=market, context=context)
    found = [result.row(at) for at in range(COUNT)]
    assert found == [
        single(policy, facts, request, market, context) for facts, request in zip(made, requests, strict=True)
    ]


@pytest.mark.parametrize("product", [PRODUCT, SME, SCF])
def test_the_policies_that_are_drawn_differ_in_every_part(product: str) -> None:
    drawn = [random_policy(Random(seed), product) for seed in range(12)]
    assert len({policy.hash for policy in drawn}) >= 11
    for part in ("pricing", "consumer", "sme", "scf", "gates", "scorecards"):
        assert len({str(getattr(policy, part)) for policy in drawn}) >= 4, part
