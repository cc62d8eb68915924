"""The book: many applicants for one product decided at once, equal to the single path on every row.

Inputs are one byte each (`book_coding`); points, known points and the answers of rules become tables over
cells that the single path fills, and a million decisions are look-ups and sums.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from assessment.book_coding import BookError, Coder, Codes, column_of, make_coders
from assessment.book_limits import Limits, Money, find_limits
from assessment.book_reasons import MAINTENANCE_CODE, NONE, OUTCOMES, ReasonBook, outcome_of
from assessment.book_rules import Sheet, find_hits
from assessment.errors import InputError
from assessment.inputs import Context
from assessment.limits import income_fen
from assessment.money import to_fen
from assessment.policy import Policy, Setting
from assessment.policy_parts import INCOME
from assessment.reasons import CHANGE_CODE, MOST
from assessment.rules import LIMIT_CODE, SEVERITY
from assessment.running import FEN, surroundings
from assessment.scoring import Scorecard

Fen = npt.NDArray[np.int64]
UNKNOWN_FEN = -1


@dataclass(frozen=True)
class Book:
    """Applicants coded for one product: a byte per input, and what limits need in fen (-1: unknown)."""

    product: str
    coders: Mapping[str, Coder]
    codes: Mapping[str, Codes]
    money: Mapping[str, Fen]
    requested: Fen

    def __len__(self) -> int:
        return len(self.requested)

    def take(self, rows: npt.NDArray[Any]) -> Book:
        """The book of some rows."""
        return Book(
            self.product,
            self.coders,
            {name: codes[rows] for name, codes in self.codes.items()},
            {name: fen[rows] for name, fen in self.money.items()},
            self.requested[rows],
        )


@dataclass(frozen=True)
class BookResult:
    """Decisions by row; codes index `outcomes`, `reason_codes` and `rates`; -1 and 255 mean none."""

    score: npt.NDArray[np.int32]
    known: npt.NDArray[np.int32]
    outcome: npt.NDArray[np.uint8]
    limit_high: Fen
    limit_low: Fen
    rate: npt.NDArray[np.int16]
    reasons: npt.NDArray[np.uint8]
    outcomes: tuple[str, ...]
    reason_codes: tuple[str, ...]
    rates: tuple[Decimal, ...]

    def row(self, at: int) -> dict[str, Any]:
        """One decision in words and numbers."""
        high = int(self.limit_high[at])
        return {
            "score": int(self.score[at]),
            "known": int(self.known[at]),
            "outcome": self.outcomes[self.outcome[at]],
            "limit": None if high < 0 else high,
            "range_low": None if high < 0 else int(self.limit_low[at]),
            "annual_rate_pct": None if self.rate[at] < 0 else self.rates[self.rate[at]],
            "reasons": tuple(self.reason_codes[code] for code in self.reasons[at] if code != 255),
        }


def code_book(
    policies: Sequence[Policy] | Policy,
    product: str,
    columns: Mapping[str, Sequence[Any] | npt.NDArray[Any]],
    *,
    amounts: Sequence[Any],
    purposes: Sequence[str],
) -> Book:
    """Code columns of facts once for one policy or for several that are to be compared.

    Raises InputError that names the input and the first wrong row.
    """
    policies = [policies] if isinstance(policies, Policy) else list(policies)
    rows = len(amounts)
    coders = make_coders(product, policies)
    codes, money = {}, {}
    for name, coder in coders.items():
        if name == "purpose":
            column: Any = purposes
        elif coder.spec is not None:
            column = column_of(coder.spec, columns, rows)
        else:
            column = columns[name] if name in columns else _missing(name)
        if len(column) != rows:
            raise BookError(f"{name}: {len(column)} rows instead of {rows}")
        codes[name] = coder.encode(column)
        if coder.spec is not None and coder.spec.kind == "money":
            money[name] = _amounts(coder, column)
    if product == "consumer_loan":
        money[INCOME] = _incomes(columns[INCOME])
    return Book(product, coders, codes, money, _requested(policies[0], product, amounts))


def assess_book(
    policy: Policy,
    book: Book,
    *,
    market: str,
    context: Context = Context(),  # noqa: B008  frozen, so one default serves all
) -> BookResult:
    """Decide every row; equal to `assess` with the same facts, request and context."""
    if book.product != "consumer_loan" or context.us_reasons:
        raise BookError("books are for consumer loans without US reasons; use assess for others")
    setting = policy.setting(book.product, market)
    card = policy.scorecards[setting.product.applicant]
    card = card if context.connections_dimension else card.without_connections
    sheet, limits = _sheet(policy, setting, card, book, context)
    hits = find_hits(setting, sheet)
    outcome = outcome_of(policy, setting, hits, maintenance=context.maintenance)
    codes = _reason_codes(policy)
    reasons = np.full((len(book), MOST), NONE, np.uint8)
    rows = np.flatnonzero(outcome != SEVERITY["approve"])
    if context.maintenance:
        reasons[rows, 0] = codes.index(MAINTENANCE_CODE)
    elif len(rows):
        changed = _is_kinder(
            policy, book, sheet, limits, outcome=outcome, rows=rows, market=market, context=context
        )
        drawer = ReasonBook(policy, setting, card, book.coders, reason_codes=codes)
        reasons[rows] = drawer.draw(sheet, hits, limits, rows, changed)
    return BookResult(
        sheet.score,
        sheet.known,
        outcome,
        limits.high,
        limits.low,
        limits.rate,
        reasons,
        OUTCOMES,
        codes,
        limits.rates,
    )


def _reason_codes(policy: Policy) -> tuple[str, ...]:
    """Every code that a decision under this policy can have."""
    found = {rule.reason for rule in policy.rules} | {CHANGE_CODE, MAINTENANCE_CODE, policy.unknown_reason}
    found |= set(policy.consumer.cap_reasons.values())
    found |= {one.reason for card in policy.scorecards.values() for one in card.characteristics}
    return tuple(sorted(code for code in found if code and code != LIMIT_CODE))


def _sheet(
    policy: Policy, setting: Setting, card: Scorecard, book: Book, context: Context
) -> tuple[Sheet, Limits]:
    score, known = _scores(card, book)
    floors = np.array([band.low for band in policy.price_bands])
    band = np.searchsorted(floors, score, "right") - 1
    cap = None if context.regulatory_cap is None else to_fen("regulatory_cap", context.regulatory_cap)
    late = book.coders["worst_dpd_24m"]
    loyal = book.coders["on_time_instalments"]
    money = Money(
        income=book.money["verified_income_month"],
        repayments=book.money["existing_repayments_cny"],
        other=book.money["other_unsecured_cny"],
        is_thin=_cell_test(late, lambda cell: isinstance(cell, str))[book.codes[late.name]],
        is_loyal=_cell_test(
            loyal, lambda cell: not isinstance(cell, str) and cell >= policy.pricing.loyalty_after
        )[book.codes[loyal.name]],
        band=band,
    )
    limits = find_limits(policy, setting, money, cap)
    constants = surroundings(policy, setting, context) | {"regulatory_cap": cap}
    limit = np.where(limits.high < 0, -1, limits.high * FEN)
    return Sheet(
        book.coders, book.codes, score, known, card.total, book.requested, limit, band >= 0, constants
    ), limits


def _cell_test(coder: Coder, test: Callable[[Any], bool]) -> npt.NDArray[np.bool_]:
    return np.array([test(cell) for cell in coder.cells], np.bool_)


def _scores(card: Scorecard, book: Book) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Scores and known points in one pass: both lie in one number, known points 65,536 times."""
    packed = np.full(len(book), card.base + card.given_points + (card.given_points << 16), np.int32)
    for one in card.used:
        cells = [one.encode(cell) for cell in book.coders[one.name].cells]
        table = np.array([one.points[at] + (one.known_points[at] << 16) for at in cells], np.int32)
        packed += table[book.codes[one.name]]
    return packed & 0xFFFF, packed >> 16


