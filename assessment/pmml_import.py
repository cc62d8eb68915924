"""A PMML card as a policy's scorecard, only where a policy can say the same; all else is refused by name.

The scorecard gives the same points as the card for every row that the card scores: whole points, bins closed
on the right from 0, states by name. Nothing is rounded, widened or left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as kept
from fractions import Fraction
from typing import Any, Final, NamedTuple

from assessment.errors import PmmlError
from assessment.pmml_card import Attribute, Card, CardCharacteristic
from assessment.pmml_fields import InputField, MiningField, Plain
from assessment.pmml_numbers import parse_number, to_json_number
from assessment.pmml_predicates import Always, Compound, InSet, Predicate, Simple, fields_of

REMARKS: Final = ("dimension", "changes")
UNKNOWN: Final = "unknown"
_STATE_PREFIX: Final = "counts_as:"


class Imported(NamedTuple):
    """What a card gives a policy: a `scorecards` entry and the `baseline` entry that belongs to it."""

    scorecard: dict[str, Any]
    baseline: dict[str, Any]


def scorecard_of_card(
    card: Card, *, base: int, mapping: Mapping[str, Mapping[str, str]] | None = None
) -> Imported:
    """The scorecard that says the same as the card for every row a policy can be given.

    `mapping` gives input, dimension, reason and changes by characteristic where the card has no such remarks.
    Raises PmmlError that names what a policy cannot say; nothing is rounded or left out.
    """
    _check_frame(card, base)
    inputs = card.inputs
    described: dict[str, Any] = {}
    points: dict[str, int] = {}
    for at, one in enumerate(card.characteristics):
        place = one.place or f"Characteristic[{at + 1}]"
        remarks = {**dict(one.extensions), **(mapping or {}).get(one.name or "", {})}
        read = _only_field(one, inputs, place)
        name = remarks.get("input", read.data.name)
        if name in described:
            raise PmmlError(place, f"{name} is read by another characteristic already")
        described[name] = {
            **{remark: _remark(remarks, remark, place) for remark in REMARKS},
            "reason": remarks.get("reason") or _reason(one, place),
            "bins": _Bins(read, remarks, place).read(one.attributes),
        }
        baseline = card.baseline if one.baseline is None else one.baseline
        points[name] = _whole(baseline, place, "the baselineScore")
    return Imported(_with_dimensions(described), {"method": "max", "points": points})


def _check_frame(card: Card, base: int) -> None:
    if card.initial != base:
        raise PmmlError("Scorecard", f"initialScore: a policy starts from {base}")
    if not card.uses_reasons or card.algorithm != "pointsBelow":
        raise PmmlError("Scorecard", "a policy needs reason codes ranked by pointsBelow")
    for one in card.mining_fields:
        bare = MiningField(one.name, one.usage, one.optype, one.importance)
        if one.usage == "active" and one != bare:
            raise PmmlError(
                f"MiningField {one.name}", "a policy replaces no outliers, missing or invalid values"
            )
    for name, read in card.inputs.items():
        if any(value.prop != "valid" for value in read.data.values):
            raise PmmlError(f"DataField {name}", "a policy knows no codes for missing or invalid values")
        if read.data.intervals and not _is_from_zero(read):
            raise PmmlError(f"DataField {name}", "a policy takes every number from 0, and no other range")


def _only_field(one: CardCharacteristic, inputs: Mapping[str, InputField], place: str) -> InputField:
    names = {name for attribute in one.attributes for name in fields_of(attribute.predicate)}
    if len(names) != 1:
        raise PmmlError(place, f"a policy reads exactly one field in a characteristic, not {len(names)}")
    return inputs[names.pop()]


def _remark(remarks: Mapping[str, str], name: str, place: str) -> str:
    if name not in remarks:
        raise PmmlError(place, f"the mapping gives it no {name}")
    return remarks[name]


def _reason(one: CardCharacteristic, place: str) -> str:
    if one.reason is None or any(attribute.reason for attribute in one.attributes):
        raise PmmlError(place, "a policy has one reason code for the whole characteristic")
    return one.reason


def _whole(value: Fraction | None, place: str, what: str) -> int:
    if value is None or value.denominator != 1 or value < 0:
        raise PmmlError(place, f"{what}: a policy takes whole points from 0")
    return value.numerator


def _with_dimensions(described: Mapping[str, Any]) -> dict[str, Any]:
    dimensions: dict[str, int] = {}
    for one in described.values():
        most = max(each["pts"] for each in one["bins"])
        dimensions[one["dimension"]] = dimensions.get(one["dimension"], 0) + most
    return {"dimensions": dimensions, "characteristics": dict(described), "order": list(described)}


@dataclass
class _Bins:
    """Reads the attributes of one characteristic in order; ranges must follow one another from 0."""

    field: InputField
    remarks: Mapping[str, str]
    place: str
    _edge: Fraction | None = kept(default=None, init=False)
    _has_range: bool = kept(default=False, init=False)
    _takes_states: bool = kept(default=False, init=False)
    _is_missing_known: bool = kept(default=False, init=False)

    def read(self, attributes: tuple[Attribute, ...]) -> list[dict[str, Any]]:
        """The bins of a policy; PmmlError names the attribute that has no counterpart."""
        bins: list[dict[str, Any]] = []
        for one in attributes:
            where = one.place or self.place
            if one.expression is not None:
                raise PmmlError(where, "a policy has points, and no ComplexPartialScore")
            points = _whole(one.partial, where, "the partialScore")
            states = self._states(one.predicate, where)
            if states is None:
                bins.append({"max": self._upper(one.predicate, where), "pts": points})
            bins.extend(
                {"is": state, "pts": points, **self._counts_as(state, where)} for state in states or ()
            )
        return bins

    def _counts_as(self, state: str, place: str) -> dict[str, int | float]:
        text = self.remarks.get(f"{_STATE_PREFIX}{state}")
        if text is None:
            return {}
        value = parse_number(text)
        if value is None:
            raise PmmlError(place, f"{_STATE_PREFIX}{state}: expected a number")
        return {"counts_as": to_json_number(value)}

    def _states(self, predicate: Predicate, place: str) -> list[str] | None:
        """The states that a predicate names; None for a range of numbers."""
        if isinstance(predicate, Simple) and predicate.operator == "isMissing":
            self._is_missing_known = True
            return [UNKNOWN]
        if isinstance(predicate, Simple) and predicate.operator == "equal":
            return [self._state(predicate.value, place)]
        if isinstance(predicate, InSet) and predicate.operator == "isIn":
            return [self._state(member, place) for member in predicate.members]
        if not self.field.data.is_numeric:
            raise PmmlError(place, "a policy names each state; only equal and isIn can")
        return None

    def _state(self, value: Plain | None, place: str) -> str:
        if isinstance(value, str):
            return value
        names = [name for name, named in self.field.data.named.items() if named == value]
        if not names or not isinstance(value, Fraction) or value >= 0:
            raise PmmlError(place, "a single number is a state only below 0, and needs a name")
        if self._takes_states:
            raise PmmlError(place, "a range before it takes this value already")
        return names[0]

    def _upper(self, predicate: Predicate, place: str) -> int | float | None:
        """The upper edge of a range that begins where the one before ended; None for the rest."""
        if isinstance(predicate, Always) and not self._is_missing_known:
            raise PmmlError(place, "a policy gives missing values points of their own: isMissing comes first")
        found = _range_of(predicate, place)
        self._check_begin(found, place)
        self._has_range = True
        if found.high is None:
            return None
        if found.high < (self._edge or 0):
            raise PmmlError(place, "a policy's bins rise")
        self._edge = found.high
        return to_json_number(found.high)

    def _check_begin(self, found: _Range, place: str) -> None:
        is_first = not self._has_range
        if found.low is not None and (is_first or found.low != self._edge):
            raise PmmlError(place, "a policy's bins follow one another without gap or overlap, from 0")
        if is_first and not found.is_from_zero:
            if not _is_from_zero(self.field):
                raise PmmlError(place, "a policy's numbers begin at 0, and this range reaches below")
            self._takes_states = True


def _is_from_zero(read: InputField) -> bool:
    """Whether the dictionary takes all numbers from 0, and no others but named ones."""
    named = set(read.data.named.values())
    ranges = [one for one in read.data.intervals if one.left != one.right or one.left not in named]
    if len(ranges) != 1:
        return False
    only = ranges[0]
    return only.left == 0 and only.right is None and only.closure.startswith("closed")


class _Range(NamedTuple):
    """Numbers above `low` up to and including `high`; None where there is no such end."""

    low: Fraction | None
    high: Fraction | None
    is_from_zero: bool


def _range_of(predicate: Predicate, place: str) -> _Range:
    if isinstance(predicate, Always) and predicate.outcome:
        return _Range(None, None, is_from_zero=False)
    if isinstance(predicate, Compound) and predicate.connective != "and":
        raise PmmlError(place, "a policy's bin is one range; only and can join its ends")
    parts = predicate.parts if isinstance(predicate, Compound) else (predicate,)
    found: dict[str, Fraction] = {}
    for part in parts:
        bound = part.value if isinstance(part, Simple) else None
        if not isinstance(part, Simple) or not isinstance(bound, Fraction) or part.operator in found:
            raise PmmlError(place, "a policy's bin is one range of numbers")
        found[part.operator] = bound
    is_from_zero = found.pop("greaterOrEqual", None) == 0
    low, high = found.pop("greaterThan", None), found.pop("lessOrEqual", None)
    if found or (low is None and high is None and not is_from_zero) or (is_from_zero and low is not None):
        raise PmmlError(place, "a policy's bins are closed on the right: greaterThan and lessOrEqual")
    return _Range(low, high, is_from_zero)
