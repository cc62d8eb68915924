"""A book: many applicants for one product as a matrix of codes and a few columns of money, all checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from assessment.book_coding import PURPOSE, TERMS, BookError, Codes, column_of
from assessment.book_layout import DEMAND, Coding
from assessment.errors import InputError
from assessment.inputs import read_input
from assessment.limits import DEMAND_INPUTS, demand_of, income_fen
from assessment.money import to_fen
from assessment.policy import InputSpec
from assessment.policy_parts import INCOME

Fen = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp] | slice
FEN = 100
UNKNOWN_FEN = -1
MOST_FEN = 10**15
NOT_STATED = 2**62


@dataclass(frozen=True, eq=False)
class Book:
    """Applicants coded for one product: `codes` (rows x bytes), money and the amount asked for in fen."""

    coding: Coding
    codes: Codes
    money: Mapping[str, Fen]
    requested: Fen

    def __len__(self) -> int:
        return len(self.requested)

    @cached_property
    def least(self) -> int:
        """The smallest amount asked for, in fen."""
        return int(self.requested.min())

    @cached_property
    def most(self) -> int:
        """The largest of all amounts but the demand, in fen."""
        return max(int(self.money[name].max()) for name in self.coding.money_names if name != DEMAND)

    @cached_property
    def is_known(self) -> bool:
        """Whether every amount is known, besides incomes that are not verified and demands not stated."""
        names = [name for name in self.coding.money_names if name not in (INCOME, DEMAND)]
        return all(int(self.money[name].min()) >= 0 for name in names)

    @classmethod
    def from_columns(
        cls, coding: Coding, codes: Mapping[str, Codes], *, money: Mapping[str, Fen], requested: Fen
    ) -> Book:
        """A book from stored columns of codes; BookError names the column and the row that is wrong."""
        _check_names("codes", codes, coding.names)
        for name, place in coding.places.items():
            _check_column(name, codes[name], np.uint8, len(requested))
            _check_codes(name, codes[name], place.cells)
        return cls.from_matrix(coding, coding.pack(codes, len(requested)), money=money, requested=requested)

    @classmethod
    def from_matrix(cls, coding: Coding, codes: Codes, *, money: Mapping[str, Fen], requested: Fen) -> Book:
        """A book from stored rows of codes; BookError names the column and the row that is wrong."""
        _check_column("requested", requested, np.int64, len(requested))
        _check_rows(len(requested))
        _check_amounts("requested", requested, low=0)
        if codes.dtype != np.uint8 or codes.shape != (len(requested), coding.width):
            raise BookError(
                f"codes: expected {len(requested)} rows of {coding.width} bytes (uint8), not"
                f" {'x'.join(map(str, codes.shape))} of {codes.dtype}"
            )
        _check_names("money", money, coding.money_names)
        for name in coding.money_names:
            _check_column(name, money[name], np.int64, len(requested))
            if name != DEMAND:
                _check_amounts(name, money[name], low=UNKNOWN_FEN)
        for byte, (group, size) in enumerate(zip(coding.groups, coding.sizes, strict=True)):
            _check_codes(" x ".join(group), codes[:, byte], size)
        return cls(coding, np.ascontiguousarray(codes), dict(money), requested)

    def columns(self) -> dict[str, Codes]:
        """The codes of every input by name."""
        places = self.coding.places.items()
        return {name: place.codes(self.codes[:, place.byte]).astype(np.uint8) for name, place in places}

    def take(self, rows: Rows) -> Book:
        """The book of some rows."""
        money = {name: fen[rows] for name, fen in self.money.items()}
        return Book(self.coding, self.codes[rows], money, self.requested[rows])


def code_book(
    coding: Coding,
    columns: Mapping[str, Sequence[Any] | npt.NDArray[Any]],
    *,
    amounts: Sequence[Any] | npt.NDArray[Any],
    purposes: Sequence[str],
    terms: Sequence[int] | npt.NDArray[Any],
) -> Book:
    """Code facts, column by column; `amounts` in CNY, `terms` in the product's unit.

    Raises InputError that names the input and the first wrong row.
    """
    rows = len(amounts)
    _check_rows(rows)
    codes = {}
    for name, coder in coding.coders.items():
        if name in (PURPOSE, *TERMS):
            column: Any = purposes if name == PURPOSE else terms
        elif coder.spec is not None:
            column = column_of(coder.spec, columns, rows)
        elif name in columns:
            column = columns[name]
        else:
            raise InputError(name, "a column (it is missing)")
        if len(column) != rows:
            raise BookError(f"{name}: {len(column)} rows instead of {rows}")
        codes[name] = coder.encode(column)
    money = {name: _money(coding, name, columns, rows) for name in coding.money_names}
    return Book(coding, coding.pack(codes, rows), money, _fen("amount", amounts))


def _money(coding: Coding, name: str, columns: Mapping[str, Any], rows: int) -> Fen:
    """One column of money; the coders have checked every value."""
    if name == INCOME:
        return _incomes(columns[name])
    if name == DEMAND:
        return _demands(coding, columns, rows)
    spec = coding.coders[name].spec
    assert spec is not None, "money besides the income is an input"
    return _fen(name, column_of(spec, columns, rows))


def _fen(name: str, column: Any) -> Fen:
    """Fen of amounts in CNY, -1 for unknown; InputError names the first row that is no amount."""
    if isinstance(column, np.ndarray):
        if (
            column.dtype.kind in "iu"
            and column.size
            and column.min() >= 0
            and column.max() <= MOST_FEN // FEN
        ):
            return column.astype(np.int64) * FEN
        column = column.tolist()
    found = np.empty(len(column), np.int64)
    for row, value in enumerate(column):
        try:
            found[row] = UNKNOWN_FEN if _is_unknown(name, value) else to_fen(name, value)
        except InputError as error:
            raise InputError(name, f"{error.expected} (row {row})") from None
    return found


def _is_unknown(name: str, value: Any) -> bool:
    return name != "amount" and (value is None or isinstance(value, str))


def _incomes(column: Any) -> Fen:
    """Verified income in fen as the limit reads it, -1 where it is not verified."""
    values = _plain(column)
    fen = [
        UNKNOWN_FEN
        if isinstance(value, str)
        else income_fen(float(value) if isinstance(value, Decimal) else value)
        for value in values
    ]
    for row, value in enumerate(fen):
        if value > MOST_FEN:
            raise InputError(INCOME, f"at most {MOST_FEN // FEN} (row {row})")
    return np.array(fen, np.int64)


def _demands(coding: Coding, columns: Mapping[str, Any], rows: int) -> Fen:
    """Working capital that the coming year needs, by the single path; NOT_STATED where it is not told."""
    specs: list[InputSpec] = []
    for name in DEMAND_INPUTS:
        spec = coding.coders[name].spec
        assert spec is not None, "the demand is made of inputs"
        specs.append(spec)
    told = [_plain(column_of(spec, columns, rows)) for spec in specs]
    found = np.full(rows, NOT_STATED, np.int64)
    for row, values in enumerate(zip(*told, strict=True)):
        if None not in values:
            read = {spec.name: read_input(spec, value) for spec, value in zip(specs, values, strict=True)}
            demand = demand_of(read)
            if demand is not None:
                found[row] = max(min(demand, NOT_STATED), -NOT_STATED)
    return found


def _plain(column: Any) -> Any:
    """A column as Python values, which the single path reads."""
    return column.tolist() if isinstance(column, np.ndarray) else column


def _check_rows(rows: int) -> None:
    if rows == 0:
        raise BookError("requested: expected at least one row, the book is empty")


def _check_names(what: str, given: Mapping[str, Any], expected: Sequence[str]) -> None:
    for name in expected:
        if name not in given:
            raise BookError(f"{name}: expected a column of {what} (it is missing)")
    for name in given:
        if name not in expected:
            raise BookError(f"{name}: no column of {what} in this coding")


def _check_column(name: str, column: Any, dtype: Any, rows: int) -> None:
    if not isinstance(column, np.ndarray) or column.dtype != dtype or column.ndim != 1:
        kind = getattr(column, "dtype", type(column).__name__)
        raise BookError(f"{name}: expected one column of {np.dtype(dtype)}, not {kind}")
    if len(column) != rows:
        raise BookError(f"{name}: {len(column)} rows instead of {rows}")


def _check_amounts(name: str, column: Fen, *, low: int) -> None:
    if len(column) and not (column.min() >= low and column.max() <= MOST_FEN):
        row = int(np.argmax((column < low) | (column > MOST_FEN)))
        raise BookError(f"{name}: expected fen from {low} to {MOST_FEN} (row {row})")


def _check_codes(name: str, column: Codes, cells: int) -> None:
    if len(column) and column.max() >= cells:
        row = int(np.argmax(column >= cells))
        raise BookError(f"{name}: code {column[row]}, expected one from 0 to {cells - 1} (row {row})")
