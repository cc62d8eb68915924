"""Writing a card as a PMML 4.4 document; reading it back gives an equal card."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from fractions import Fraction
from typing import Final

from assessment.pmml_card import Attribute, Card, CardCharacteristic, Header
from assessment.pmml_expressions import Apply, Constant, Expression
from assessment.pmml_fields import DataField, Interval, MiningField, Plain
from assessment.pmml_numbers import write_number
from assessment.pmml_predicates import Always, Compound, InSet, Predicate
from assessment.pmml_reading_fields import EXTENDER, STATE

NAMESPACE: Final = "http://www.dmg.org/PMML-4_4"


def write_pmml(card: Card) -> str:
    """The document as text in UTF-8 order, with one element a line."""
    root = ET.Element("PMML", {"xmlns": NAMESPACE, "version": "4.4"})
    _write_header(root, card.header)
    dictionary = _add(root, "DataDictionary", numberOfFields=str(len(card.data_fields)))
    for one in card.data_fields:
        _write_data_field(dictionary, one)
    _write_card(root, card)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _add(parent: ET.Element, tag: str, **attributes: str | None) -> ET.Element:
    return ET.SubElement(parent, tag, {name: text for name, text in attributes.items() if text is not None})


def _number(value: Fraction | None) -> str | None:
    return None if value is None else write_number(value)


def _plain(value: Plain | None) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _number(value) if isinstance(value, Fraction) else value


def _write_header(root: ET.Element, header: Header) -> None:
    element = _add(
        root, "Header", copyright=header.copyright, description=header.description,
        modelVersion=header.model_version,
    )  # fmt: skip
    if header.application is not None:
        _add(element, "Application", name=header.application[0], version=header.application[1])
    for text in header.annotations:
        _add(element, "Annotation").text = text
    if header.timestamp is not None:
        _add(element, "Timestamp").text = header.timestamp


def _write_data_field(parent: ET.Element, one: DataField) -> None:
    element = _add(
        parent, "DataField", name=one.name, displayName=one.display, optype=one.optype, dataType=one.data_type
    )
    for state, code in one.states:
        _add(element, "Extension", extender=EXTENDER, name=f"{STATE}{state}", value=write_number(code))
    for interval in one.intervals:
        _write_interval(element, interval)
    for value in one.values:
        prop = None if value.prop == "valid" else value.prop
        _add(element, "Value", value=_plain(value.value), displayValue=value.display, property=prop)


def _write_interval(parent: ET.Element, one: Interval) -> None:
    _add(
        parent, "Interval", closure=one.closure, leftMargin=_number(one.left), rightMargin=_number(one.right)
    )


def _write_card(root: ET.Element, card: Card) -> None:
    element = _add(
        root, "Scorecard", modelName=card.model_name, functionName="regression",
        algorithmName=card.algorithm_name, initialScore=_number(card.initial),
        useReasonCodes="true" if card.uses_reasons else "false", reasonCodeAlgorithm=card.algorithm,
        baselineScore=_number(card.baseline), baselineMethod=card.baseline_method,
    )  # fmt: skip
    schema = _add(element, "MiningSchema")
    for one in card.mining_fields:
        _write_mining_field(schema, one)
    if card.outputs:
        outputs = _add(element, "Output")
        for output in card.outputs:
            rank = None if output.rank is None else str(output.rank)
            _add(
                outputs, "OutputField", name=output.name, displayName=output.display, optype=output.optype,
                dataType=output.data_type, feature=output.feature, rank=rank,
            )  # fmt: skip
    characteristics = _add(element, "Characteristics")
    for characteristic in card.characteristics:
        _write_characteristic(characteristics, characteristic)


def _write_mining_field(parent: ET.Element, one: MiningField) -> None:
    _add(
        parent, "MiningField", name=one.name, usageType=one.usage, optype=one.optype,
        importance=_number(one.importance), outliers=None if one.outliers == "asIs" else one.outliers,
        lowValue=_number(one.low), highValue=_number(one.high), missingValueTreatment=one.missing_treatment,
        missingValueReplacement=_plain(one.missing_replacement), invalidValueTreatment=one.invalid_treatment,
        invalidValueReplacement=_plain(one.invalid_replacement),
    )  # fmt: skip


def _write_characteristic(parent: ET.Element, one: CardCharacteristic) -> None:
    element = _add(
        parent, "Characteristic", name=one.name, reasonCode=one.reason, baselineScore=_number(one.baseline)
    )
    for name, value in one.extensions:
        _add(element, "Extension", extender=EXTENDER, name=name, value=value)
    for attribute in one.attributes:
        _write_attribute(element, attribute)


def _write_attribute(parent: ET.Element, one: Attribute) -> None:
    element = _add(parent, "Attribute", reasonCode=one.reason, partialScore=_number(one.partial))
    _write_predicate(element, one.predicate)
    if one.expression is not None:
        _write_expression(_add(element, "ComplexPartialScore"), one.expression)


def _write_predicate(parent: ET.Element, one: Predicate) -> None:
    if isinstance(one, Always):
        _add(parent, "True" if one.outcome else "False")
    elif isinstance(one, Compound):
        element = _add(parent, "CompoundPredicate", booleanOperator=one.connective)
        for part in one.parts:
            _write_predicate(element, part)
    elif isinstance(one, InSet):
        element = _add(parent, "SimpleSetPredicate", field=one.field, booleanOperator=one.operator)
        array = _add(element, "Array", n=str(len(one.members)), type=_array_type(one))
        array.text = " ".join(_quote(member) for member in one.members)
    else:
        _add(parent, "SimplePredicate", field=one.field, operator=one.operator, value=_plain(one.value))


def _array_type(one: InSet) -> str:
    return "real" if one.members and all(isinstance(member, Fraction) for member in one.members) else "string"


def _quote(member: Plain) -> str:
    if not isinstance(member, str):
        return str(_plain(member))
    escaped = member.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _write_expression(parent: ET.Element, one: Expression) -> None:
    if isinstance(one, Constant):
        _add(parent, "Constant", dataType=one.data_type).text = write_number(one.value)
    elif isinstance(one, Apply):
        invalid = None if one.invalid_treatment == "returnInvalid" else one.invalid_treatment
        element = _add(
            parent, "Apply", function=one.function, mapMissingTo=_number(one.map_missing_to),
            defaultValue=_number(one.default), invalidValueTreatment=invalid,
        )  # fmt: skip
        for argument in one.arguments:
            _write_expression(element, argument)
    else:
        _add(parent, "FieldRef", field=one.field, mapMissingTo=_number(one.map_missing_to))
