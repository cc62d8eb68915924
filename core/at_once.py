"""One statement that writes to the tables of several apps, or to none: each app adds the part it owns."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString

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


def as_rows(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows as one value that a step takes apart again (`json_to_recordset`), with their times and bytes."""
    return _ROWS.encode(rows)


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"{type(value).__name__} cannot be written into a row")


# A list for each column, which psycopg writes value by value, takes several times as long.
_ROWS: Final = json.JSONEncoder(separators=(",", ":"), default=_written)


def write_at_once(first: Part, *others: Part) -> int | None:
    """Write the one row of `first` with all that belongs to it, and return its key, or None if it was not."""
    parts = (first, *others)
    steps = ",\n".join(part.steps for part in parts)
    said = "".join(f", {part.says}" for part in parts if part.says)
    sql: LiteralString = f"WITH {steps}\nSELECT made.id{said} FROM made"
    row = fetch_prepared(sql, [value for part in parts for value in part.values])
    return None if row is None else int(row[0])
