"""Deciding rows of codes under one policy, market and context: score, failed rules, limit, outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from assessment.book_columns import FEN, Book
from assessment.book_layout import Coding
from assessment.book_limits import Caps, LimitBook, Lines
from assessment.book_prices import PriceBook, read_cases
from assessment.book_rules import LIMIT, MOST_BITS, REQUESTED, AmountBits, Bits, Frame, read_rules
from assessment.book_scratch import Floats, Quick, Scratch
from assessment.book_tables import PAIR, by_key, lay_out, make_tables
from assessment.errors import InputError
from assessment.expressions import COMPARISONS
from assessment.inputs import Context
from assessment.money import to_fen
from assessment.policy import Policy
from assessment.rules import LIMIT_CODE, SEVERITY
from assessment.running import surroundings

Outcomes = npt.NDArray[np.uint8]
BLOCK = 131_072
APPROVE, COUNTER, HOLD = SEVERITY["approve"], SEVERITY["counter"], SEVERITY["hold"]
MAINTENANCE_CODE = "P04"
KINDER = MOST_BITS
ALONE_REQUESTED, ALONE_MINIMUM, CAP = KINDER + 1, KINDER + 2, KINDER + 3


class Block(NamedTuple):
    """What was found of some rows: key of score and case, bits of rules, outcome, range in CNY."""

    key: npt.NDArray[np.int64]
    hits: Bits
    outcome: Outcomes
    high: Floats
    low: Floats


@dataclass(frozen=True)
class Decided:
    """What was found of a book before its reasons: bits with shadows, and the high end in CNY."""

    outcome: Outcomes
    hits: Bits
    high: npt.NDArray[np.int32]

    def take(self, rows: npt.NDArray[np.intp] | slice) -> Decided:
        """The same of some rows."""
        return Decided(self.outcome[rows], self.hits[rows], self.high[rows])


class Decider:
    """One policy in one market and context, compiled for one coding."""

    def __init__(self, coding: Coding, policy: Policy, market: str, context: Context) -> None:
        coding.check_serves(policy)
        self.coding, self.policy, self.context = coding, policy, context
        self.setting = policy.setting(coding.product, market)
        card = policy.scorecards[self.setting.product.applicant]
        self.card = card if context.connections_dimension else card.without_connections
        cap = None if context.regulatory_cap is None else to_fen("regulatory_cap", context.regulatory_cap)
        self.constants = surroundings(self.setting, context) | {"regulatory_cap": cap}
        self.rules = read_rules(policy, self.setting, Frame(coding, self.card, self.constants))
        cases = read_cases(policy, coding)
        self.prices = PriceBook(policy, self.setting, cases, top=self.card.base + self.card.total)
        self.limits = LimitBook(policy, self.setting, self.prices, regulatory_cap=cap)
        self.fields = lay_out(self.card, cases, self.rules)
        self.tables, self.rule_tables = make_tables(coding, self.card, cases, self.rules, self.fields)
        self._by_key = by_key(self.rules.by_score, self.fields)
        self._by_known = self.rules.by_known << np.uint64(self.fields.rules)
        self._known_mask = np.uint64((1 << self.card.total.bit_length()) - 1)
        floors = [self.rules.floor(outcome) for outcome in SEVERITY if outcome != "approve"]
        self._steps = [np.uint64(1 << floor) for floor in floors if floor is not None]
        limited = [hit is not None and hit.reason == LIMIT_CODE for hit in self.rules.hits]
        self._limited = np.uint64(sum(1 << at for at, one in enumerate(limited) if one))
        self.is_banded = coding.product in policy.banded_products

    def check_amounts(self, book: Book) -> None:
        """Raise InputError for the first amount that the product does not have."""
        minimum = self.setting.product.minimum
        if book.least < minimum * FEN:
            row = int(np.argmax(book.requested < minimum * FEN))
            raise InputError("amount", f"at least {minimum} CNY (row {row})")

    def decide(self, book: Book, rows: slice, scratch: Scratch) -> Block:
        """Score, rules, outcome and limits of some rows; bits above the rules say which cap bound.

        What is found stands in the scratch until that restarts.
        """
        scratch.restart()
        pairs = book.codes[rows].view(PAIR)
        many = len(pairs)
        total = self.tables.add_up(pairs, scratch)
        key = np.bitwise_and(total, self.fields.key_mask, out=scratch.bits(many)).view(np.int64)
        known = np.right_shift(total, np.uint64(self.fields.known), out=scratch.bits(many))
        known &= self._known_mask
        hits = total if self.rule_tables is None else self.rule_tables.add_up(pairs, scratch)
        found = scratch.bits(many)
        hits += np.take(self._by_key, key, out=found, mode="clip")
        hits += np.take(self._by_known, known.view(np.int64), out=found, mode="clip")
        scratch.give_back(known)
        hits >>= np.uint64(self.fields.rules)
        quick = Quick(scratch, many)
        lines = Lines(key, {name: fen[rows] for name, fen in book.money.items()}, book.is_known)
        caps = self.limits.find(lines, quick, large=book.most > self.limits.sure_below)
        high, low, absent = self.limits.settle(caps, quick)
        requested = book.requested[rows]
        amounts = {LIMIT: quick.down(high, FEN, 1), REQUESTED: quick.copy(requested)}
        self._add_amounts(hits, absent, np.take(key, absent), amounts, found)
        outcome = self._outcomes(hits)
        self._name_caps(hits, caps, high, requested, found)
        return Block(key, hits, outcome, high, low)

    def _outcomes(self, hits: Bits) -> Outcomes:
        """The outcome of every row: the worst bit decides, maintenance always holds."""
        if self.context.maintenance:
            return np.full(len(hits), HOLD, np.uint8)
        found = np.full(len(hits), APPROVE, np.uint8)
        for step in self._steps:
            found -= (hits >= step).view(np.uint8)
        return found

    def _name_caps(
        self, hits: Bits, caps: Caps, high: Floats, requested: npt.NDArray[np.int64], spare: Bits
    ) -> None:
        """Where a rule about the limit names the cap: which binds, and whether the market alone does."""
        rows = np.flatnonzero(np.bitwise_and(hits, self._limited, out=spare) != 0)
        if not len(rows):
            return
        binding, before = self.limits.bind(caps, high, rows)
        before *= FEN
        found = binding.astype(np.uint64) << np.uint64(CAP)
        found |= (before >= np.take(requested, rows)) * np.uint64(1 << ALONE_REQUESTED)
        found |= (before >= self.constants["product_min"]) * np.uint64(1 << ALONE_MINIMUM)
        found |= np.take(hits, rows)
        hits[rows] = found

    def _add_amounts(
        self,
        hits: Bits,
        absent: npt.NDArray[np.intp],
        key: npt.NDArray[np.int64],
        amounts: Mapping[str, Floats],
        spare: Bits,
    ) -> None:
        """Add the bits of rules that compare amounts; of the limit only where a price band is.

        `absent` are the rows without a limit, `key` are theirs.
        """
        before, unknown = np.take(hits, absent), 0
        for rule in self.rules.amounts:
            if not _find_failed(rule, {**self.constants, **amounts}, spare):
                continue
            hits |= spare
            if rule.about_limit:
                unknown |= rule.unknown
            else:
                before |= np.take(spare, absent)
        if len(absent):
            bits = np.full(len(absent), unknown, np.uint64)
            if self.is_banded:
                bits *= ~np.take(self.prices.unbanded, key)
            hits[absent] = before | bits


def _find_failed(rule: AmountBits, amounts: dict[str, Any], into: Bits) -> bool:
    """The bits of a comparison where it fails, in fen; False with an absent cap, which everybody passes."""
    left, right = amounts[rule.bound.name], rule.bound.limit
    right = amounts[right] if isinstance(right, str) else round(right * FEN)
    if left is None or right is None:
        return False
    if rule.bound.symbol in ("<=", ">="):
        # The sign of the difference says it, with no mask to be made and widened.
        more, less = (right, left) if rule.bound.symbol == "<=" else (left, right)
        np.subtract(more, less, out=into.view(np.float64))
        np.right_shift(into, np.uint64(63), out=into)
        np.multiply(into, np.uint64(rule.failed), out=into)
    else:
        failed = ~np.asarray(COMPARISONS[rule.bound.symbol](left, right))
        np.multiply(failed, np.uint64(rule.failed), out=into)
    return True
