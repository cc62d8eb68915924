"""From stored records to a book that the engine decides, and back to readable facts; nothing per row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from assessment import InputError, Policy
from assessment.book import Book, BookDecisions, Coding, decide
from assessment.book_coding import PURPOSE, Coder
from core.copying import Rows, read_packed
from decisions.book_entries import PRODUCT
from decisions.book_layout import MOST_SMALL, Field, Layout
from decisions.freezing import thaw_context

COLUMNS: Final = (("applicant_id", ">i8"), ("standing_id", ">i8"))
_MOST_WHOLE: Final = MOST_SMALL + 1
_NOT_POSSIBLE: Final = 255


def read_entries(*, layout: Layout, first: int, last: int) -> Rows:
    """The entries of a range of applicants, in order, with `codes` as the records of the layout."""
    where = f"applicant_id BETWEEN {int(first)} AND {int(last)} AND layout = {layout.checksum}"
    return read_packed(
        f"SELECT * FROM decisions_bookentry WHERE {where} ORDER BY applicant_id",  # noqa: S608  whole numbers
        "int8send(applicant_id) || int8send(standing_id) || codes",
        np.dtype([*COLUMNS, ("codes", f"V{layout.record.itemsize}")]),
    )


def records_of(entries: Rows, layout: Layout) -> Rows:
    """The records inside the entries."""
    return np.ascontiguousarray(entries["codes"]).view(layout.record)


@dataclass(frozen=True, eq=False)
class Encoder:
    """Turns records into a book for some policies; made once and used for every chunk."""

    layout: Layout
    policies: tuple[Policy, ...]

    def book(self, records: Rows) -> Book:
        """The book of these records."""
        codes = {name: self._codes(name, records) for name in self.coding.names}
        money = {name: np.maximum(records[name], -1) for name in self.coding.money_names}
        requested = np.maximum(records["amount_fen"], self._least)
        return Book.from_columns(self.coding, codes, money=money, requested=requested)

    @cached_property
    def coding(self) -> Coding:
        """One coding for all the policies."""
        return Coding.for_policies(self.policies, PRODUCT)

    @cached_property
    def _least(self) -> int:
        """What remains of a small line is assessed as the least that can be asked for."""
        return max(int(policy.products[PRODUCT].minimum) * 100 for policy in self.policies)

    @cached_property
    def _fields(self) -> Mapping[str, Field]:
        return {field.name: field for field in self.layout.fields}

    @cached_property
    def _tables(self) -> Mapping[str, npt.NDArray[np.uint8]]:
        """Per input the codes of its first whole numbers from the start, of its states from the end."""
        tables = {
            name: _table(self.coding.coders[name], self._fields[name])
            for name in self.coding.names
            if name != PURPOSE
        }
        purposes = [self.coding.coders[PURPOSE].code(name) for name in self.layout.purposes]
        return {**tables, PURPOSE: np.array(purposes, np.uint8)}

    def _codes(self, name: str, records: Rows) -> Any:
        if name == PURPOSE:
            return self._tables[name][records["asked_purpose"]]
        coder, column, table = self.coding.coders[name], records[name], self._tables[name]
        kind = self._fields[name].kind
        if kind not in ("number", "money", "integer"):
            found = table[column]
        else:
            values = column / 100 if kind == "money" else column
            is_state = column < 0
            found = coder.encode(np.maximum(values, 0.0))
            found[is_state] = table[column[is_state].astype(np.int64)]
        if len(coder.cells) <= _NOT_POSSIBLE and (found == _NOT_POSSIBLE).any():
            row = int(np.argmax(found == _NOT_POSSIBLE))
            raise InputError(name, f"a value that the policy knows (row {row})")
        return found


def _table(coder: Coder, field: Field) -> npt.NDArray[np.uint8]:
    if field.kind == "flag":
        numbers = np.array([coder.code(value) for value in (False, True)], np.uint8)
    elif field.kind == "small":
        numbers = coder.encode(np.arange(_MOST_WHOLE, dtype=np.float64))
    else:
        numbers = np.zeros(0, np.uint8)
    states = [_code_of_state(coder, state) for state in reversed(field.states)]
    return np.concatenate([numbers, np.array(states, np.uint8)])


def _code_of_state(coder: Coder, state: str | None) -> int:
    try:
        return coder.code(state)
    except InputError:
        return _NOT_POSSIBLE


@dataclass(frozen=True)
class Decided:
    """Some rows of a chunk, all of one jurisdiction, and what the engine made of them."""

    rows: npt.NDArray[np.intp]
    result: BookDecisions


def decide_records(
    *, encoder: Encoder, policy: Policy, market: str, contexts: Mapping[str, Any], records: Rows
) -> Iterator[Decided]:
    """Decide every record with the context of its jurisdiction."""
    for code in np.unique(records["jurisdiction"]):
        rows = np.flatnonzero(records["jurisdiction"] == code)
        part = records if len(rows) == len(records) else records[rows]
        context = thaw_context(contexts[code.decode()])
        yield Decided(rows, decide(encoder.book(part), policy, market=market, context=context))


def granted(result: BookDecisions) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Limit in CNY and annual rate in thousandths of a percent that are given; 0 and -1 where none is."""
    gives = result.outcome >= result.outcomes.index("counter")
    limit = np.where(gives, result.limit_high, 0).astype(np.int32)
    thousandths = np.full(256, -1, np.int32)
    thousandths[: len(result.rates)] = [int(rate * 1000) for rate in result.rates]
    rate = np.where(gives, thousandths[result.rate], -1).astype(np.int32)
    return limit, rate
