"""The book decides the people of the public table as the single path does, row by row."""

from functools import cache
from random import Random
from typing import Any

import pytest
import yaml

from assessment import Request, assess, read_policy
from assessment.book import Book, Coding, code_book, decide
from creditportal.embedded.places import CHECKOUT
from decisions.book_table import facts_of, find_table, read_table, wish_of

PRODUCT = "consumer_loan"
SAMPLES = {"easing": 6_000, "normal": 30_000, "tight": 6_000}
POLICY = read_policy((CHECKOUT / "catalogue" / "policy.yaml").read_text())


@cache
def table() -> tuple[list[dict[str, Any]], list[Request]]:
    """Facts and requests of all 30,000; what the table does not give is missing, as when it is loaded."""
    entries = yaml.safe_load((CHECKOUT / "catalogue" / "characteristics.yaml").read_text())
    missing = {name: entry.get("missing", "unknown") for name, entry in entries.items()}
    missing["on_time_instalments"] = 0
    people, requests = [], []
    for line in read_table(find_table()):
        people.append(missing | {fact.characteristic: fact.value for fact in facts_of(line)})
        wish = wish_of(line)
        requests.append(Request(PRODUCT, wish.amount_cny, wish.term_months, wish.purpose))
    return people, requests


@cache
def table_book() -> Book:
    people, requests = table()
    return code_book(
        Coding.for_policies(POLICY, PRODUCT),
        {name: [one[name] for one in people] for name in people[0]},
        amounts=[one.amount for one in requests],
        purposes=[one.purpose for one in requests],
        terms=[one.term_months or 0 for one in requests],
    )


@pytest.mark.parametrize("market", SAMPLES)
def test_people_of_the_public_table_are_decided_as_one_by_one(market: str) -> None:
    people, requests = table()
    result = decide(table_book(), POLICY, market=market)
    for at in Random(market).sample(range(len(people)), SAMPLES[market]):
        one = assess(POLICY, people[at], requests[at], market=market)
        high, low = (one.limit.high, one.limit.low) if one.limit else (None, None)
        assert result.row(at) == {
            "score": one.score, "outcome": one.outcome, "limit": high, "range_low": low,
            "price_band": one.price_band, "annual_rate_pct": one.annual_rate_pct, "reasons": one.reason_codes,
        }  # fmt: skip
        hits = sorted((hit.rule.id, hit.status) for hit in one.run.hits)
        assert sorted(result.rules_of(at)) == hits
