"""The book: many applicants for one product decided at once, equal to the single path on every row.

    coding = Coding.for_policies([policy], "consumer_loan")
    book = code_book(coding, columns, amounts=amounts, purposes=purposes, terms=terms)
    decisions = decide(book, policy, market="normal")

Inputs are one byte each (`book_coding`, `book_layout`); points and the answers of rules become tables over
pairs of bytes that the single path fills, and a million decisions are look-ups and sums. What explains one
row exactly is the single path, `assess`, with the same facts, request, market and context.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from assessment.book_coding import BookError
from assessment.book_columns import Book, code_book
from assessment.book_deciding import BLOCK, Decided, Decider
from assessment.book_layout import Coding
from assessment.book_reasons import BYTE, ReasonBook
from assessment.book_rules import MOST_BITS
from assessment.book_scratch import Scratch
from assessment.inputs import Context
from assessment.policy import Policy
from assessment.rules import SEVERITY

__all__ = ["Book", "BookDecisions", "BookError", "Coding", "code_book", "decide"]

OUTCOMES = tuple(SEVERITY)
NONE = 255
MOST_REASONS = 5
# Rules, reasons, both ends of the range, score, outcome, price: the widest first, so that all stand even.
_KINDS = tuple(map(np.dtype, (np.uint64, np.uint64, np.int32, np.int32, np.int16, np.uint8, np.uint8)))


@dataclass(frozen=True, eq=False)
class BookDecisions:
    """Decisions by row, in codes; the tables beside them say what the codes mean.

    `outcome` indexes `outcomes` (higher is better); bit b of `rules` says that `rule_names[b]` stands in the
    way; limits are CNY, -1 for none; `price` indexes `prices`; `reasons` (rows x 5) index
    `reason_codes`, 0 for none.
    """

    score: npt.NDArray[np.int16]
    outcome: npt.NDArray[np.uint8]
    rules: npt.NDArray[np.uint64]
    limit_high: npt.NDArray[np.int32]
    limit_low: npt.NDArray[np.int32]
    price: npt.NDArray[np.uint8]
    reasons: npt.NDArray[np.uint8]
    outcomes: tuple[str, ...]
    rule_names: tuple[tuple[str, str], ...]
    prices: tuple[tuple[str | None, Decimal | None], ...]
    reason_codes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.score)

    @property
    def price_bands(self) -> tuple[str, ...]:
        """Codes that `price_band` indexes."""
        return tuple(dict.fromkeys(band for band, _ in self.prices if band is not None))

    @property
    def price_band(self) -> npt.NDArray[np.uint8]:
        """By row the price band, 255 below the lowest."""
        bands = self.price_bands
        table = [NONE if band is None else bands.index(band) for band, _ in self.prices]
        return np.array(table, np.uint8)[self.price]

    @property
    def rates(self) -> tuple[Decimal, ...]:
        """Rates in per cent a year that `rate` indexes."""
        return tuple(dict.fromkeys(rate for _, rate in self.prices if rate is not None))

    @property
    def rate(self) -> npt.NDArray[np.uint8]:
        """By row the annual rate, 255 where no price exists."""
        rates = self.rates
        table = [NONE if rate is None else rates.index(rate) for _, rate in self.prices]
        return np.array(table, np.uint8)[self.price]

    def rules_of(self, at: int) -> tuple[tuple[str, str], ...]:
        """Rule and status (failed or unknown) of what stands in one row's way, first reason first."""
        bits = int(self.rules[at])
        return tuple(name for bit, name in reversed(list(enumerate(self.rule_names))) if bits >> bit & 1)

    def row(self, at: int) -> dict[str, Any]:
        """One decision in words and numbers."""
        high = int(self.limit_high[at])
        band, rate = self.prices[self.price[at]]
        return {
            "score": int(self.score[at]),
            "outcome": self.outcomes[self.outcome[at]],
            "limit": None if high < 0 else high,
            "range_low": None if high < 0 else int(self.limit_low[at]),
            "price_band": band,
            "annual_rate_pct": rate,
            "reasons": tuple(self.reason_codes[code] for code in self.reasons[at] if code),
        }


def decide(
    book: Book,
    policy: Policy,
    *,
    market: str,
    context: Context = Context(),  # noqa: B008  frozen, so one default serves all
) -> BookDecisions:
    """Decide every row; equal to `assess` with the same facts, request, market and context.

    Raises BookError for a policy that the book's coding does not serve or that no book can run, and
    InputError for an amount below the product's minimum.
    """
    reasoner, decider = _compile(book.coding, policy, market, context)
    decider.check_amounts(book)
    many = len(book)
    rules, reasons, high, low, score, outcome, price = _columns(many)
    shown, shadows = np.uint64((1 << MOST_BITS) - 1), np.uint64(decider.rules.shadows)
    scratch = Scratch(min(BLOCK, many))
    for start in range(0, many, BLOCK):
        rows = slice(start, min(start + BLOCK, many))
        block = decider.decide(book, rows, scratch)
        np.right_shift(block.key, decider.fields.score, out=score[rows], casting="unsafe")
        np.take(decider.prices.price, block.key, out=price[rows], mode="clip")
        outcome[rows], high[rows], low[rows] = block.outcome, block.high, block.low
        reasoner.draw(book.take(rows), Decided(block.outcome, block.hits, high[rows]), out=reasons[rows])
        np.right_shift(np.bitwise_and(block.hits, shown, out=block.hits), shadows, out=rules[rows])
    bands = [None if band is None else policy.price_bands[band].code for band, _ in decider.prices.prices]
    return BookDecisions(
        score=score,
        outcome=outcome,
        rules=rules,
        limit_high=high,
        limit_low=low,
        price=price,
        reasons=reasons.astype("<u8", copy=False).view(np.uint8).reshape(many, BYTE)[:, :MOST_REASONS],
        outcomes=OUTCOMES,
        rule_names=tuple((hit.rule.id, hit.status) for hit in decider.rules.hits if hit is not None),
        prices=tuple(zip(bands, (rate for _, rate in decider.prices.prices), strict=True)),
        reason_codes=reasoner.codes,
    )


def _columns(many: int) -> list[npt.NDArray[Any]]:
    """The columns of a result in one piece of memory, which the system gives in large pages where it can."""
    memory, at, found = np.empty(many * sum(kind.itemsize for kind in _KINDS), np.uint8), 0, []
    for kind in _KINDS:
        found.append(memory[at : at + many * kind.itemsize].view(kind))
        at += many * kind.itemsize
    return found


@lru_cache(maxsize=16)
def _compile(coding: Coding, policy: Policy, market: str, context: Context) -> tuple[ReasonBook, Decider]:
    """What one policy in one market and context comes to for one coding."""
    decider = Decider(coding, policy, market, context)
    return ReasonBook(decider), decider
