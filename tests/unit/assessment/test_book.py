"""The book equals the single path on every row: random people, policies, markets and contexts."""

from random import Random
from typing import Any

import numpy as np
import pytest

from assessment import Context, InputError, Request, assess, load_policy
from assessment.book import Book, assess_book, code_book
from assessment.book_coding import BookError
from tests.unit.assessment.samples import DELETE, PLAIN, POLICY, changed_policy, facts_of

CARD = POLICY.scorecards["personal"]
PRODUCT = "consumer_loan"
TIGHT_RULES = changed_policy(
    ("rules[7].test", "debt_service_pct <= 41"), ("rules[0].test", "age >= 21 and full_legal_capacity")
)


def people(seed: int, count: int) -> list[dict[str, Any]]:
    rng = Random(seed)
    return [somebody(rng) for _ in range(count)]


def somebody(rng: Random) -> dict[str, Any]:
    facts: dict[str, Any] = {
        one.name: rng.choice([*one.states, *one.edges, *(edge + 1 for edge in one.edges), *one.edges])
        for one in CARD.characteristics
    }
    if rng.random() < 0.7:  # many whom no rule stops
        facts |= {
            "identity_level": "full",
            "active_lenders": 1,
            "worst_dpd_24m": rng.choice([0, "none_on_file", 7]),
        }
        facts |= {"debt_service_pct": rng.choice([3, 20.5, 41, 55]), "hard_inquiries_3m": rng.choice([0, 2])}
        facts |= {"profile_complete_pct": 96, "settled_on_time": rng.choice([3, 20])}
    facts["verified_income_month"] = rng.choice(["unverified", 2_999, 5_200, 8_500.29, 32_000, 90_000])
    return facts | {
        "age": rng.choice([17, 20, 40, 40, 40, 40, "unknown"]),
        "full_legal_capacity": rng.choice([True] * 9 + [False, "unknown"]),
        "current_overdue_days": rng.choice([0] * 9 + [3, "unknown"]),
        "court_record_open": rng.choice([0] * 9 + [1]),
        "linked_product_event": rng.choice([None] * 7 + ["unpaid_order", "unknown"]),
        "open_safety_flags": rng.choice([0] * 9 + [1]),
        "industry": rng.choice(["retail"] * 9 + ["loan_brokerage", "unknown"]),
        "existing_repayments_cny": rng.choice([0, 0, 800, 2_380.55, 4_000, "unknown"]),
        "other_unsecured_cny": rng.choice([0, 9_000, 60_000.5]),
        "on_time_instalments": rng.choice([0, 11, 12, 30]),
    }


def book_of(rows: list[dict[str, Any]], policies: Any = POLICY, **others: Any) -> tuple[Book, list[Request]]:
    rng = Random(len(rows))
    requests = [
        Request(PRODUCT, rng.choice([500, 3_000, 20_000, 90_000]), 12, rng.choice(["travel"] * 9 + ["gold"]))
        for _ in rows
    ]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    book = code_book(
        policies, PRODUCT, columns | others,
        amounts=[one.amount for one in requests], purposes=[one.purpose for one in requests],
    )  # fmt: skip
    return book, requests


def single(policy: Any, facts: Any, request: Request, market: str, context: Context) -> dict[str, Any]:
    decided = assess(policy, facts, request, market=market, context=context)
    return {
        "score": decided.score,
        "known": decided.run.score.known,
        "outcome": decided.outcome,
        "limit": decided.limit.high if decided.limit else None,
        "range_low": decided.limit.low if decided.limit else None,
        "annual_rate_pct": decided.annual_rate_pct,
        "reasons": decided.reason_codes,
    }


