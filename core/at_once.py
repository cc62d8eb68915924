"""One statement that writes to the tables of several apps, or to none: each app adds the part it owns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from core.prepared import fetch_prepared


@dataclass(frozen=True)
class Part:
    """What one app writes: named steps of the statement, their values in order, and what is said at the end.

    A step that writes takes its rows from `made`, the key of the first part's row; there is none when that
    wrote nothing, and then nothing at all is written.
    """

    steps: LiteralString
    values: Sequence[Any]
    says: LiteralString = ""


def write_at_once(first: Part, *others: Part) -> int | None:
    """Write the one row of `first` with all that belongs to it, and return its key, or None if it was not."""
    parts = (first, *others)
    steps = ",\n".join(part.steps for part in parts)
    said = "".join(f", {part.says}" for part in parts if part.says)
    sql: LiteralString = f"WITH {steps}\nSELECT made.id{said} FROM made"
    row = fetch_prepared(sql, [value for part in parts for value in part.values])
    return None if row is None else int(row[0])
