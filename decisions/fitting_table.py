"""A table to fit on, read line by line from CSV; a broken line is named and nothing is made of the rest."""

from __future__ import annotations

import csv
import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

MOST_COLUMNS: Final = 2000
UNNAMEABLE: Final = "�"


class FitError(ValueError):
    """A scorecard cannot be made of this; the message names the line and the column, or what is missing."""


@dataclass(frozen=True)
class Table:
    """Columns of numbers (NaN where a cell is empty) and the target, 1 for what must not happen."""

    columns: dict[str, array[float]]
    target: array[float]

    @property
    def rows(self) -> int:
        """How many lines were read."""
        return len(self.target)


def read_fit_table(path: Path, *, target: str, leave_out: Sequence[str] = ()) -> Table:
    """Read every column but those left out; raises FitError with the line and the column of what is wrong."""
    try:
        # What is no UTF-8 comes through marked, so that its line can be named.
        with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            return _read(file, path.name, target, leave_out)
    except OSError as error:
        raise FitError(f"{path}: {error.strerror or 'cannot be read'}") from error


def read_names(path: Path) -> list[str]:
    """The names in the first line."""
    try:
        with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            return _header(_records(file, path.name), path.name)
    except OSError as error:
        raise FitError(f"{path}: {error.strerror or 'cannot be read'}") from error


def _read(file: TextIO, name: str, target: str, leave_out: Sequence[str]) -> Table:
    records = _records(file, name)
    names = _header(records, name)
    for wanted in (target, *leave_out):
        if wanted not in names:
            raise FitError(f"{name}: there is no column {wanted!r}; there are {', '.join(names[:40])}")
    used = [(at, each, array("d")) for at, each in enumerate(names) if each not in (target, *leave_out)]
    at_target, targets = names.index(target), array("d")
    for line, cells in records:
        if len(cells) != len(names):
            raise FitError(f"{name}, line {line}: {len(cells)} cells where the header has {len(names)}")
        for at, each, values in used:
            values.append(_number(cells[at], name, line, each))
        targets.append(_flag(cells[at_target], name, line, target))
    if not 0 < sum(targets) < len(targets):
        raise FitError(f"{name}, column {target}: both 0 and 1 are needed")
    return Table({each: values for _, each, values in used}, targets)


def _records(file: TextIO, name: str) -> Iterator[tuple[int, list[str]]]:
    """The records with the line on which each begins; empty lines are left out."""
    reader = csv.reader(file, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FitError(f"{name}, line {line}: no CSV ({error})") from None
        if cells:
            yield line, cells


def _header(records: Iterator[tuple[int, list[str]]], name: str) -> list[str]:
    _, names = next(records, (1, []))
    names = [one.strip() for one in names]
    if not names:
        raise FitError(f"{name}: the file is empty")
    for at, one in enumerate(names):
        if not one or UNNAMEABLE in one or one in names[:at] or at >= MOST_COLUMNS:
            raise FitError(f"{name}, line 1: column {at + 1} needs a name of its own in UTF-8")
    return names


def _number(cell: str, name: str, line: int, column: str) -> float:
    text = cell.strip()
    if not text:
        return math.nan
    try:
        value = float(text) if text[-1:].isdigit() or text[-1:] == "." else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in text:
        raise FitError(f"{name}, line {line}, column {column}: expected a finite number or nothing")
    return value


def _flag(cell: str, name: str, line: int, column: str) -> float:
    value = _number(cell, name, line, column)
    if value not in (0, 1):
        raise FitError(f"{name}, line {line}, column {column}: expected 0 or 1")
    return value
