"""The book: many applicants for one product decided at once with numpy, equal to the single path on every row.

Inputs are one byte each (`book_coding`); points, known points and the answers of rules become tables over
cells that the single path fills, and a million decisions are look-ups and sums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from assessment.book_coding import BookError, Codes, Coder, column_of, make_coders
from assessment.book_limits import Limits, find_limits
from assessment.book_reasons import Outcomes, find_outcomes
from assessment.book_rules import Hits, find_hits
from assessment.inputs import Context
from assessment.money import to_fen
from assessment.policy import Policy
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
    card = policies[0].scorecards[policies[0].products[product].applicant]
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
        if coder.spec is not None and coder.spec.kind in ("money", "number") and coder.spec.name not in card.by_name:
            money[name] = _amounts(coder, column)
    if product == "consumer_loan":
        money["verified_income_month"] = _incomes(columns["verified_income_month"], codes, coders)
    return Book(product, coders, codes, money, _requested(policies[0], product, amounts))