WIDE = ["liquid_months", "credit_age_months", "debt_service_pct", "active_lenders", "settled_on_time"]
MEANS = {one.name: one.maximum * 2 // 3 for one in CARD.characteristics}
ZEROS = dict.fromkeys(MEANS, 0)


@pytest.mark.parametrize("market", ["easing", "normal", "tight"])
@pytest.mark.parametrize(
    "policy",
    [
        POLICY,
        TIGHT_RULES,
        changed_policy(("predecessor", DELETE), ("gates.consumer_loan.normal", 700)),
        changed_policy(("baseline.personal", {"method": "near_gate", "people": 600, "points": MEANS})),
        changed_policy(("baseline.personal", {"method": "all", "people": 600, "points": ZEROS})),
    ],
)
def test_every_row_equals_the_single_path(policy: Any, market: str) -> None:
    rows = people(7, 400)
    book, requests = book_of(rows, policy)
    result = assess_book(policy, book, market=market)
    for at, (facts, request) in enumerate(zip(rows, requests, strict=True)):
        assert result.row(at) == single(policy, facts, request, market, PLAIN)


@pytest.mark.parametrize(
    "context",
    [
        Context(portfolio_exposure_pct=100),
        Context(portfolio_exposure_pct="unknown"),
        Context(regulatory_cap=2_500),
        Context(maintenance=True),
        Context(connections_dimension=False),
    ],
)
def test_every_row_equals_the_single_path_in_each_context(context: Context) -> None:
    rows = people(11, 200)
    book, requests = book_of(rows)
    result = assess_book(POLICY, book, market="tight", context=context)
    for at, (facts, request) in enumerate(zip(rows, requests, strict=True)):
        assert result.row(at) == single(POLICY, facts, request, "tight", context)


def test_one_coding_serves_several_policies() -> None:
    rows = people(3, 300)
    book, requests = book_of(rows, [POLICY, TIGHT_RULES])
    for policy in (POLICY, TIGHT_RULES):
        result = assess_book(policy, book, market="normal")
        for at, (facts, request) in enumerate(zip(rows, requests, strict=True)):
            assert result.row(at) == single(policy, facts, request, "normal", PLAIN)


def test_affordability_near_a_whole_fen_is_exact() -> None:
    rows = [somebody(Random(1)) | {"verified_income_month": 8_500, "existing_repayments_cny": cents / 100}
            for cents in range(200_000, 203_000)]  # fmt: skip
    book, requests = book_of(rows)
    result = assess_book(POLICY, book, market="tight")
    for at in range(0, len(rows), 7):
        assert result.row(at) == single(POLICY, rows[at], requests[at], "tight", PLAIN)


def test_number_columns_of_numpy_are_coded_the_same() -> None:
    rows = [
        row | {"liquid_months": at % 13 / 2, "other_unsecured_cny": at}
        for at, row in enumerate(people(5, 100))
    ]
    plain, _ = book_of(rows)
    arrays = {
        "liquid_months": np.array([row["liquid_months"] for row in rows]),
        "other_unsecured_cny": np.array([row["other_unsecured_cny"] for row in rows]),
    }
    fast, _ = book_of(rows, **arrays)
    floats, _ = book_of(rows, other_unsecured_cny=arrays["other_unsecured_cny"].astype(float))
    for book in (fast, floats):
        assert all((book.codes[name] == plain.codes[name]).all() for name in plain.codes)
        assert (book.money["other_unsecured_cny"] == plain.money["other_unsecured_cny"]).all()


def test_defaults_fill_missing_optional_columns() -> None:
    rows = people(2, 20)
    for row in rows:
        del row["on_time_instalments"]
    book, requests = book_of(rows)
    assert assess_book(POLICY, book, market="normal").row(3) == single(
        POLICY, rows[3], requests[3], "normal", PLAIN
    )


@pytest.mark.parametrize(
    ("others", "wrong"),
    [
        ({"liquid_months": np.array([1.0, float("nan")])}, r"liquid_months.*row 1"),
        ({"liquid_months": np.array([1.0, -2.0])}, r"liquid_months.*row 1"),
        ({"identity_level": ["full", "gold"]}, r"identity_level.*row 1"),
        ({"age": [30, "old"]}, r"age.*row 1"),
        ({"other_unsecured_cny": [0, "much"]}, r"other_unsecured_cny.*row 1"),
    ],
)
def test_a_wrong_value_is_refused_with_its_row(others: Any, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong):
        book_of(people(1, 2), **others)


def test_what_no_book_can_hold_is_refused_by_name() -> None:
    rows = people(1, 2)
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    asked: dict[str, Any] = {"amounts": [1_000, 499], "purposes": ["travel"] * 2}
    with pytest.raises(InputError, match=r"amount: .*row 1"):
        code_book(POLICY, PRODUCT, columns, **asked)
    with pytest.raises(InputError, match="purpose"):
        code_book(POLICY, PRODUCT, columns, amounts=[1_000] * 2, purposes=["travel", None])  # type: ignore[list-item]
    with pytest.raises(BookError, match="purpose: 1 rows"):
        code_book(POLICY, PRODUCT, columns, amounts=[1_000] * 2, purposes=["travel"])
    for name in ("liquid_months", "age"):
        less = {key: column for key, column in columns.items() if key != name}
        with pytest.raises(InputError, match=f"{name}: expected a column"):
            code_book(POLICY, PRODUCT, less, amounts=[1_000] * 2, purposes=["travel"] * 2)


@pytest.mark.parametrize(
    ("test", "wrong"),
    [
        ("score >= gate and age >= 18", "R01: reads score, age together"),
        ("requested <= limit and age >= 18", "R01: compares amounts"),
        ("liquid_months < active_lenders", "R01: compares two inputs"),
        (" and ".join(f"{name} > 1" for name in WIDE), "R01: too many combinations"),
    ],
)
def test_rules_that_a_book_cannot_run_are_refused_by_name(test: str, wrong: str) -> None:
    policy = changed_policy(("rules[0].test", test))
    book, _ = book_of(people(1, 5), policy)
    with pytest.raises(BookError, match=wrong):
        assess_book(policy, book, market="normal")


@pytest.mark.parametrize(
    "test",
    [
        "requested <= 20000", "limit > 3000", "existing_repayments_cny < 800.5",
        "purpose != 'gold'", "industry in ('retail', 'finance')",         "maintenance or age > 18",
        "not maintenance", "score >= 640", "12 <= credit_age_months < 84",
    ],
)  # fmt: skip
def test_other_rules_give_the_same_answers(test: str) -> None:
    policy = changed_policy(("rules[0].test", test))
    rows = people(13, 150)
    book, requests = book_of(rows, policy)
    result = assess_book(policy, book, market="normal")
    for at, (facts, request) in enumerate(zip(rows, requests, strict=True)):
        assert result.row(at) == single(policy, facts, request, "normal", PLAIN)


def test_books_are_for_persons_without_us_reasons() -> None:
    book, _ = book_of(people(1, 5))
    with pytest.raises(BookError, match="without US reasons"):
        assess_book(POLICY, book, market="normal", context=Context(us_reasons=True))


def test_books_of_firms_are_refused_by_name() -> None:
    firm = facts_of("hengxin")
    columns = {name: [value] for name, value in firm.items()}
    book = code_book(POLICY, "sme_working_capital", columns, amounts=[50_000], purposes=["rent"])
    with pytest.raises(BookError, match="books are for consumer loans"):
        assess_book(POLICY, book, market="normal")


def test_a_book_of_approved_people_has_no_reasons() -> None:
    columns = {name: [value] for name, value in facts_of("ordinary").items()}
    book = code_book(POLICY, PRODUCT, columns, amounts=[1_000], purposes=["travel"])
    row = assess_book(POLICY, book, market="normal").row(0)
    assert (row["outcome"], row["reasons"], row["limit"]) == ("approve", (), 21_300)


def test_policies_with_other_characteristics_or_too_many_cells_are_refused() -> None:
    document = POLICY.document
    card = document["scorecards"]["personal"]
    card["characteristics"]["calm_months"] = card["characteristics"].pop("liquid_months")
    card["order"][card["order"].index("liquid_months")] = "calm_months"
    groups = document["recourse"]["groups"]
    document["recourse"]["groups"] = [group for group in groups if group["id"] != "build_savings"]
    with pytest.raises(BookError, match=r"calm_months: policy 2026\.1 does not know it"):
        book_of([facts_of("ordinary", calm_months=3)], [load_policy(document), POLICY])
    fine = [{"max": edge, "pts": 0} for edge in range(130)]
    wide = changed_policy(
        ("scorecards.personal.characteristics.liquid_months.bins", [*fine, {"max": None, "pts": 40}])
    )
    with pytest.raises(BookError, match="liquid_months: more than 256 cells"):
        book_of([facts_of("ordinary")], wide)


def test_too_many_rules_are_refused() -> None:
    document = changed_policy().document
    document["rules"] += [{**document["rules"][0], "id": f"R{at}"} for at in range(100, 120)]
    policy = load_policy(document)
    book, _ = book_of(people(1, 5), policy)
    with pytest.raises(BookError, match="more than 32 rules"):
        assess_book(policy, book, market="normal")
