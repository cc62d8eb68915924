"""Corners of the book that only few books meet."""

from typing import Any

import numpy as np
import pytest

from assessment import Context, InputError, book_patterns, book_prices
from assessment.book import Book, BookError, Coding, decide
from assessment.book_columns import NOT_STATED
from tests.unit.assessment.samples import PLAIN, POLICY, changed_policy
from tests.unit.assessment.test_book import ZEROS, assert_same_decisions, book_of, people, single
from tests.unit.assessment.test_book_firms import SME, rows, trader

US = Context(us_reasons=True)


def test_patterns_that_share_a_slot_are_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_patterns, "SLOT_BITS", 2)
    policy = changed_policy(("policy_version", "few slots"))
    made = people(4, 60)
    book, _ = book_of(made, policy)
    first, again = (decide(book, policy, market="normal") for _ in range(2))
    assert (first.reasons == again.reasons).all()
    assert_same_decisions(policy, made)


def test_too_many_prices_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_prices, "MOST_PRICES", 3)
    policy = changed_policy(("policy_version", "few prices"))
    book, _ = book_of(people(1, 5), policy)
    with pytest.raises(BookError, match="consumer_loan: more than 3 prices"):
        decide(book, policy, market="normal")


def test_a_stored_book_of_firms_decides_the_same_with_demands_that_nobody_stated() -> None:
    made = rows(trader, 5, 80)
    book, requests = book_of(made, POLICY, SME)
    assert (book.money["demand"] == NOT_STATED).any()
    again = Book.from_matrix(
        Coding.for_policies(POLICY, SME), book.codes, money=book.money, requested=book.requested
    )
    result = decide(again, POLICY, market="normal")
    for at, facts in enumerate(made):
        assert result.row(at) == single(POLICY, facts, requests[at], "normal", PLAIN)


def test_people_with_equal_gaps_share_their_us_reasons() -> None:
    policy = changed_policy(
        ("baseline.personal", {"method": "all", "people": 600, "points": ZEROS}),
        ("gates.consumer_loan.normal", 750),
    )
    assert_same_decisions(policy, people(17, 30) * 3, context=US)


@pytest.mark.parametrize("wrong", [float("inf"), float("nan"), -1.0])
def test_a_number_that_is_none_is_refused_with_its_row(wrong: float) -> None:
    made: Any = people(1, 3)
    with pytest.raises(InputError, match=r"liquid_months: .*row 2"):
        book_of(made, liquid_months=np.array([1.0, 2.0, wrong]))
    made[1]["liquid_months"] = wrong
    with pytest.raises(InputError, match=r"liquid_months: .*row 1"):
        book_of(made)
