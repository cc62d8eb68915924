"""How one applicant's inputs stand in a record of constant length; pure.

The record does not depend on a policy: numbers stay numbers, states are their negative place in a list. Any
version, also one that is drafted tomorrow, can be run over the same records, and a record can be read back.
"""

import json
import math
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from applicants.characteristics import Characteristic

UNKNOWN: Final = "unknown"
_KINDS: Final = {
    "integer": "i", "small": "h", "number": "d", "money": "q", "flag": "b", "state": "h",
    "code": "h", "event": "h",
}  # fmt: skip
_NUMPY: Final = {"i": "<i4", "d": "<f8", "q": "<i8", "b": "i1", "h": "<i2"}
HEAD: Final = (
    ("applicant", "q", "<i8"),
    ("standing_id", "q", "<i8"),
    ("jurisdiction", "4s", "S4"),
    ("amount_fen", "q", "<i8"),
    ("asked_purpose", "h", "<i2"),
    ("term", "h", "<i2"),
    ("standing", "b", "i1"),
    ("standing_cny", "i", "<i4"),
    ("standing_rate", "i", "<i4"),
    ("standing_cause", "4s", "S4"),
    ("line", "b", "i1"),
)
"""Who, what was asked for, and what stands: outcome's place, limit in CNY, rate in thousandths of a percent.

The term is in the product's unit. Keys stand inside, so that many records are read as one value.
"""

MOST_SMALL: Final = 4_000
NO_LINE, OFFERED_LINE, LINE_IN_USE = 0, 1, 2


class LayoutError(ValueError):
    """A value cannot stand in the record; the message names the input."""


@dataclass(frozen=True)
class Field:
    """One input: its kind, and every value of it that is no number, in order."""

    name: str
    kind: str
    states: tuple[str | None, ...]
    lowest: int = 0
    """States stand below every number: below zero, or below this where numbers may be negative."""

    def code(self, value: Any) -> float:
        """The value as the record holds it."""
        if value is None or isinstance(value, str):
            if value not in self.states:
                raise LayoutError(f"{self.name}: {value!r}")
            return self.lowest - 1 - self.states.index(value)
        if self.kind == "money":
            fen: int = round(value * 100)
            return fen
        return float(value) if self.kind == "number" else int(value)

    def value(self, code: float) -> Any:
        """The value that a code stands for."""
        if code < self.lowest:
            return self.states[int(self.lowest - 1 - code)]
        if self.kind == "flag":
            return bool(code)
        if self.kind == "money":
            code = code / 100
        return int(code) if code == int(code) else float(code)


@dataclass(frozen=True)
class Layout:
    """The fields of a record in order, and the purposes by place."""

    fields: tuple[Field, ...]
    purposes: tuple[str, ...]

    @cached_property
    def checksum(self) -> int:
        """A number that changes when a record written earlier must be written anew."""
        return zlib.crc32(json.dumps(self.to_json(), sort_keys=True).encode()) - 2**31

    @cached_property
    def packer(self) -> struct.Struct:
        """Packs one record."""
        head = "".join(code for _name, code, _type in HEAD)
        return struct.Struct("<" + head + "".join(_KINDS[field.kind] for field in self.fields))

    @cached_property
    def record(self) -> np.dtype[Any]:
        """The same record for numpy."""
        head = [(name, kind) for name, _code, kind in HEAD]
        return np.dtype([*head, *((field.name, _NUMPY[_KINDS[field.kind]]) for field in self.fields)])

    def pack(self, head: Mapping[str, Any], facts: Mapping[str, Any]) -> bytes:
        """The record of one applicant."""
        values = [head[name] for name, _code, _type in HEAD]
        return self.packer.pack(*values, *(field.code(facts[field.name]) for field in self.fields))

    def unpack(self, codes: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
        """The head and the facts of a record."""
        values = self.packer.unpack(codes)
        head = dict(zip((name for name, _code, _type in HEAD), values[: len(HEAD)], strict=True))
        found = zip(self.fields, values[len(HEAD) :], strict=True)
        return head, {field.name: field.value(code) for field, code in found}

    def to_json(self) -> dict[str, Any]:
        """The layout as a run freezes it."""
        fields = [[field.name, field.kind, list(field.states), field.lowest] for field in self.fields]
        return {"fields": fields, "purposes": list(self.purposes)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Layout":
        """The layout that a run froze."""
        fields = tuple(
            Field(name, kind, tuple(states), lowest) for name, kind, states, lowest in document["fields"]
        )
        return cls(fields, tuple(document["purposes"]))


def make_layout(
    dictionary: Mapping[str, Characteristic], purposes: Sequence[str], *, is_person: bool
) -> Layout:
    """The layout of everything that can be known about a person, or about a firm."""
    known = [one for one in dictionary.values() if not one.virtual]
    return Layout(
        tuple(_field(one) for one in known if one.applies_to(is_person=is_person)), tuple(sorted(purposes))
    )


def _field(one: Characteristic) -> Field:
    lowest = min(math.floor(one.minimum or 0), 0)
    if lowest and one.value_type != "number":
        raise LayoutError(f"{one.name}: only plain numbers may be below zero")
    states = [UNKNOWN, *(state for state in one.states if state != UNKNOWN)]
    nothing = [None] if one.missing is None or one.value_type == "event" else []
    is_small = one.value_type == "integer" and (one.maximum or MOST_SMALL + 1) <= MOST_SMALL
    return Field(one.name, "small" if is_small else one.value_type, (*states, *nothing), lowest)
