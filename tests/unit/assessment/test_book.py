"""The book equals the single path on every row: random people, policies, markets and contexts."""

from random import Random
from typing import Any

import numpy as np
import pytest

from assessment import Context, InputError, Request, assess, load_policy
from assessment.book import Book, BookError, Coding, code_book, decide
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


def book_of(
    rows: list[dict[str, Any]], policies: Any = POLICY, product: str = PRODUCT, **others: Any
) -> tuple[Book, list[Request]]:
    rng = Random(len(rows))
    requests = [wish(rng, product) for _ in rows]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    in_days = product == "supply_chain_finance"
    book = code_book(
        Coding.for_policies(policies, product), columns | others,
        amounts=[one.amount for one in requests], purposes=[one.purpose for one in requests],
        terms=[(one.term_days if in_days else one.term_months) or 0 for one in requests],
    )  # fmt: skip
    return book, requests


def wish(rng: Random, product: str) -> Request:
    if product == "supply_chain_finance":
        days = rng.choice(POLICY.products[product].terms)
        return Request(product, rng.choice([90_000, 700_000]), None, "receivable_advance", term_days=days)
    term = rng.choice(POLICY.products[product].terms)
    if product == PRODUCT:
        return Request(
            product, rng.choice([500, 3_000, 20_000, 90_000]), term, rng.choice(["travel"] * 9 + ["gold"])
        )
    return Request(
        product, rng.choice([50_000, 300_000, 2_000_000]), term, rng.choice(["rent"] * 9 + ["gold"])
    )


def single(policy: Any, facts: Any, request: Request, market: str, context: Context) -> dict[str, Any]:
    decided = assess(policy, facts, request, market=market, context=context)
    return {
        "score": decided.score,
        "outcome": decided.outcome,
        "limit": decided.limit.high if decided.limit else None,
        "range_low": decided.limit.low if decided.limit else None,
        "price_band": decided.price_band,
        "annual_rate_pct": decided.annual_rate_pct,
        "reasons": decided.reason_codes,
    }


def assert_same_decisions(
    policy: Any, rows: Any, *, market: str = "normal", context: Context = PLAIN, product: str = PRODUCT,
    policies: Any = None, step: int = 1,
) -> None:  # fmt: skip
    """Every row of the book, with the rules that stand in the way, is that of the single path."""
    book, requests = book_of(rows, policies or policy, product)
    result = decide(book, policy, market=market, context=context)
    for at in range(0, len(rows), step):
        assert result.row(at) == single(policy, rows[at], requests[at], market, context)
        run = assess(policy, rows[at], requests[at], market=market, context=context).run
        assert sorted(result.rules_of(at)) == sorted((hit.rule.id, hit.status) for hit in run.hits)


WIDE = [one.name for one in CARD.characteristics if one.positions][:8]
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
    assert_same_decisions(policy, people(7, 400), market=market)


CONTEXTS = [
    Context(portfolio_exposure_pct=100),
    Context(portfolio_exposure_pct="unknown"),
    Context(regulatory_cap=2_500),
    Context(maintenance=True),
    Context(connections_dimension=False),
    Context(us_reasons=True),
    Context(us_reasons=True, maintenance=True),
]


@pytest.mark.parametrize("context", CONTEXTS)
def test_every_row_equals_the_single_path_in_each_context(context: Context) -> None:
    assert_same_decisions(POLICY, people(11, 200), market="tight", context=context)


@pytest.mark.parametrize("method", [MEANS, ZEROS])
def test_reasons_of_the_us_profile_equal_the_single_path(method: Any) -> None:
    policy = changed_policy(
        ("baseline.personal", {"method": "all", "people": 600, "points": method}),
        ("gates.consumer_loan.normal", 750), ("gates.consumer_loan.tight", 750),
    )  # fmt: skip
    assert_same_decisions(policy, people(17, 300), context=Context(us_reasons=True))


def test_one_coding_serves_several_policies() -> None:
    rows = people(3, 300)
    for policy in (POLICY, TIGHT_RULES):
        assert_same_decisions(policy, rows, policies=[POLICY, TIGHT_RULES])


