"""Reading a PMML document into a card; whatever is not understood is refused by name with its path."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from assessment.pmml_card import Attribute, Card, CardCharacteristic, Header, OutputField
from assessment.pmml_fields import DataField, InputField, MiningField
from assessment.pmml_reading_fields import read_data_field, read_extension, read_mining_field
from assessment.pmml_reading_parts import PREDICATES, read_expression, read_predicate
from assessment.pmml_xml import NAMESPACES, Node, read_xml

VERSIONS: Final = ("4.1", "4.2", "4.2.1", "4.3", "4.4", "4.4.1")
BASELINE_METHODS: Final = ("max", "min", "mean", "neutral", "other")
_EXPRESSIONS: Final = ("Apply", "Constant", "FieldRef")


def read_pmml(source: bytes | str) -> Card:
    """The scorecard of a PMML 4.1 to 4.4 document; PmmlError names the element that cannot be used."""
    root, namespace = read_xml(source)
    if root.tag != "PMML":
        root.refuse("expected the element PMML")
    root.expect(
        attributes=("version",),
        children=("Header", "DataDictionary", "Scorecard", "TransformationDictionary"),
    )
    version = root.choose("version", VERSIONS)
    if namespace and NAMESPACES.index(namespace) != int(version[2]):
        root.refuse(f"the version {version} does not belong to the namespace {namespace}")
    _check_empty(root.optional("TransformationDictionary"))
    data = _read_dictionary(root.one("DataDictionary"))
    return _read_card(root.one("Scorecard"), data, _read_header(root.one("Header")))


def _check_empty(node: Node | None) -> None:
    """Transformations are not supported; an empty list of them changes nothing."""
    if node is not None:
        node.expect()


def _read_header(node: Node) -> Header:
    node.expect(
        attributes=("copyright", "description", "modelVersion"),
        children=("Extension", "Application", "Annotation", "Timestamp"),
    )
    application = node.optional("Application")
    if application is not None:
        application.expect(attributes=("name", "version"), children=("Extension",))
    timestamp = node.optional("Timestamp")
    return Header(
        node.get("copyright"), node.get("description"), node.get("modelVersion"),
        (application.require("name"), application.get("version")) if application is not None else None,
        timestamp.text.strip() if timestamp is not None else None,
        tuple(one.text.strip() for one in node.all("Annotation")),
    )  # fmt: skip


def _read_dictionary(node: Node) -> tuple[DataField, ...]:
    node.expect(attributes=("numberOfFields",), children=("DataField",))
    fields = tuple(read_data_field(one) for one in node.children)
    _check_unique([one.name for one in fields], node)
    number = node.get("numberOfFields")
    if number is not None and number.strip() != str(len(fields)):
        node.refuse(f"numberOfFields says {number[:20]!r}, and there are {len(fields)}")
    return fields


def _check_unique(names: list[str], node: Node) -> None:
    for at, name in enumerate(names):
        if name in names[:at]:
            node.children[at].refuse(f"the field {name!r} is declared twice")


def _read_card(node: Node, data: tuple[DataField, ...], header: Header) -> Card:
    node.expect(
        attributes=("modelName", "functionName", "algorithmName", "initialScore", "useReasonCodes",
                    "reasonCodeAlgorithm", "baselineScore", "baselineMethod", "isScorable"),
        children=("MiningSchema", "Output", "LocalTransformations", "Characteristics"),
    )  # fmt: skip
    node.choose("functionName", ("regression",))
    if not node.flag("isScorable", default=True):
        node.refuse("isScorable says that the card is not meant for scoring")
    _check_empty(node.optional("LocalTransformations"))
    mining = _read_schema(node.one("MiningSchema"), {one.name: one for one in data})
    initial = node.number("initialScore")
    # Built without its characteristics first, because they need the fields that it resolves.
    card = Card(
        data, mining, (),
        uses_reasons=node.flag("useReasonCodes", default=True),
        algorithm=node.choose("reasonCodeAlgorithm", ("pointsAbove", "pointsBelow"), "pointsBelow"),
        baseline=node.number("baselineScore"),
        baseline_method=node.choose("baselineMethod", BASELINE_METHODS, "other"),
        model_name=node.get("modelName"), algorithm_name=node.get("algorithmName"),
        outputs=_read_outputs(node.optional("Output")), header=header,
        **({} if initial is None else {"initial": initial}),
    )  # fmt: skip
    return _with_characteristics(card, node.one("Characteristics"))


def _with_characteristics(card: Card, node: Node) -> Card:
    node.expect(children=("Characteristic",))
    if not node.children:
        node.refuse("at least one Characteristic is expected")
    fields = card.inputs
    return replace(
        card, characteristics=tuple(_read_characteristic(one, card, fields) for one in node.children)
    )


def _read_schema(node: Node, declared: dict[str, DataField]) -> tuple[MiningField, ...]:
    node.expect(children=("MiningField",))
    fields = tuple(read_mining_field(one, declared) for one in node.children)
    _check_unique([one.name for one in fields], node)
    return fields


def _read_outputs(node: Node | None) -> tuple[OutputField, ...]:
    if node is None:
        return ()
    node.expect(children=("OutputField",))
    return tuple(_read_output(one) for one in node.children)


def _read_output(node: Node) -> OutputField:
    node.expect(attributes=("name", "displayName", "optype", "dataType", "feature", "rank", "isFinalResult"))
    feature = node.choose("feature", ("predictedValue", "reasonCode"), "predictedValue")
    is_score = feature == "predictedValue"
    if node.get("dataType") is not None:
        node.choose("dataType", ("double", "float") if is_score else ("string",))
    if is_score and node.get("rank") is not None:
        node.refuse("rank is expected only with feature='reasonCode'")
    rank = None if is_score else node.parse(node.get("rank") or "1", "rank")
    if rank is not None and (rank.denominator != 1 or rank < 1):
        node.refuse("rank: expected a whole number from 1")
    return OutputField(
        node.require("name"), feature, None if rank is None else int(rank), node.get("displayName"),
        node.get("optype"), node.get("dataType"),
    )  # fmt: skip


def _read_characteristic(node: Node, card: Card, fields: dict[str, InputField]) -> CardCharacteristic:
    node.expect(attributes=("name", "reasonCode", "baselineScore"), children=("Extension", "Attribute"))
    found = node.all("Attribute")
    if not found:
        node.refuse("at least one Attribute is expected")
    reason, baseline = node.get("reasonCode"), node.number("baselineScore")
    attributes = tuple(_read_attribute(one, fields) for one in found)
    if card.uses_reasons:
        if baseline is None and card.baseline is None:
            node.refuse("a baselineScore is missing here or at the Scorecard")
        for one, attribute in zip(found, attributes, strict=True):
            if not (attribute.reason or reason):
                one.refuse("a reasonCode is missing here or at the Characteristic")
    return CardCharacteristic(
        attributes,
        node.get("name"),
        reason,
        baseline,
        tuple(read_extension(one) for one in node.all("Extension")),
        node.path,
    )


def _read_attribute(node: Node, fields: dict[str, InputField]) -> Attribute:
    node.expect(attributes=("reasonCode", "partialScore"), children=(*PREDICATES, "ComplexPartialScore"))
    predicates = [one for one in node.children if one.tag in PREDICATES]
    if len(predicates) != 1:
        node.refuse(f"exactly one predicate is expected, not {len(predicates)}")
    partial, complex_score = node.number("partialScore"), node.optional("ComplexPartialScore")
    if partial is None and complex_score is None:
        node.refuse("a partialScore or a ComplexPartialScore is missing")
    expression = None
    if complex_score is not None:
        complex_score.expect(children=_EXPRESSIONS)
        if len(complex_score.children) != 1:
            complex_score.refuse("exactly one expression is expected")
        expression = read_expression(complex_score.children[0], fields)
    return Attribute(
        read_predicate(predicates[0], fields), partial, expression, node.get("reasonCode"), node.path
    )
