"""Scoring a JSON list of rows with a card: one JSON object a row, with its score and reasons or its error."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from assessment.errors import PmmlError
from assessment.pmml_card import Card
from assessment.pmml_numbers import to_json_number


def read_rows(source: bytes) -> list[Any]:
    """The rows of a JSON list; numbers keep the digits that are written. PmmlError names the line."""
    try:
        rows = json.loads(
            source.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_not_a_number,
            object_pairs_hook=_unique,
        )  # fmt: skip
    except UnicodeDecodeError as error:
        raise PmmlError("rows", f"no UTF-8 text at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise PmmlError("rows", f"no JSON: {error.msg} at column {error.colno}", line=error.lineno) from None
    except RecursionError:
        raise PmmlError("rows", "lists and objects are nested too deeply") from None
    except ValueError as error:
        if isinstance(error, PmmlError):
            raise
        raise PmmlError("rows", "a whole number has too many digits") from None
    if not isinstance(rows, list):
        raise PmmlError("rows", "expected a list of objects")
    return rows


def _not_a_number(_text: str) -> float:
    """NaN and the infinities are no JSON; the row that holds one is refused, and the others are scored."""
    return math.nan


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for at, (name, _) in enumerate(pairs) if name in dict(pairs[:at]))
        raise PmmlError("rows", f"an object names {twice!r} twice")
    return found


def score_rows(card: Card, rows: list[Any]) -> Iterator[dict[str, Any]]:
    """For each row `score`, `reasons` (codes in order) and `points` (gap by code), or `error`.

    Numbers are whole where they can be. A row is an object by field name; a field that is absent or null is
    missing; names that the card does not know are left aside.
    """
    for row in rows:
        if not isinstance(row, dict):
            yield {"error": "row: expected an object"}
            continue
        try:
            scored = card.score(row)
        except PmmlError as error:
            yield {"error": str(error)}
            continue
        yield {
            "score": to_json_number(scored.score),
            "reasons": list(scored.reasons),
            "points": {code: to_json_number(gap) for code, gap in scored.gaps},
        }
