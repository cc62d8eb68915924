"""A policy's scorecard survives PMML, and a card that a policy cannot say is refused by its place."""

from typing import Any

import pytest

from assessment import load_policy
from assessment.pmml import PmmlError, card_of_policy, read_pmml, scorecard_of_card, write_pmml
from tests.unit.assessment.samples import POLICY


@pytest.mark.parametrize("applicant", ["personal", "enterprise"])
def test_out_and_in_again_is_the_same_scorecard(applicant: str) -> None:
    imported = scorecard_of_card(read_pmml(write_pmml(card_of_policy(POLICY, applicant))), base=350)
    document = POLICY.document
    assert imported.scorecard["characteristics"] == document["scorecards"][applicant]["characteristics"]
    assert imported.scorecard["dimensions"] == document["scorecards"][applicant]["dimensions"]
    assert imported.baseline["points"] == dict(POLICY.baselines[applicant].points)
    document["scorecards"][applicant] = imported.scorecard
    assert load_policy(document).scorecards[applicant] == POLICY.scorecards[applicant]


REMARKS = (
    '<Extension extender="creditportal" name="dimension" value="behaviour"/>'
    '<Extension extender="creditportal" name="changes" value="changeable"/>'
)
INTERVAL = '<Interval closure="closedOpen" leftMargin="0"/>'


def over(low: Any, high: Any) -> str:
    return (
        '<CompoundPredicate booleanOperator="and">'
        f'<SimplePredicate field="x" operator="greaterThan" value="{low}"/>'
        f'<SimplePredicate field="x" operator="lessOrEqual" value="{high}"/></CompoundPredicate>'
    )


def one(operator: str, value: Any = None, field: str = "x") -> str:
    given = "" if value is None else f' value="{value}"'
    return f'<SimplePredicate field="{field}" operator="{operator}"{given}/>'


MISSING, FIRST, REST = one("isMissing"), one("lessOrEqual", 3), one("greaterThan", 9)


def card(*predicates: str, points: str = "4", **changes: str) -> str:
    attributes = "".join(
        f'<Attribute partialScore="{points if at == 0 else at}">{each}</Attribute>'
        for at, each in enumerate(predicates)
    )
    return f"""<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>
      <DataField name="x" optype="continuous" dataType="double">{changes.get("inside", INTERVAL)}</DataField>
      <DataField name="t" optype="categorical" dataType="string"/>
      </DataDictionary>
      <Scorecard functionName="regression" initialScore="350" {changes.get("head", "")}><MiningSchema>
      <MiningField name="x" {changes.get("mining", "")}/><MiningField name="t"/></MiningSchema>
      <Characteristics>
      <Characteristic name="c" reasonCode="S05" baselineScore="{changes.get("baseline", "2")}">
      {changes.get("remarks", REMARKS)}{attributes}</Characteristic>{changes.get("more", "")}
      </Characteristics>
      </Scorecard></PMML>"""


def bins(text: str, **mapping: dict[str, str]) -> Any:
    imported = scorecard_of_card(read_pmml(text), base=350, mapping=mapping)
    return next(iter(imported.scorecard["characteristics"].values()))["bins"]


def test_ranges_and_missing_become_bins() -> None:
    assert bins(card(MISSING, FIRST, over(3, 9), REST)) == [
        {"is": "unknown", "pts": 4}, {"max": 3, "pts": 1}, {"max": 9, "pts": 2}, {"max": None, "pts": 3},
    ]  # fmt: skip


def test_the_rest_may_be_true_once_missing_is_said() -> None:
    assert bins(card(MISSING, FIRST, "<True/>"))[-1] == {"max": None, "pts": 2}


def test_codes_with_a_name_become_states() -> None:
    inside = f'{INTERVAL}<Interval closure="closedClosed" leftMargin="-1" rightMargin="-1"/>'
    state = '<Extension extender="creditportal" name="state:none" value="-1"/>'
    text = card(one("equal", -1), one("greaterOrEqual", 0), inside=state + inside)
    assert bins(text, c={"counts_as:none": "0"})[0] == {"is": "none", "pts": 4, "counts_as": 0}


def test_texts_become_states() -> None:
    array = '<SimpleSetPredicate field="t" booleanOperator="isIn"><Array>a b</Array></SimpleSetPredicate>'
    assert bins(card(array, one("equal", "c", "t"))) == [
        {"is": "a", "pts": 4}, {"is": "b", "pts": 4}, {"is": "c", "pts": 1},
    ]  # fmt: skip


