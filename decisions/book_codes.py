"""From stored records to a book that the engine decides, and back to readable facts; nothing per row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from assessment import InputError, Policy
from assessment.book import Book, BookDecisions, Coding, decide
from assessment.book_coding import PURPOSE, TERMS, Coder
from assessment.book_columns import NOT_STATED
from assessment.book_layout import DEMAND
from assessment.inputs import read_input
from assessment.limits import DEMAND_INPUTS, demand_of
from core.copying import Rows, read_packed
from decisions.book_layout import MOST_SMALL, Field, Layout
from decisions.book_products import PLACES
from decisions.freezing import thaw_context

_LONGEST_TERM: Final = 1_000
_MOST_WHOLE: Final = MOST_SMALL + 1
_NOT_POSSIBLE: Final = 255
_ASKED: Final = {PURPOSE: "asked_purpose", **dict.fromkeys(TERMS, "term")}


def read_entries(*, product: str, layout: Layout, first: int, last: int) -> Rows:
    """The records of a product for a range of applicants, in the order of their keys."""
    where = f"product = {PLACES[product]} AND applicant_id BETWEEN {int(first)} AND {int(last)}"
    records = read_packed(
        f"SELECT codes FROM decisions_bookentry WHERE {where} AND layout = {layout.checksum}",  # noqa: S608
        "codes",
        layout.record,
    )
    # They mostly lie in order; sorting here is cheaper than there, where it spills to disk.
    keys = records["applicant"]
    return records if (keys[1:] > keys[:-1]).all() else records[np.argsort(keys)]


@dataclass(frozen=True, eq=False)
class Encoder:
    """Turns records of one product into a book for some policies; made once and used for every chunk."""

    product: str
    layout: Layout
    policies: tuple[Policy, ...]

    def book(self, records: Rows) -> Book:
        """The book of these records."""
        codes = {name: self._codes(name, records) for name in self.coding.names}
        money = {name: self._money(name, records) for name in self.coding.money_names}
        requested = np.maximum(records["amount_fen"], self._least)
        return Book.from_columns(self.coding, codes, money=money, requested=requested)

    @cached_property
    def coding(self) -> Coding:
        """One coding for all the policies."""
        return Coding.for_policies(self.policies, self.product)

    @cached_property
    def _least(self) -> int:
        """What remains of a small line is assessed as the least that can be asked for."""
        return max(int(policy.products[self.product].minimum) * 100 for policy in self.policies)

    @cached_property
    def _fields(self) -> Mapping[str, Field]:
        return {field.name: field for field in self.layout.fields}

    @cached_property
    def _tables(self) -> Mapping[str, npt.NDArray[np.uint8]]:
        """Per input the codes of its first whole numbers from the start, of its states from the end."""
        tables = {
            name: _table(self.coding.coders[name], self._fields[name])
            for name in self.coding.names
            if name not in _ASKED
        }
        purposes = [self.coding.coders[PURPOSE].code(name) for name in self.layout.purposes]
        terms = {name: _terms(self.coding.coders[name]) for name in TERMS if name in self.coding.names}
        return {**tables, **terms, PURPOSE: np.array(purposes, np.uint8)}

    def _money(self, name: str, records: Rows) -> npt.NDArray[np.int64]:
        if name == DEMAND:
            return self._demands(records)
        amounts: npt.NDArray[np.int64] = np.maximum(records[name], -1)
        return amounts

    def _demands(self, records: Rows) -> npt.NDArray[np.int64]:
        """Working capital that the coming year needs, reckoned as the single path does, where told."""
        fields = [self._fields[name] for name in DEMAND_INPUTS]
        specs = [self.policies[0].inputs[name] for name in DEMAND_INPUTS]
        told = np.logical_and.reduce([records[field.name] >= field.lowest for field in fields])
        found = np.full(len(records), NOT_STATED, np.int64)
        for row in np.flatnonzero(told):
            stated = (field.value(records[field.name][row].item()) for field in fields)
            demand = demand_of(
                {spec.name: read_input(spec, value) for spec, value in zip(specs, stated, strict=True)}
            )
            if demand is not None:
                found[row] = demand
        return found

    def _codes(self, name: str, records: Rows) -> Any:
        if name in _ASKED:
            return self._known(name, self._tables[name][records[_ASKED[name]]])
        coder, column, table = self.coding.coders[name], records[name], self._tables[name]
        kind, lowest = self._fields[name].kind, self._fields[name].lowest
        if kind not in ("number", "money", "integer"):
            found = table[column]
        else:
            values = column / 100 if kind == "money" else column
            is_state = column < lowest
            found = coder.encode(np.maximum(values, float(lowest)))
            found[is_state] = table[column[is_state].astype(np.int64) - lowest]
        return self._known(name, found)

    def _known(self, name: str, found: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """The codes, if the policies know each of them."""
        if len(self.coding.coders[name].cells) <= _NOT_POSSIBLE and (found == _NOT_POSSIBLE).any():
            row = int(np.argmax(found == _NOT_POSSIBLE))
            raise InputError(name, f"a value that the policy knows (row {row})")
        return found


def _terms(coder: Coder) -> npt.NDArray[np.uint8]:
    """The code of every term that the product has."""
    table = np.full(_LONGEST_TERM, _NOT_POSSIBLE, np.uint8)
    for term in coder.states:
        table[int(str(term))] = coder.code(term)
    return table


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