def _is_kinder(
    policy: Policy,
    book: Book,
    sheet: Sheet,
    limits: Limits,
    *,
    outcome: npt.NDArray[np.uint8],
    rows: npt.NDArray[np.intp],
    market: str,
    context: Context,
) -> npt.NDArray[np.bool_]:
    """Whether the predecessor's rules or a normal market would have been better, for some rows."""
    kinder = np.zeros(len(rows), np.bool_)
    part = sheet.take(rows)
    if policy.predecessor is not None:
        setting = policy.predecessor.setting(book.product, market)
        older = outcome_of(policy.predecessor, setting, find_hits(setting, part), maintenance=False)
        kinder |= older > outcome[rows]
    if market != "normal":
        smaller = book.take(rows)
        setting = policy.setting(book.product, "normal")
        card = policy.scorecards[setting.product.applicant]
        card = card if context.connections_dimension else card.without_connections
        other, other_limits = _sheet(policy, setting, card, smaller, context)
        normal = outcome_of(policy, setting, find_hits(setting, other), maintenance=False)
        both = (normal == outcome[rows]) & (normal == SEVERITY["counter"])
        known = (other_limits.high >= 0) & (limits.high[rows] >= 0)
        kinder |= (normal > outcome[rows]) | (both & known & (other_limits.high > limits.high[rows]))
    return kinder


def _missing(name: str) -> Any:
    raise InputError(name, "a column (it is missing)")


def _amounts(coder: Coder, column: Any) -> Fen:
    """Fen of a money column, -1 for unknown; the coder has checked every value."""
    if isinstance(column, np.ndarray) and column.dtype.kind in "iu":
        return column.astype(np.int64) * FEN
    if isinstance(column, np.ndarray):
        return np.array([to_fen(coder.name, float(value)) for value in column], np.int64)
    return np.array(
        [
            UNKNOWN_FEN if value is None or isinstance(value, str) else to_fen(coder.name, value)
            for value in column
        ],
        np.int64,
    )


def _incomes(column: Any) -> Fen:
    """Verified income in fen as the limit reads it, -1 where it is not verified."""
    values = column.tolist() if isinstance(column, np.ndarray) else column
    return np.array(
        [
            UNKNOWN_FEN
            if isinstance(value, str)
            else income_fen(float(value) if isinstance(value, Decimal) else value)
            for value in values
        ],
        np.int64,
    )


def _requested(policy: Policy, product: str, amounts: Sequence[Any]) -> Fen:
    requested = np.array([to_fen("amount", amount) for amount in amounts], np.int64)
    minimum = policy.products[product].minimum
    if (requested < minimum * FEN).any():
        raise InputError(
            "amount", f"at least {minimum} CNY (row {int(np.argmax(requested < minimum * FEN))})"
        )
    return requested
