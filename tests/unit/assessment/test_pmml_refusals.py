"""What is wrong with a PMML document is refused by name and place, and nothing else is ever raised."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.pmml import PmmlError, read_pmml, read_rows, score_rows
from assessment.pmml_xml import DEEPEST, LARGEST_BYTES, MOST_ELEMENTS
from tests.unit.assessment.pmml_samples import FIRST, NAMES, SMALL, card_of, changed, text_of

CARD = "/PMML/Scorecard[1]"
ATTRIBUTE = f"{CARD}/Characteristics[1]/Characteristic[1]/Attribute[1]"


def refusal(source: str | bytes) -> PmmlError:
    with pytest.raises(PmmlError) as caught:
        read_pmml(source)
    return caught.value


def test_entities_and_document_types_are_refused() -> None:
    bomb = '<!DOCTYPE PMML [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    assert str(refusal(bomb + SMALL)) == "document: a DOCTYPE is refused (line 1)"
    assert "no XML: undefined entity (line 2)" in str(refusal(SMALL.replace("<Header/>", "&b;")))


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("", "no XML: no element found"), ("hello", "no XML: syntax error (line 1)"),
        (SMALL.encode()[:300], "no XML"), (b"\xff\xfe\x00", "no XML"),
        (b'<?xml version="1.0" encoding="klingon"?><PMML/>', "document: "),
        ("<PMML>\ud800</PMML>", "no XML: not well-formed"), (" " * (LARGEST_BYTES + 1),
        "more than 8,000,000"),
        ("<a>" * (DEEPEST + 1), f"{DEEPEST} levels are refused"),
        ("<PMML>" + "<a/>" * MOST_ELEMENTS, f"more than {MOST_ELEMENTS} elements"),
        ("<Model/>", "/Model: expected the element PMML (line 1)"),
    ],
)  # fmt: skip
def test_what_is_no_document(source: str | bytes, problem: str) -> None:
    assert problem in str(refusal(source))


DATA = '<DataField name="x" optype="continuous" dataType="double"/>'
MINING = '<MiningField name="x"/>'
GROUP = "/PMML/DataDictionary[1]/DataField[1]"
FIELD = f"{CARD}/MiningSchema[1]/MiningField[1]"
HEAD = '<Scorecard functionName="regression" useReasonCodes="true" baselineScore="5">'


@pytest.mark.parametrize(
    ("old", "new", "place", "problem"),
    [
        ('version="4.4"', 'version="3.2"', "/PMML", "version='3.2' is not supported"),
        ('version="4.4"', 'version="4.3"', "/PMML", "does not belong to the namespace"),
        ("PMML-4_4", "PMML-5_0", "/PMML", "the namespace 'http://www.dmg.org/PMML-5_0'"),
        ("<Header/>", '<Header xmlns="urn:x"/>', "/PMML/Header", "the namespace 'urn:x'"),
        ("<Header/>", "", "/PMML", "the element Header is missing"),
        ("<Header/>", "<Header/><Header/>", "/PMML/Header[2]", "only one Header"),
        ("<Header/>", "<Header/><TreeModel/>", "/PMML/TreeModel[1]",
         "the element TreeModel is not supported"),
        ("<Header/>", '<Header a="1"/>', "/PMML/Header[1]", "the attribute a is not supported"),
        ("<Header/>", '<Header xmlns:q="urn:q" q:a="1"/>', "/PMML/Header", "the attribute a of another"),
        ("<Header/>", "<Header>text</Header>", "/PMML/Header[1]", "text is not expected here"),
        ("<Header/>", "<Header/><TransformationDictionary><DefineFunction/></TransformationDictionary>",
         "/PMML/TransformationDictionary[1]/DefineFunction[1]", "DefineFunction is not supported"),
        ("<DataDictionary>", '<DataDictionary numberOfFields="7">', "/PMML/DataDictionary[1]", "there are 6"),
        (DATA, DATA + DATA, "/PMML/DataDictionary[1]/DataField[2]", "'x' is declared twice"),
        (DATA, DATA.replace("double", "dateTime"), GROUP, "dataType='dateTime' is not supported"),
        (DATA, DATA.replace("double", "string"), GROUP, "a continuous field of type string"),
        (DATA, DATA.replace("/>", ' isCyclic="1"/>'), GROUP, "isCyclic='1'"),
        (DATA, DATA.replace("continuous", "ordinal").replace("/>",
         '><Interval closure="openOpen"/></DataField>'),
         f"{GROUP}/Interval[1]", "only in a continuous field"),
        (DATA, DATA.replace("/>",
         '><Interval closure="openOpen" leftMargin="2" rightMargin="1"/></DataField>'),
         f"{GROUP}/Interval[1]", "leftMargin lies above"),
        (DATA, DATA.replace("/>", '><Value value="many"/></DataField>'), f"{GROUP}/Value[1]",
         "'many' is no value"),
        (DATA, DATA.replace("/>", "><Extension/></DataField>"), f"{GROUP}/Extension[1]",
         "Extension of 'nobody'"),
        (DATA, DATA.replace("/>", '><Extension extender="creditportal" name="a" value="1"/></DataField>'),
         f"{GROUP}/Extension[1]", "the Extension 'a' is not known here"),
        (HEAD, HEAD.replace("regression", "classification"), CARD, "functionName='classification'"),
        (HEAD, HEAD.replace(">", ' isScorable="false">'), CARD, "not meant for scoring"),
        (HEAD, HEAD.replace('"true"', '"perhaps"'), CARD, "useReasonCodes='perhaps'"),
        (HEAD, HEAD.replace('"5"', '"NaN"'), CARD, "baselineScore: expected a finite number, not 'NaN'"),
        (HEAD, HEAD.replace('"5"', '"1e999"'), CARD, "expected a finite number"),
        (HEAD, HEAD.replace('"5"', '"1e-999"'), CARD, "expected a finite number"),
        (HEAD, HEAD.replace('"5"', f'"{"1" * 500}"'), CARD, "expected a finite number"),
        (HEAD, HEAD.replace(">", ' reasonCodeAlgorithm="x">'), CARD, "reasonCodeAlgorithm='x'"),
        (HEAD, HEAD.replace(' baselineScore="5"', ""), f"{CARD}/Characteristics[1]/Characteristic[1]",
         "a baselineScore is missing"),
        (HEAD, HEAD + "<Targets/>", f"{CARD}/Targets[1]", "the element Targets is not supported"),
        (HEAD, HEAD + "<LocalTransformations><DerivedField/></LocalTransformations>",
         f"{CARD}/LocalTransformations[1]/DerivedField[1]", "DerivedField is not supported"),
        (HEAD, HEAD + '<Output><OutputField name="p" feature="probability"/></Output>',
         f"{CARD}/Output[1]/OutputField[1]", "feature='probability'"),
        (HEAD, HEAD + '<Output><OutputField name="p" dataType="integer"/></Output>',
         f"{CARD}/Output[1]/OutputField[1]", "dataType='integer'"),
        (HEAD, HEAD + '<Output><OutputField name="p" rank="1"/></Output>',
         f"{CARD}/Output[1]/OutputField[1]", "rank is expected only"),
        (HEAD, HEAD + '<Output><OutputField name="p" feature="reasonCode" rank="0"/></Output>',
         f"{CARD}/Output[1]/OutputField[1]", "rank: expected a whole number from 1"),
        (MINING, MINING + MINING, f"{CARD}/MiningSchema[1]/MiningField[2]", "'x' is declared twice"),
        (MINING, '<MiningField name="q"/>', FIELD, "'q' is not in the DataDictionary"),
        (MINING, "<MiningField/>", FIELD, "the attribute name is missing"),
        (MINING, '<MiningField name="x" usageType="group"/>', FIELD, "usageType='group'"),
        (MINING, '<MiningField name="t" optype="continuous"/>', FIELD, "a continuous field of type string"),
        (MINING, '<MiningField name="x" outliers="asMissingValues"/>', FIELD, "needs lowValue and highValue"),
        (MINING, '<MiningField name="t" outliers="asMissingValues"/>', FIELD, "only with numbers"),
        (MINING, '<MiningField name="x" missingValueTreatment="asMean"/>', FIELD, "needs a missingValueRepl"),
        (MINING, '<MiningField name="x" missingValueTreatment="returnInvalid" missingValueReplacement="1"/>',
         FIELD, "missingValueReplacement is not expected"),
        (MINING, '<MiningField name="x" missingValueReplacement="much"/>', FIELD, "'much' is no value"),
        (MINING, '<MiningField name="x" invalidValueTreatment="asValue"/>', FIELD,
         "invalidValueReplacement bel"),
        ('reasonCode="A"', "", ATTRIBUTE, "a reasonCode is missing"),
        (FIRST, "", f"{CARD}/Characteristics[1]/Characteristic[1]", "at least one Attribute"),
        (FIRST, '<Extension extender="other" name="a" value="b"/>' + FIRST,
         f"{CARD}/Characteristics[1]/Characteristic[1]/Extension[1]", "an Extension of 'other'"),
        (FIRST, FIRST.replace("<True/>", "<True/><False/>"), ATTRIBUTE,
         "exactly one predicate is expected, not 2"),
        (FIRST, FIRST.replace(' partialScore="1"', ""), ATTRIBUTE, "a partialScore or a ComplexPartialScore"),
        (FIRST, FIRST.replace("<True/>", "<True/><ComplexPartialScore/>"),
        f"{ATTRIBUTE}/ComplexPartialScore[1]",
         "exactly one expression"),
        (FIRST, FIRST.replace("<True/>", '<True a="1"/>'), f"{ATTRIBUTE}/True[1]", "the attribute a is not"),
        (FIRST, FIRST.replace("<True/>", "<SimpleRule/>"), f"{ATTRIBUTE}/SimpleRule[1]", "SimpleRule is not"),
    ],
)  # fmt: skip
def test_refused_by_name_and_place(old: str, new: str, place: str, problem: str) -> None:
    found = refusal(changed(old, new))
    assert problem in found.problem
    assert (found.place.startswith(place), found.line is not None) == (True, True)


@pytest.mark.parametrize(
    ("predicate", "problem"),
    [
        ('<SimplePredicate field="s" operator="equal" value="1"/>', "'s' is no active field"),
        ('<SimplePredicate field="x" operator="like" value="1"/>', "operator='like'"),
        ('<SimplePredicate field="x" operator="equal"/>', "the attribute value is missing"),
        ('<SimplePredicate field="x" operator="equal" value="a"/>', "'a' is no value of the double field"),
        ('<SimplePredicate field="b" operator="equal" value="yes"/>', "'yes' is no value of the boolean"),
        ('<SimplePredicate field="x" operator="isMissing" value="1"/>',
         "value is not expected with isMissing"),
        ('<SimplePredicate field="t" operator="lessThan" value="a"/>', "categorical field 't' have no order"),
        ('<SimplePredicate field="g" operator="lessThan" value="a"/>', "not among the ordered values"),
        ('<CompoundPredicate booleanOperator="nand"><True/><True/></CompoundPredicate>', "'nand'"),
        ('<CompoundPredicate booleanOperator="and"><True/></CompoundPredicate>', "at least two predicates"),
        ('<SimpleSetPredicate field="x" booleanOperator="isIn"/>', "the element Array is missing"),
        ('<SimpleSetPredicate field="x" booleanOperator="isIn"><Array>a</Array></SimpleSetPredicate>',
         "'a' is no value of the double field"),
        ('<SimpleSetPredicate field="t" booleanOperator="isIn"><Array>"a</Array></SimpleSetPredicate>',
         "is not closed"),
        ('<SimpleSetPredicate field="t" booleanOperator="isIn"><Array n="2">a</Array></SimpleSetPredicate>',
         "n says '2', and there are 1"),
    ],
)  # fmt: skip
def test_predicates_that_are_refused(predicate: str, problem: str) -> None:
    found = refusal(changed("<True/>", predicate))
    assert problem in found.problem
    assert found.place.startswith(ATTRIBUTE)


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ('<Apply function="if"><Constant>1</Constant></Apply>', "the function 'if' is not supported"),
        ('<Apply function="/"><Constant>1</Constant></Apply>', "does not take 1 arguments"),
        ("<Apply/>", "the attribute function is missing"), ("<Constant>one</Constant>", "not 'one'"),
        ('<Constant dataType="date">1</Constant>', "dataType='date'"),
        ('<FieldRef field="t"/>', "'t' holds no numbers"), ("<NormContinuous/>",
         "NormContinuous is not supp"),
    ],
)  # fmt: skip
def test_expressions_that_are_refused(expression: str, problem: str) -> None:
    complex_score = f"<True/><ComplexPartialScore>{expression}</ComplexPartialScore>"
    assert problem in refusal(changed("<True/>", complex_score)).problem


def test_an_ordinal_text_without_values_has_no_order() -> None:
    text = SMALL.replace('>\n      <Value value="low"/><Value value="high"/></DataField>', "/>")
    less = '<SimplePredicate field="g" operator="lessThan" value="a"/>'
    assert "gives no order to the field 'g'" in refusal(text.replace("<True/>", less)).problem


def test_the_characteristics_must_be_there() -> None:
    text = re.sub("<Characteristics>.*</Characteristics>", "<Characteristics/>", SMALL, flags=re.DOTALL)
    assert "at least one Characteristic" in refusal(text).problem


def test_a_schema_location_changes_nothing() -> None:
    pointing = (
        'version="4.4" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="somewhere"'
    )
    assert read_pmml(SMALL.replace('version="4.4"', pointing)) == read_pmml(SMALL)
    assert read_pmml(SMALL.replace(' xmlns="http://www.dmg.org/PMML-4_4"', "")) == read_pmml(SMALL)


_TAGS = st.sampled_from(
    [
        "<True/>",
        "<False/>",
        "</Attribute>",
        "<Attribute>",
        "&lt;",
        "&a;",
        "<![CDATA[",
        "<?p q?>",
        "<!--",
        "<a:b/>",
    ]
)
_VALUES = st.sampled_from(
    ["", "-1", "1e400", "NaN", "\x00", "x" * 500, "true", "isIn", "\ud800", "𝟙", "1_0", "٣"]
)


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_broken_documents_raise_nothing_else(data: Any) -> None:
    text = text_of(data.draw(st.sampled_from(NAMES)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        end = min(len(text), at + data.draw(st.integers(0, 60)))
        text = text[:at] + data.draw(st.one_of(_TAGS, _VALUES, st.text(max_size=8))) + text[end:]
    assert_read_or_refused(text)


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_changed_values_raise_nothing_else(data: Any) -> None:
    text = text_of(data.draw(st.sampled_from(NAMES)))
    spots = [found.span(1) for found in re.finditer(r'[="]([^"<>]*)"', text)]
    start, end = data.draw(st.sampled_from(spots))
    other = data.draw(st.sampled_from(spots))
    assert_read_or_refused(
        text[:start] + data.draw(st.one_of(_VALUES, st.just(text[slice(*other)]))) + text[end:]
    )


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_raise_nothing_else(source: bytes) -> None:
    assert_read_or_refused(source)
    assert_read_or_refused(b"<PMML>" + source)


def assert_read_or_refused(source: str | bytes) -> None:
    try:
        card = read_pmml(source)
    except PmmlError as error:
        assert all((error.place, error.problem))  # noqa: PT017  some documents are still whole
        return
    assert len(list(score_rows(card, [{}, {"age": 30, "x": 1, "n": 5, "late": 1}]))) == 2


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
        max_leaves=4,
    ),
    st.sampled_from(["department", "age", "income"]),
)
def test_any_value_gives_a_score_or_a_named_error(value: Any, name: str) -> None:
    (line,) = score_rows(card_of("standard_sample"), [{name: value}])
    assert set(line) in ({"score", "reasons", "points"}, {"error"})


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (b"", "rows: no JSON: Expecting value at column 1 (line 1)"), (b"{}", "rows: expected a list"),
        (b"[\n{]", "(line 2)"), (b"\xff", "no UTF-8 text at byte 0"), (b"[" * 100_000, "nested too deeply"),
        (b"[" + b"9" * 5000 + b"]", "too many digits"), (b'[{"a": 1, "b": 2, "a": 3}]', "names 'a' twice"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_read(source: bytes, problem: str) -> None:
    with pytest.raises(PmmlError) as caught:
        read_rows(source)
    assert problem in str(caught.value)


def test_rows_are_scored_one_by_one() -> None:
    rows = read_rows(
        b'\xef\xbb\xbf[{"department": "engineering", "age": 25, "income": 500},'
        b' 7, {"age": NaN}, {"income": 1e999}]'
    )
    lines = list(score_rows(card_of("standard_sample"), rows))
    assert lines[0] == {"score": 29, "reasons": ["RC2", "RC1"], "points": {"RC2": 18, "RC1": 16}}
    assert [line["error"] for line in lines[1:]] == [
        "row: expected an object", "age: expected a finite number", "income: expected a finite number",
    ]  # fmt: skip


def test_decimals_keep_the_digits_that_are_written() -> None:
    (line,) = score_rows(card_of("standard_complex"), read_rows(b'[{"income": 0.1}]'))
    assert line["score"] == 1.003
    assert line["points"] == {"RC1": 28, "RC2": 19}
