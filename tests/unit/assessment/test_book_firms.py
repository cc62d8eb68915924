"""Books of firms: working capital and advances on receivables equal the single path on every row."""

from random import Random
from typing import Any

import pytest

from assessment import Context
from assessment.limits import DEMAND_INPUTS
from tests.unit.assessment.samples import POLICY, changed_policy
from tests.unit.assessment.test_book import CONTEXTS, assert_same_decisions

CARD = POLICY.scorecards["enterprise"]
SME, SCF = "sme_working_capital", "supply_chain_finance"
DEMAND = {
    "sales_last_year_cny": 4_000_000, "margin_pct": 22.5, "growth_pct": 8, "capital_turns": 5.3,
    "own_funds_cny": 120_000, "existing_loans_cny": 90_000.55, "other_channels_cny": 0,
}  # fmt: skip


def firm(rng: Random) -> dict[str, Any]:
    facts: dict[str, Any] = {
        one.name: rng.choice([*one.states, *one.edges, *(edge + 1 for edge in one.edges)])
        for one in CARD.characteristics
    }
    if rng.random() < 0.7:  # many whom no rule stops
        best = {one.name: one.bins[one.points.index(one.maximum)] for one in CARD.characteristics}
        good = {
            name: one.state or (one.upper if one.upper is not None else 1_000) for name, one in best.items()
        }
        facts |= {name: value for name, value in good.items() if rng.random() < 0.8}
        facts |= {"owners_disclosed_pct": 100, "ent_worst_dpd_24m": 0}
    return facts | {
        "current_overdue_days": rng.choice([0] * 9 + [3]),
        "linked_product_event": rng.choice([None] * 9 + ["unpaid_order"]),
        "open_safety_flags": rng.choice([0] * 9 + ["unknown"]),
        "industry": rng.choice(["wholesale"] * 9 + ["loan_brokerage"]),
    }


def trader(rng: Random) -> dict[str, Any]:
    money = [0, 20_000, 400_000.25, 3_000_000, 90_000_000, "unknown"]
    facts = firm(rng) | {
        "existing_repayments_cny": rng.choice(money[:3] + money[-1:]),
        "last_12m_inflow_cny": rng.choice(money),
        "net_inflow_month_cny": rng.choice(money),
    }
    asked = rng.random()
    told = DEMAND | {"capital_turns": rng.choice([0, 0.001, 5.3]), "margin_pct": rng.choice([22.5, 150])}
    if asked < 0.5:
        facts |= told
    else:
        facts |= dict.fromkeys(DEMAND_INPUTS) | {"margin_pct": rng.choice([None, 3, "unknown"])}
    return facts


def supplier(rng: Random) -> dict[str, Any]:
    return firm(rng) | {
        "buyer_grade": rng.choice(["A", "B", "C", "unknown"]),
        "receivable_amount_cny": rng.choice([0, 90_000, 800_000.35, 9_000_000, "unknown"]),
        "receivable_confirmed": rng.choice([True] * 5 + [False, "unknown"]),
        "due_months": rng.choice([1, 3, 12, 13, "unknown"]),
    }


def rows(make: Any, seed: int, count: int) -> list[dict[str, Any]]:
    rng = Random(seed)
    return [make(rng) for _ in range(count)]


@pytest.mark.parametrize("market", ["easing", "normal", "tight"])
@pytest.mark.parametrize(("product", "make"), [(SME, trader), (SCF, supplier)])
def test_every_firm_equals_the_single_path(product: str, make: Any, market: str) -> None:
    assert_same_decisions(POLICY, rows(make, 7, 300), market=market, product=product)


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize(("product", "make"), [(SME, trader), (SCF, supplier)])
def test_every_firm_equals_the_single_path_in_each_context(product: str, make: Any, context: Context) -> None:
    assert_same_decisions(POLICY, rows(make, 11, 100), market="tight", context=context, product=product)


def test_other_shares_and_covers_are_exact() -> None:
    policy = changed_policy(
        (
            "limits.sme_working_capital.inflow_share",
            {"P1": 0.083, "P2": 0.1, "P3": 0.125, "P4": 0.25, "P5": 0.3},
        ),
        ("limits.sme_working_capital.min_cover_x", 0.875),
    )
    assert_same_decisions(policy, rows(trader, 19, 200), product=SME)
