"""Rows of constant length through COPY BINARY, as numpy structures: nothing is parsed field by field."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.db import connection

Rows = npt.NDArray[Any]
_HEADER: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER: Final = b"\xff\xff"
_BLOCK: Final = 1 << 20


class NotConstantError(ValueError):
    """A row that was read has another length than expected; such rows need a parser."""


def row_type(columns: Sequence[tuple[str, str]]) -> np.dtype[Any]:
    """The structure of a row in COPY BINARY: before each value its length; values are big-endian or bytes."""
    fields: list[tuple[str, str]] = [("_columns", ">i2")]
    for name, kind in columns:
        fields += [(f"_{name}", ">i4"), (name, kind)]
    return np.dtype(fields)


def read_rows(query: str, columns: Sequence[tuple[str, str]]) -> Rows:
    """Read a query whose columns never are null; raises NotConstantError for what does not fit."""
    kind = row_type(columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)") as copy:
        data = b"".join(copy)
    body = len(data) - len(_HEADER) - len(_TRAILER)
    if body % kind.itemsize:
        raise NotConstantError(f"{body} bytes are no rows of {kind.itemsize}")
    rows = np.frombuffer(data, kind, body // kind.itemsize, len(_HEADER))
    for name, _type in columns:
        if len(rows) and not (rows[f"_{name}"] == kind[name].itemsize).all():
            raise NotConstantError(name)
    return rows


def write_rows(
    table: str, columns: Sequence[tuple[str, str]], values: Mapping[str, npt.NDArray[Any]], count: int
) -> None:
    """Append rows to a table; a value may be one for all."""
    kind = row_type(columns)
    rows = np.empty(count, kind)
    rows["_columns"] = len(columns)
    for name, _type in columns:
        rows[f"_{name}"] = kind[name].itemsize
        rows[name] = values[name]
    names = ", ".join(connection.ops.quote_name(name) for name, _type in columns)
    statement = f"COPY {connection.ops.quote_name(table)} ({names}) FROM STDIN (FORMAT BINARY)"
    data = memoryview(rows.view(np.uint8).reshape(-1)) if count else memoryview(b"")
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(_HEADER)
        for start in range(0, len(data), _BLOCK):
            copy.write(data[start : start + _BLOCK])
        copy.write(_TRAILER)
