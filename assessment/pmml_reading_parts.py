"""Reading predicates, arrays and expressions of a PMML scorecard."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from assessment.pmml_expressions import FUNCTIONS, Apply, Constant, Expression, FieldRef
from assessment.pmml_fields import InputField, Plain
from assessment.pmml_predicates import (
    CONNECTIVES,
    MISSING_OPERATORS,
    OPERATORS,
    ORDER_OPERATORS,
    SET_OPERATORS,
    Always,
    Compound,
    InSet,
    Predicate,
    Simple,
)
from assessment.pmml_reading_fields import parse_plain
from assessment.pmml_xml import Node

PREDICATES: Final = ("SimplePredicate", "CompoundPredicate", "SimpleSetPredicate", "True", "False")
_EXPRESSIONS: Final = ("Apply", "Constant", "FieldRef")
_TOKEN: Final = re.compile(r'(?:"((?:[^"\\]|\\.)*)"|([^"\s]+))(?:\s+|$)')

Fields = Mapping[str, InputField]


def read_predicate(node: Node, fields: Fields) -> Predicate:
    """One predicate; PmmlError names the element that is not understood."""
    if node.tag == "SimplePredicate":
        return _read_simple(node, fields)
    if node.tag == "SimpleSetPredicate":
        return _read_set(node, fields)
    if node.tag == "CompoundPredicate":
        return _read_compound(node, fields)
    node.expect()
    return Always(node.tag == "True")


def _field(node: Node, fields: Fields) -> InputField:
    name = node.require("field")
    found = fields.get(name)
    if found is None:
        node.refuse(f"the field {name!r} is no active field of the MiningSchema")
    return found


def _read_simple(node: Node, fields: Fields) -> Simple:
    node.expect(attributes=("field", "operator", "value"))
    owner, operator = _field(node, fields), node.choose("operator", OPERATORS)
    if operator in MISSING_OPERATORS:
        if node.get("value") is not None:
            node.refuse(f"the attribute value is not expected with {operator}")
        return Simple(owner.data.name, operator)
    value = parse_plain(node, "value", owner.data)
    order = _order(node, owner, value) if operator in ORDER_OPERATORS else ()
    return Simple(owner.data.name, operator, value, order)


def _order(node: Node, owner: InputField, value: Plain) -> tuple[Plain, ...]:
    """The order of an ordinal field's values; none is needed for numbers, and categories have none."""
    if owner.optype == "categorical":
        node.refuse(f"the values of the categorical field {owner.data.name!r} have no order")
    order = owner.data.valid_values if owner.optype == "ordinal" else ()
    if order and value not in order:
        node.refuse(f"value: not among the ordered values of the field {owner.data.name!r}")
    if not order and not owner.data.is_numeric:
        node.refuse(f"the DataDictionary gives no order to the field {owner.data.name!r}")
    return order


def _read_compound(node: Node, fields: Fields) -> Compound:
    node.expect(attributes=("booleanOperator",), children=PREDICATES)
    if len(node.children) < 2:
        node.refuse("at least two predicates are expected")
    return Compound(
        node.choose("booleanOperator", CONNECTIVES),
        tuple(read_predicate(child, fields) for child in node.children),
    )


def _read_set(node: Node, fields: Fields) -> InSet:
    node.expect(attributes=("field", "booleanOperator"), children=("Array",))
    owner = _field(node, fields)
    operator = node.choose("booleanOperator", SET_OPERATORS)
    array = node.one("Array")
    members = []
    for text in read_array(array):
        member = owner.data.parse(text)
        if member is None:
            array.refuse(f"{text[:40]!r} is no value of the {owner.data.data_type} field {owner.data.name!r}")
        members.append(member)
    return InSet(owner.data.name, operator, tuple(members))


def read_array(node: Node) -> list[str]:
    """The elements of an Array: apart by blanks, quoted where they hold one (backslash before a quote)."""
    node.expect(attributes=("n", "type"), has_text=True)
    node.choose("type", ("string", "int", "real"), default="string")
    found, at, text = [], 0, node.text.strip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            node.refuse(f"the element that begins with {text[at : at + 20]!r} is not closed")
        quoted, bare = token.groups()
        found.append(re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL) if bare is None else bare)
        at = token.end()
    number = node.get("n")
    if number is not None and number.strip() != str(len(found)):
        node.refuse(f"n says {number[:20]!r}, and there are {len(found)} elements")
    return found


def read_expression(node: Node, fields: Fields) -> Expression:
    """One expression; a function that is not on the list is refused by name."""
    if node.tag == "Constant":
        node.expect(attributes=("dataType",), has_text=True)
        data_type = node.choose("dataType", ("integer", "float", "double")) if node.get("dataType") else None
        return Constant(node.parse(node.text, "Constant"), data_type)
    if node.tag == "FieldRef":
        node.expect(attributes=("field", "mapMissingTo"))
        owner = _field(node, fields)
        if not owner.data.is_numeric:
            node.refuse(f"the field {owner.data.name!r} holds no numbers")
        return FieldRef(owner.data.name, node.number("mapMissingTo"))
    return _read_apply(node, fields)


def _read_apply(node: Node, fields: Fields) -> Apply:
    node.expect(
        attributes=("function", "mapMissingTo", "defaultValue", "invalidValueTreatment"),
        children=_EXPRESSIONS,
    )
    name = node.require("function")
    known = FUNCTIONS.get(name)
    if known is None:
        node.refuse(f"the function {name!r} is not supported; expected one of {' '.join(FUNCTIONS)}")
    if not known.fewest <= len(node.children) <= known.most:
        node.refuse(f"the function {name!r} does not take {len(node.children)} arguments")
    return Apply(
        name, tuple(read_expression(child, fields) for child in node.children),
        node.number("mapMissingTo"), node.number("defaultValue"),
        node.choose("invalidValueTreatment", ("returnInvalid", "asMissing"), default="returnInvalid"),
        node.path,
    )  # fmt: skip