def test_affordability_near_a_whole_fen_is_exact() -> None:
    rows = [somebody(Random(1)) | {"verified_income_month": 8_500, "existing_repayments_cny": cents / 100}
            for cents in range(200_000, 203_000)]  # fmt: skip
    assert_same_decisions(POLICY, rows, market="tight", step=7)


def test_very_large_amounts_are_exact() -> None:
    rows = [
        row | {"existing_repayments_cny": at * 7_777_777_777, "other_unsecured_cny": at * 9_999_999_999}
        | ({"verified_income_month": 9_100_000_000_003 - at} if at % 3 else {})
        for at, row in enumerate(people(23, 200))
    ]  # fmt: skip
    assert_same_decisions(POLICY, rows, market="tight")


def test_a_market_factor_with_many_digits_is_exact() -> None:
    policy = changed_policy(("limits.market_factor.tight", 0.712345678901))
    assert_same_decisions(policy, people(29, 200), market="tight")


def test_number_columns_of_numpy_are_coded_the_same() -> None:
    rows = [
        row | {"liquid_months": at % 13 / 2, "other_unsecured_cny": at}
        for at, row in enumerate(people(5, 100))
    ]
    plain, _ = book_of(rows)
    arrays: dict[str, Any] = {
        "liquid_months": np.array([row["liquid_months"] for row in rows]),
        "other_unsecured_cny": np.array([row["other_unsecured_cny"] for row in rows]),
    }
    fast, _ = book_of(rows, **arrays)
    floats, _ = book_of(rows, other_unsecured_cny=arrays["other_unsecured_cny"].astype(float))
    for book in (fast, floats):
        assert (book.codes == plain.codes).all()
        assert (book.money["other_unsecured_cny"] == plain.money["other_unsecured_cny"]).all()


def test_defaults_fill_missing_optional_columns() -> None:
    rows = people(2, 20)
    for row in rows:
        del row["on_time_instalments"]
    assert_same_decisions(POLICY, rows)


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
    rows, coding = people(1, 2), Coding.for_policies(POLICY, PRODUCT)
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    asked: dict[str, Any] = {"amounts": [1_000] * 2, "purposes": ["travel"] * 2, "terms": [12] * 2}
    wrongs: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"amounts": [1_000, -1]}, InputError, r"amount: .*row 1"),
        ({"amounts": [1_000, "much"]}, InputError, r"amount: .*row 1"),
        ({"amounts": np.array([1_000, 10**17])}, InputError, r"amount: .*row 1"),
        ({"purposes": ["travel", None]}, InputError, "purpose"),
        ({"purposes": ["travel"]}, BookError, "purpose: 1 rows"),
        ({"terms": [12, 13]}, InputError, r"term_months: .*row 1"),
        ({"amounts": [], "purposes": [], "terms": []}, BookError, "at least one row"),
    ]
    for change, error, wrong in wrongs:
        with pytest.raises(error, match=wrong):
            code_book(coding, columns, **(asked | change))
    for name in ("liquid_months", "age"):
        less = {key: column for key, column in columns.items() if key != name}
        with pytest.raises(InputError, match=f"{name}: expected a column"):
            code_book(coding, less, **asked)
    richest = columns | {"verified_income_month": [10**15, 10**16]}
    with pytest.raises(InputError, match=r"verified_income_month: .*row 0"):
        code_book(coding, richest, **asked)


def test_amounts_below_the_product_are_refused_with_their_row() -> None:
    rows = people(1, 2)
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    coding = Coding.for_policies(POLICY, PRODUCT)
    book = code_book(coding, columns, amounts=[1_000, 499], purposes=["travel"] * 2, terms=[12] * 2)
    with pytest.raises(InputError, match=r"amount: expected at least 500 CNY \(row 1\)"):
        decide(book, POLICY, market="normal")