def test_a_mapping_says_what_the_card_does_not() -> None:
    mapping = {
        "c": {"input": "active_lenders", "dimension": "behaviour", "reason": "U01", "changes": "fixed"}
    }
    read = read_pmml(card(FIRST, one("greaterThan", 3), remarks=""))
    found = scorecard_of_card(read, base=350, mapping=mapping)
    assert found.scorecard["order"] == ["active_lenders"]
    assert found.scorecard["characteristics"]["active_lenders"]["reason"] == "U01"


SECOND = (
    f'<Characteristic name="d" reasonCode="S05" baselineScore="2">{REMARKS}'
    f'<Attribute partialScore="1">{FIRST}</Attribute></Characteristic>'
)
OR = over(0, 3).replace('"and"', '"or"')
TWICE = '<CompoundPredicate booleanOperator="and">{}{}</CompoundPredicate>'
NAMED = '<Value value="{}" displayValue="none"/>'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (card(FIRST).replace('"350"', '"0"'), "initialScore: a policy starts from 350"),
        (card(FIRST, head='reasonCodeAlgorithm="pointsAbove"'), "ranked by pointsBelow"),
        (card(FIRST, head='useReasonCodes="false"'), "ranked by pointsBelow"),
        (card(FIRST, mining='invalidValueTreatment="asMissing"'), "MiningField x: a policy replaces no outl"),
        (card(FIRST, inside='<Value value="9" property="missing"/>'), "DataField x: a policy knows no codes"),
        (card(FIRST, inside='<Interval closure="openOpen" leftMargin="0"/>'),
        "DataField x: a policy takes every"),
        (card(FIRST, inside=INTERVAL * 2), "DataField x: a policy takes every number"),
        (card(FIRST, remarks=""), "the mapping gives it no dimension"),
        (card(FIRST, one("equal", "a", "t")), "exactly one field in a characteristic, not 2"),
        (card("<True/>"), "exactly one field in a characteristic, not 0"),
        (card(FIRST, more=SECOND), "x is read by another characteristic"),
        (card(FIRST, points='1" reasonCode="U01'), "one reason code for the whole"),
        (card(FIRST, points="1.5"), "the partialScore: a policy takes whole points"),
        (card(FIRST, points="-1"), "the partialScore: a policy takes whole points"),
        (card(FIRST, baseline="0.5"), "the baselineScore: a policy takes whole points"),
        (card(FIRST).replace("</Attribute>",
         "<ComplexPartialScore><Constant>1</Constant></ComplexPartialScore>"
                             "</Attribute>"), "no ComplexPartialScore"),
        (card(one("notEqual", "a", "t")), "a policy names each state"),
        (card(one("equal", 4)), "a single number is a state only below 0"),
        (card(one("equal", 4), inside=INTERVAL + NAMED.format(4)), "a single number is a state only below 0"),
        (card(FIRST, one("equal", -1), inside=INTERVAL + NAMED.format(-1)), "takes this value already"),
        (card(FIRST, "<True/>"), "isMissing comes first"),
        (card(MISSING, "<False/>"), "one range of numbers"),
        (card(FIRST, inside=""), "this range reaches below"),
        (card(over(1, 3)), "follow one another"), (card(FIRST, over(4, 9)), "follow one another"),
        (card(over(0, 3)), "follow one another"), (card(FIRST, one("lessOrEqual", 2)), "bins rise"),
        (card(OR), "only and can join"), (card(one("isNotMissing")), "one range of numbers"),
        (card(TWICE.format(FIRST, FIRST)), "one range of numbers"),
        (card(one("lessThan", 3)), "closed on the right"), (card(one("greaterOrEqual", 3)),
        "closed on the right"),
        (card(TWICE.format(one("greaterOrEqual", 0), one("greaterThan", 0))), "closed on the right"),
    ],
)  # fmt: skip
def test_what_a_policy_cannot_say_is_refused(text: str, problem: str) -> None:
    with pytest.raises(PmmlError) as caught:
        scorecard_of_card(read_pmml(text), base=350)
    assert problem in str(caught.value)


def test_counts_as_must_be_a_number() -> None:
    inside = INTERVAL + NAMED.format(-1)
    with pytest.raises(PmmlError, match="counts_as:none: expected a number"):
        bins(card(one("equal", -1), inside=inside), c={"counts_as:none": "few"})
