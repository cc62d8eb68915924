"""The dictionary of characteristics: what each input of a decision is, and which values it can have."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from applicants.vocabularies import ShownLabel, get_vocabularies
from core.catalogues import get_catalogue
from core.errors import InputError

UNKNOWN = "unknown"
TYPES = frozenset({"integer", "number", "money", "flag", "state", "code", "event"})
NUMERIC = frozenset({"integer", "number", "money"})
APPLIES = frozenset({"personal", "enterprise", "both", "supply_chain_finance"})
MISSING_NOT_SET = object()

Value = int | float | str | bool | None
Words = Mapping[str, str]


class FactValueError(InputError):
    """A value that the characteristic cannot have."""

    code = "fact-value"
    default_message = _("%(characteristic)s cannot have this value. Expected: %(expected)s.")


@dataclass(frozen=True)
class Characteristic:
    """One input: its type, unit, range, states, sources, structured detail and labels."""

    name: str
    applies: str
    value_type: str
    unit: str
    label: Words
    minimum: float | None = None
    maximum: float | None = None
    states: tuple[str, ...] = ()
    source_kinds: tuple[str, ...] = ()
    detail_keys: Mapping[str, str] = field(default_factory=dict)
    companions: tuple[str, ...] = ()
    values: Mapping[str, Words] = field(default_factory=dict)
    missing: Any = MISSING_NOT_SET
    derived: str = ""
    virtual: str = ""
    vocabulary: str = ""

    def applies_to(self, *, is_person: bool) -> bool:
        """Whether persons, or firms, can have it."""
        return self.applies == "both" or (self.applies == "personal") is is_person

    @property
    def expected(self) -> ShownLabel:
        """In short, which values are possible, in words with their codes."""
        return ShownLabel({key: self._expected_in(key) for key in ("zh", "en")})

    def _expected_in(self, key: str) -> str:
        joint, mark = ("\u3001", "{}\uff08{}\uff09") if key == "zh" else (", ", "{} ({})")
        states = [mark.format(self.values[state][key], state) for state in self.states]
        if self.value_type in NUMERIC:
            span = f"{self.minimum:g} - {self.maximum:g}" if self.maximum is not None else ""
            return joint.join(filter(None, [span, *states]))
        if self.value_type == "flag":
            return "true, false"
        return joint.join(states) or self.value_type


def read_characteristics(
    document: Mapping[str, Any], vocabularies: Mapping[str, Mapping[str, Words]] | None = None
) -> dict[str, Characteristic]:
    """Return the characteristics of a document by name; codes take their words from vocabularies."""
    words = vocabularies or {}
    return {name: _read(name, entry, words) for name, entry in document.items()}


def _read(name: str, entry: Mapping[str, Any], words: Mapping[str, Mapping[str, Words]]) -> Characteristic:
    vocabulary = entry.get("vocabulary", "")
    values = {**words.get(vocabulary, {}), **entry.get("values", {})}
    return Characteristic(
        name=name,
        applies=entry["applies"],
        value_type=entry["type"],
        unit=entry["unit"],
        label=entry["label"],
        minimum=entry.get("min"),
        maximum=entry.get("max"),
        states=tuple(values),
        source_kinds=tuple(entry.get("sources", ())),
        detail_keys=entry.get("detail", {}),
        companions=tuple(entry.get("companions", ())),
        values=values,
        missing=entry.get("missing", MISSING_NOT_SET),
        derived=entry.get("derived", ""),
        virtual=entry.get("virtual", ""),
        vocabulary=vocabulary,
    )


def check_value(
    characteristic: Characteristic, value: object, detail: Mapping[str, Any] | None = None
) -> Value:
    """Return the value as it is stored, or raise FactValueError; the detail is checked too."""
    _check_detail(characteristic, detail or {})
    if value == UNKNOWN and characteristic.missing == UNKNOWN:
        return UNKNOWN
    if isinstance(value, str) and value in characteristic.states:
        return value
    checked = _CHECKS[characteristic.value_type](characteristic, value)
    if checked is None and not (value is None and _may_be_nothing(characteristic)):
        raise FactValueError(
            characteristic=ShownLabel(characteristic.label), expected=characteristic.expected
        )
    return checked


def _may_be_nothing(characteristic: Characteristic) -> bool:
    return characteristic.value_type == "event" or characteristic.missing is None


def _number(characteristic: Characteristic, value: object) -> Value:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        return None
    number = int(value) if value == int(value) else float(value)
    if characteristic.value_type == "integer" and isinstance(number, float):
        return None
    if characteristic.minimum is not None and number < characteristic.minimum:
        return None
    if characteristic.maximum is not None and number > characteristic.maximum:
        return None
    return round(number, 2) if characteristic.value_type == "money" and isinstance(number, float) else number


def _flag(_characteristic: Characteristic, value: object) -> Value:
    return value if isinstance(value, bool) else None


def _nothing(_characteristic: Characteristic, _value: object) -> Value:
    return None


_CHECKS = {
    "integer": _number, "number": _number, "money": _number,
    "flag": _flag, "state": _nothing, "code": _nothing, "event": _nothing,
}  # fmt: skip


def _check_detail(characteristic: Characteristic, detail: Mapping[str, Any]) -> None:
    for key, item in detail.items():
        kind = characteristic.detail_keys.get(key)
        if kind is None:
            raise FactValueError(
                _("%(characteristic)s has no detail called %(key)s."),
                characteristic=ShownLabel(characteristic.label), key=key,
            )  # fmt: skip
        if not is_detail(kind, item):
            raise FactValueError(
                _("The detail %(key)s of %(characteristic)s is not a %(kind)s."),
                characteristic=ShownLabel(characteristic.label), key=key, kind=kind,
            )  # fmt: skip


def is_detail(kind: str, item: object) -> bool:
    """Whether an item can be a detail of this kind, such as text, date, month or code."""
    if kind == "text" or kind.startswith("code:"):
        return isinstance(item, str) and 0 < len(item) <= 200
    if kind.startswith("codes:"):
        return isinstance(item, list) and bool(item) and all(isinstance(one, str) for one in item)
    if kind == "date":
        return isinstance(item, str) and _is_date(item)
    if kind == "month":
        return isinstance(item, str) and re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", item) is not None
    is_number = isinstance(item, int | float) and not isinstance(item, bool) and math.isfinite(item)
    return is_number and (kind != "integer" or isinstance(item, int))


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_read_dictionaries: dict[tuple[str, int], dict[str, Characteristic]] = {}


def get_dictionary() -> dict[str, Characteristic]:
    """Return the characteristics of the newest catalogue by name."""
    catalogue = get_catalogue("characteristics")
    vocabularies = get_vocabularies()
    key = (catalogue.content_hash, id(vocabularies))
    if key not in _read_dictionaries:
        _read_dictionaries[key] = read_characteristics(catalogue.document, vocabularies)
    return _read_dictionaries[key]
