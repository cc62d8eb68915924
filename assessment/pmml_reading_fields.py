"""Reading the fields of a PMML document: data dictionary and mining schema."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from assessment.pmml_fields import (
    DATA_TYPES,
    OPTYPES,
    DataField,
    DeclaredValue,
    Interval,
    MiningField,
    Plain,
)
from assessment.pmml_xml import Node

EXTENDER: Final = "creditportal"
STATE: Final = "state:"
_CLOSURES: Final = ("openOpen", "openClosed", "closedOpen", "closedClosed")
_USAGES: Final = ("active", "predicted", "target", "supplementary")
_OUTLIERS: Final = ("asIs", "asMissingValues", "asExtremeValues")
_MISSING: Final = ("asIs", "asMean", "asMode", "asMedian", "asValue", "returnInvalid")
_INVALID: Final = ("returnInvalid", "asIs", "asMissing", "asValue")
_MINING_ATTRIBUTES: Final = (
    "name", "usageType", "optype", "importance", "outliers", "lowValue", "highValue",
    "missingValueReplacement", "missingValueTreatment", "invalidValueTreatment", "invalidValueReplacement",
)  # fmt: skip


def read_data_field(node: Node) -> DataField:
    """One DataField; types of dates and times are refused by name."""
    node.expect(
        attributes=("name", "displayName", "optype", "dataType", "isCyclic"),
        children=("Extension", "Interval", "Value"),
    )
    node.choose("isCyclic", ("0",), default="0")
    bare = DataField(
        node.require("name"),
        node.choose("optype", OPTYPES),
        node.choose("dataType", DATA_TYPES),
        node.get("displayName"),
    )
    if bare.optype == "continuous" and not bare.is_numeric:
        node.refuse(f"a continuous field of type {bare.data_type} is not supported")
    intervals = node.all("Interval")
    if intervals and bare.optype != "continuous":
        intervals[0].refuse("an Interval is expected only in a continuous field")
    return DataField(
        bare.name, bare.optype, bare.data_type, bare.display,
        tuple(_read_value(one, bare) for one in node.all("Value")),
        tuple(_read_interval(one) for one in intervals), _read_states(node, bare),
    )  # fmt: skip


def _read_states(node: Node, owner: DataField) -> tuple[tuple[str, Fraction], ...]:
    """Names of numbers; nothing else of ours stands at a field."""
    states = []
    for one in node.all("Extension"):
        name, text = read_extension(one)
        if not name.startswith(STATE) or not owner.is_numeric:
            one.refuse(f"the Extension {name!r} is not known here")
        states.append((name.removeprefix(STATE), one.parse(text, "value")))
    return tuple(states)


def read_extension(node: Node) -> tuple[str, str]:
    """Name and value of a remark of ours; those of others could change a meaning, so they are refused."""
    node.expect(attributes=("extender", "name", "value"))
    if node.get("extender") != EXTENDER:
        node.refuse(f"an Extension of {node.get('extender') or 'nobody'!r} is not supported")
    return node.require("name"), node.require("value")


def _read_value(node: Node, owner: DataField) -> DeclaredValue:
    node.expect(attributes=("value", "displayValue", "property"))
    return DeclaredValue(
        parse_plain(node, "value", owner),
        node.get("displayValue"),
        node.choose("property", ("valid", "invalid", "missing"), default="valid"),
    )


def _read_interval(node: Node) -> Interval:
    node.expect(attributes=("closure", "leftMargin", "rightMargin"))
    left, right = node.number("leftMargin"), node.number("rightMargin")
    if left is not None and right is not None and left > right:
        node.refuse("leftMargin lies above rightMargin")
    return Interval(node.choose("closure", _CLOSURES), left, right)


def parse_plain(node: Node, name: str, owner: DataField) -> Plain:
    """A required attribute as a value of the field; PmmlError when its type has no such value."""
    text = node.require(name)
    value = owner.parse(text)
    if value is None:
        node.refuse(f"{name}: {text[:40]!r} is no value of the {owner.data_type} field {owner.name!r}")
    return value


def read_mining_field(node: Node, declared: Mapping[str, DataField]) -> MiningField:
    """One MiningField with its treatment of outliers, missing and invalid values."""
    node.expect(attributes=_MINING_ATTRIBUTES)
    name = node.require("name")
    data = declared.get(name)
    if data is None:
        node.refuse(f"the field {name!r} is not in the DataDictionary")
    usage = node.choose("usageType", _USAGES, default="active")
    optype = node.choose("optype", OPTYPES) if node.get("optype") is not None else None
    if optype == "continuous" and not data.is_numeric:
        node.refuse(f"a continuous field of type {data.data_type} is not supported")
    outliers, low, high = _read_outliers(node, data)
    missing, missing_replacement = _read_missing(node, data)
    invalid, invalid_replacement = _read_invalid(node, data)
    return MiningField(
        name, usage, optype, node.number("importance"), outliers, low, high, missing, missing_replacement,
        invalid, invalid_replacement,
    )  # fmt: skip


def _read_outliers(node: Node, data: DataField) -> tuple[str, Fraction | None, Fraction | None]:
    outliers = node.choose("outliers", _OUTLIERS, default="asIs")
    low, high = node.number("lowValue"), node.number("highValue")
    if outliers != "asIs":
        if not data.is_numeric:
            node.refuse(f"outliers={outliers!r} is expected only with numbers")
        if low is None or high is None or low > high:
            node.refuse(f"outliers={outliers!r} needs lowValue and highValue, in this order")
    return outliers, low, high


def _read_missing(node: Node, data: DataField) -> tuple[str | None, Plain | None]:
    """The treatment is only a note beside the replacement, except that returnInvalid forbids a result."""
    treatment = node.choose("missingValueTreatment", _MISSING) if node.get("missingValueTreatment") else None
    if node.get("missingValueReplacement") is None:
        if treatment not in (None, "asIs", "returnInvalid"):
            node.refuse(f"missingValueTreatment={treatment!r} needs a missingValueReplacement")
        return treatment, None
    if treatment == "returnInvalid":
        node.refuse("missingValueReplacement is not expected with missingValueTreatment='returnInvalid'")
    return treatment, parse_plain(node, "missingValueReplacement", data)


def _read_invalid(node: Node, data: DataField) -> tuple[str, Plain | None]:
    treatment = node.choose("invalidValueTreatment", _INVALID, default="returnInvalid")
    has_replacement = node.get("invalidValueReplacement") is not None
    if has_replacement != (treatment == "asValue"):
        node.refuse("invalidValueReplacement belongs to invalidValueTreatment='asValue', and only there")
    return treatment, parse_plain(node, "invalidValueReplacement", data) if has_replacement else None
