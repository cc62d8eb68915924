"""PMML cards to test with: those of tests/data, and small ones around one predicate or expression."""

from pathlib import Path
from typing import Any

from assessment.pmml import Card, read_pmml

FOLDER = Path(__file__).parents[2] / "data" / "pmml"
NAMES = sorted(path.stem for path in FOLDER.glob("*.pmml"))

SMALL = """<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header/>
  <DataDictionary>
    <DataField name="x" optype="continuous" dataType="double"/>
    <DataField name="n" optype="continuous" dataType="integer"/>
    <DataField name="g" optype="ordinal" dataType="string">
      <Value value="low"/><Value value="high"/></DataField>
    <DataField name="t" optype="categorical" dataType="string"/>
    <DataField name="b" optype="categorical" dataType="boolean"/>
    <DataField name="s" optype="continuous" dataType="double"/>
  </DataDictionary>
  <Scorecard functionName="regression" useReasonCodes="true" baselineScore="5">
    <MiningSchema>
      <MiningField name="x"/><MiningField name="n"/><MiningField name="g" invalidValueTreatment="asIs"/>
      <MiningField name="t"/><MiningField name="b"/><MiningField name="s" usageType="target"/>
    </MiningSchema>
    <Characteristics>
      <Characteristic name="one" reasonCode="A">
        <Attribute partialScore="1"><True/></Attribute>
      </Characteristic>
    </Characteristics>
  </Scorecard>
</PMML>
"""
FIRST = '<Attribute partialScore="1"><True/></Attribute>'


def text_of(name: str) -> str:
    """One of the cards in tests/data."""
    return (FOLDER / f"{name}.pmml").read_text()


def card_of(name: str) -> Card:
    """One of the cards in tests/data, read."""
    return read_pmml(text_of(name))


def changed(old: str, new: str) -> str:
    """The small card with one text replaced."""
    assert old in SMALL, old
    return SMALL.replace(old, new, 1)


def card_testing(predicate: str) -> Card:
    """A card that gives 1 where the predicate is true, 0 where it is false, and -1 where it is unknown."""
    never = f'<CompoundPredicate booleanOperator="surrogate">{predicate}<True/></CompoundPredicate>'
    return read_pmml(
        changed(
            FIRST,
            f'<Attribute partialScore="1">{predicate}</Attribute>'
            f'<Attribute partialScore="-1">{never}</Attribute>'
            '<Attribute partialScore="0"><True/></Attribute>',
        )
    )


def truth(predicate: str, **row: Any) -> bool | None:
    """What a predicate is for a row."""
    return {1: True, 0: False, -1: None}[int(card_testing(predicate).score(row).score)]


def computing(expression: str) -> Card:
    """A card whose score is an expression."""
    return read_pmml(
        changed(
            FIRST,
            f"<Attribute><True/><ComplexPartialScore>{expression}</ComplexPartialScore></Attribute>",
        )
    )