@pytest.mark.parametrize(
    ("test", "wrong"),
    [
        ("score >= gate and age >= 18", "R01: reads score, age together"),
        ("requested <= limit and age >= 18", "R01: compares amounts"),
        ("existing_repayments_cny <= limit", "R01: compares amounts"),
        ("liquid_months < active_lenders", "R01: compares an input with"),
        ("liquid_months < gate", "R01: compares an input with"),
        (" and ".join(f"{name} > 1" for name in WIDE), "R01: too many combinations"),
    ],
)
def test_rules_that_a_book_cannot_run_are_refused_by_name(test: str, wrong: str) -> None:
    policy = changed_policy(("rules[0].test", test))
    book, _ = book_of(people(1, 5), policy)
    with pytest.raises(BookError, match=wrong):
        decide(book, policy, market="normal")


@pytest.mark.parametrize(
    "test",
    [
        "requested <= 20000", "limit > 3000", "existing_repayments_cny < 800.5", "limit <= regulatory_cap",
        "purpose != 'gold'", "industry in ('retail', 'finance')", "maintenance or age > 18",
        "not maintenance", "score >= 640", "12 <= credit_age_months < 84", "age != 40",
        "limit >= product_min",
        "liquid_months > 0.5 and credit_age_months > 11", "portfolio_exposure_pct < gate", "score >= 0",
        "settled_on_time > 2 or liquid_months > 6 or profile_complete_pct > 90",
    ],
)  # fmt: skip
def test_other_rules_give_the_same_answers(test: str) -> None:
    assert_same_decisions(changed_policy(("rules[0].test", test)), people(13, 150))


def test_a_limit_rule_that_names_its_cap_tells_what_the_market_alone_stopped() -> None:
    policy = changed_policy(("rules[0].test", "limit > 3000"), ("rules[0].reason", "LIMIT"))
    assert_same_decisions(policy, people(13, 150), market="tight")


def test_an_approved_person_has_no_reasons() -> None:
    columns = {name: [value] for name, value in facts_of("ordinary").items()}
    coding = Coding.for_policies(POLICY, PRODUCT)
    book = code_book(coding, columns, amounts=[1_000], purposes=["travel"], terms=[12])
    row = decide(book, POLICY, market="normal").row(0)
    assert (row["outcome"], row["reasons"], row["limit"]) == ("approve", (), 21_300)


def test_policies_that_cannot_share_one_coding_are_refused_by_name() -> None:
    document = POLICY.document
    card = document["scorecards"]["personal"]
    card["characteristics"]["calm_months"] = card["characteristics"].pop("liquid_months")
    card["order"][card["order"].index("liquid_months")] = "calm_months"
    groups = document["recourse"]["groups"]
    document["recourse"]["groups"] = [group for group in groups if group["id"] != "build_savings"]
    with pytest.raises(BookError, match=r"liquid_months: this book has no codes for it, policy 2026\.1"):
        Coding.for_policies([load_policy(document), POLICY], PRODUCT)
    fine = [{"max": edge, "pts": 0} for edge in range(270)]
    wide = changed_policy(
        ("scorecards.personal.characteristics.liquid_months.bins", [*fine, {"max": None, "pts": 40}])
    )
    with pytest.raises(BookError, match="liquid_months: more than 256 cells"):
        Coding.for_policies(wide, PRODUCT)


def test_a_policy_that_the_codes_do_not_tell_apart_is_refused_by_name() -> None:
    book, _ = book_of(people(1, 5))
    with pytest.raises(BookError, match=r"age: policy 2026\.1 has bins"):
        decide(book, TIGHT_RULES, market="normal")


def test_too_many_ways_to_fail_are_refused_and_many_still_run() -> None:
    document = changed_policy().document
    document["rules"] += [
        {**document["rules"][0], "id": f"R{at}", "test": f"age >= {at - 80}"} for at in range(100, 112)
    ]
    many = load_policy(document)
    assert_same_decisions(many, people(5, 60))
    document["rules"] += [
        {**document["rules"][0], "id": f"R{at}", "test": f"age >= {at - 180}"} for at in range(200, 216)
    ]
    policy = load_policy(document)
    book, _ = book_of(people(1, 5), policy)
    with pytest.raises(BookError, match="more than 58 ways"):
        decide(book, policy, market="normal")
