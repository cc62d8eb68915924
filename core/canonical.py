"""One byte form for each JSON value, so that a hash means the same thing today and in ten years."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def plain(value: object) -> Json:
    """Return the value with only what survives a round trip: floats and decimals as text, instants in UTC."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, (str, float, Decimal)):
        return str(value)
    if isinstance(value, date):
        return _plain_date(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes | bytearray):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [plain(item) for item in items]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _plain_date(value: date) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat()


def canonical_json(value: object) -> bytes:
    """Return the value as UTF-8 JSON with sorted keys, no spaces and no floats."""
    return _ENCODER.encode(plain(value)).encode("utf-8")
