"""PMML scorecards score by the standard: first true attribute, added gaps, ties in document order."""

from fractions import Fraction
from typing import Any

import pytest

from assessment.pmml import PmmlError, card_of_policy, read_pmml, write_pmml
from tests.unit.assessment.pmml_samples import NAMES, SMALL, card_of, card_testing, changed, computing, truth
from tests.unit.assessment.samples import POLICY, facts_of


@pytest.mark.parametrize(
    ("row", "score", "gaps"),
    [
        ({"department": "engineering", "age": 25, "income": 500}, 29, {"RC2": 18, "RC1": 16}),
        ({"department": "marketing", "age": 40, "income": 1000}, 63, {}),
        ({}, -5, {"RC1": 28, "RC2": 19, "RC3": 5}),
        ({"department": "law", "age": 18, "income": 2500.01}, -6, {"RC2": 21, "RC1": 19, "RC3": 13}),
        ({"department": "business", "age": 29.5, "income": "much"}, 10, {"RC2": 19, "RC1": 13, "RC3": 5}),
    ],
)  # fmt: skip
def test_the_sample_of_the_standard(row: dict[str, Any], score: Fraction, gaps: dict[str, Fraction]) -> None:
    scored = card_of("standard_sample").score(row)
    assert (scored.score, list(scored.gaps)) == (score, list(gaps.items()))


def test_codes_at_attributes_go_before_the_characteristic() -> None:
    scored = card_of("standard_attribute_codes").score({"department": "business", "age": 35, "income": 2000})
    assert dict(scored.gaps) == {"RC1": 13, "RC2_4": 6, "RC3": 5}
    assert scored.reasons == ("RC1", "RC2_4", "RC3")


@pytest.mark.parametrize(
    ("income", "partial"), [(1000, 41), (0.1, Fraction("11.003")), (1200, 5), (1750.5, Fraction("-0.495"))]
)
def test_complex_partial_scores_are_exact(income: float, partial: Fraction) -> None:
    scored = card_of("standard_complex").score({"department": "marketing", "age": 40, "income": income})
    assert scored.partials[2] == partial


def test_no_true_attribute_is_no_score() -> None:
    with pytest.raises(
        PmmlError, match=r"Characteristic\[1\]: no attribute of the characteristic 'dep"
    ) as no:
        card_of("standard_attribute_codes").score({"department": "law"})
    assert no.value.place == "/PMML/Scorecard[1]/Characteristics[1]/Characteristic[1]"


def test_points_above_ranks_the_other_way_and_adds_shared_codes() -> None:
    row = {"grade": "high", "late": 30, "use": 40, "town": "east side", "owner": True}
    scored = card_of("own_treatments").score(row)
    assert scored.score == Fraction("111.25")
    assert dict(scored.gaps) == {
        "LL": Fraction("7.3"),
        "G": Fraction("2.05"),
        "T": Fraction("0.1"),
        "O": Fraction("0.1"),
    }
    assert scored.reasons == ("LL", "G", "T", "O")


def test_gaps_below_zero_are_added_too() -> None:
    text = changed(
        "</Characteristics>",
        '<Characteristic reasonCode="B" baselineScore="9"><Attribute partialScore="5"><True/></Attribute>'
        '</Characteristic><Characteristic reasonCode="A" baselineScore="1">'
        '<Attribute partialScore="2"><True/>'
        "</Attribute></Characteristic></Characteristics>",
    )
    assert [f"{code} {gap}" for code, gap in read_pmml(text).score({}).gaps] == ["B 4", "A 3"]


def test_ties_stand_in_document_order_and_exactly() -> None:
    parts = "".join(
        f'<Characteristic reasonCode="{code}" baselineScore="{base}">'
        f'<Attribute partialScore="{points}"><True/>'
        "</Attribute></Characteristic>"
        for code, base, points in (("Z", "0.3", "0.1"), ("B", "0.2", "0"), ("C", "0.2", "0.2"))
    )
    scored = read_pmml(changed("</Characteristics>", f"{parts}</Characteristics>")).score({})
    assert scored.reasons == ("A", "Z", "B")


def test_without_reason_codes_there_are_none() -> None:
    card = read_pmml(SMALL.replace('useReasonCodes="true" baselineScore="5"', 'useReasonCodes="0"'))
    assert (str(card.score({}).score), card.score({}).gaps) == ("1", ())


def test_outputs_bear_the_names_of_the_card() -> None:
    card = card_of("standard_sample")
    outputs = card.outputs_of(card.score({"department": "engineering", "age": 25, "income": 500}))
    assert outputs == {
        "FinalScore": 29, "ReasonCode1": "RC2", "ReasonCode2": "RC1", "ReasonCode3": None,
    }  # fmt: skip


def simple(field: str, operator: str, value: str | None = None) -> str:
    ending = "" if value is None else f' value="{value}"'
    return f'<SimplePredicate field="{field}" operator="{operator}"{ending}/>'


@pytest.mark.parametrize(
    ("operator", "below", "same", "above"),
    [
        ("equal", False, True, False), ("notEqual", True, False, True), ("lessThan", True, False, False),
        ("lessOrEqual", True, True, False), ("greaterThan", False, False, True),
        ("greaterOrEqual", False, True, True),
    ],
)  # fmt: skip
def test_operators_and_missing(operator: str, below: bool, same: bool, above: bool) -> None:
    predicate = simple("x", operator, "0.3")
    assert [truth(predicate, x=x) for x in (0.2, 0.3, 0.30000000000000004)] == [below, same, above]
    assert truth(predicate) is None


def test_is_missing_is_never_unknown() -> None:
    assert [truth(simple("t", "isMissing")), truth(simple("t", "isMissing"), t="")] == [True, False]
    assert [truth(simple("t", "isNotMissing")), truth(simple("t", "isNotMissing"), t="")] == [False, True]


def test_ordinal_values_have_the_order_of_the_dictionary() -> None:
    assert truth(simple("g", "lessThan", "high"), g="low") is True
    assert truth(simple("g", "greaterThan", "low"), g="low") is False
    with pytest.raises(PmmlError, match="g: the value has no place in the order"):
        truth(simple("g", "lessThan", "high"), g="middle")


T, F, U = simple("n", "equal", "1"), simple("n", "equal", "2"), simple("x", "equal", "1")


@pytest.mark.parametrize(
    ("connective", "parts", "result"),
    [
        ("and", T + T, True), ("and", T + F, False), ("and", T + U, None), ("and", U + F, False),
        ("or", F + F, False), ("or", F + T, True), ("or", U + T, True), ("or", F + U, None),
        ("xor", T + T, False), ("xor", T + F, True), ("xor", T + T + T, True), ("xor", T + U, None),
        ("surrogate", U + T, True), ("surrogate", U + F + T, False), ("surrogate", U + U, None),
    ],
)  # fmt: skip
def test_three_valued_logic(connective: str, parts: str, result: bool | None) -> None:
    predicate = f'<CompoundPredicate booleanOperator="{connective}">{parts}</CompoundPredicate>'
    assert truth(predicate, n=1) is result


def in_set(field: str, operator: str, array: str) -> str:
    return f'<SimpleSetPredicate field="{field}" booleanOperator="{operator}">{array}</SimpleSetPredicate>'


def test_sets_of_texts_and_numbers() -> None:
    array = '<Array type="string" n="3">one "two words" "a \\"quote\\" and \\\\"</Array>'
    texts = ["one", "two words", 'a "quote" and \\', "two"]
    assert [truth(in_set("t", "isIn", array), t=text) for text in texts] == [True, True, True, False]
    assert [truth(in_set("t", "isNotIn", array), t=text) for text in texts] == [False, False, False, True]
    assert truth(in_set("x", "isIn", '<Array type="real">1 2.50</Array>'), x=2.5) is True
    assert truth(in_set("t", "isIn", array)) is None


def test_true_false_and_booleans() -> None:
    assert (truth("<False/>"), truth(simple("b", "equal", "true"), b=True)) == (False, True)
    assert truth(simple("b", "equal", "false"), b=True) is False


def treated(treatment: str, field: str = '<MiningField name="n"/>') -> Any:
    text = SMALL.replace(field, treatment).replace("<True/>", simple("n", "equal", "7"))
    return read_pmml(
        text.replace("</Attribute>", '</Attribute><Attribute partialScore="2"><True/></Attribute>')
    )


@pytest.mark.parametrize(
    ("treatment", "value", "score"),
    [
        ('missingValueReplacement="7" missingValueTreatment="asMode"', None, 1),
        ('invalidValueTreatment="asMissing" missingValueReplacement="7"', "text", 1),
        ('invalidValueTreatment="asMissing"', 7.5, 2),
        ('invalidValueTreatment="asValue" invalidValueReplacement="7"', True, 1),
        ('outliers="asExtremeValues" lowValue="7" highValue="9"', -3, 1),
        ('outliers="asExtremeValues" lowValue="1" highValue="7"', 70, 1),
        ('outliers="asMissingValues" lowValue="1" highValue="9" missingValueReplacement="7"', 10, 1),
        ('outliers="asMissingValues" lowValue="1" highValue="9"', 7, 1),
        ('outliers="asMissingValues" lowValue="1" highValue="9" optype="ordinal"', 70, 2),
    ],
)  # fmt: skip
def test_treatment_of_values(treatment: str, value: object, score: int) -> None:
    assert treated(f'<MiningField name="n" {treatment}/>').score({"n": value}).score == score


@pytest.mark.parametrize(
    ("treatment", "value", "problem"),
    [
        ("", "text", "n: expected a whole number"), ("", 7.5, "n: expected a whole number"),
        ("", True, "n: expected a whole number"), ("", [7], "n: expected one value"),
        ("", {"a": 1}, "n: expected one value"), ("", float("nan"), "n: expected a finite number"),
        ("", float("inf"), "n: expected a finite number"), ("", 10**400, "n: expected a finite number"),
        ('invalidValueTreatment="asIs"', "text", "n: expected a whole number"),
        ('invalidValueTreatment="asMissing"', float("-inf"), "n: expected a finite number"),
        ('missingValueTreatment="returnInvalid"', None, "n: the value is missing"),
    ],
)  # fmt: skip
def test_values_that_give_no_result(treatment: str, value: object, problem: str) -> None:
    with pytest.raises(PmmlError, match=problem):
        treated(f'<MiningField name="n" {treatment}/>').score({"n": value})


@pytest.mark.parametrize(
    ("dictionary", "value", "is_valid"),
    [
        ('<Interval closure="closedOpen" leftMargin="0" rightMargin="7"/>', 0, True),
        ('<Interval closure="closedOpen" leftMargin="0" rightMargin="7"/>', 7, False),
        ('<Interval closure="openClosed" leftMargin="0" rightMargin="7"/>', 0, False),
        ('<Interval closure="openClosed" leftMargin="0" rightMargin="7"/>', 7, True),
        ('<Interval closure="openOpen" rightMargin="7"/>', -1000, True),
        ('<Interval closure="closedClosed" leftMargin="3"/>', 2, False),
        ('<Interval closure="closedClosed" leftMargin="3"/><Value value="1"/>', 1, True),
        ('<Value value="1"/><Value value="2" property="invalid"/>', 2, False),
        ('<Value value="1"/>', 3, False), ('<Value value="1" property="invalid"/>', 3, True),
    ],
)  # fmt: skip
def test_what_the_dictionary_allows(dictionary: str, value: int, is_valid: bool) -> None:
    text = SMALL.replace('dataType="integer"/>', f'dataType="integer">{dictionary}</DataField>')
    card = read_pmml(text)
    if is_valid:
        assert card.score({"n": value}).score == 1
    else:
        with pytest.raises(PmmlError, match="n: the value is not among"):
            card.score({"n": value})


def test_an_invalid_value_of_the_right_type_may_stand() -> None:
    dictionary = '<Value value="1"/><Value value="9" property="missing"/></DataField>'
    text = SMALL.replace('dataType="integer"/>', f'dataType="integer">{dictionary}')
    card = read_pmml(
        text.replace('<MiningField name="n"/>', '<MiningField name="n" invalidValueTreatment="asIs"/>')
    )
    assert (card.inputs["n"].prepare({"n": 3}), card.inputs["n"].prepare({"n": 9})) == (3, None)


def test_a_name_may_stand_for_a_number() -> None:
    value = '<Value value="-1" displayValue="none"/></DataField>'
    card = read_pmml(SMALL.replace('dataType="integer"/>', f'dataType="integer">{value}'))
    assert card.inputs["n"].prepare({"n": "none"}) == -1


X, Y, K = '<FieldRef field="x"/>', '<FieldRef field="n"/>', "<Constant>{}</Constant>".format


def apply(function: str, *arguments: str, **attributes: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<Apply function="{function}"{given}>{"".join(arguments)}</Apply>'


@pytest.mark.parametrize(
    ("function", "arguments", "result"),
    [
        ("+", (X, K("0.2")), "2.7"), ("+", (X,), "2.5"), ("-", (X, K(3)), "-0.5"), ("-", (X,), "-2.5"),
        ("*", (X, X), "6.25"), ("/", (X, K(4)), "0.625"), ("min", (X, K(3), K(1)), "1"),
        ("max", (X, Y), "2.5"), ("sum", (X, Y, K(1)), "3.5"), ("avg", (X, Y, K("0.5")), "1.5"),
        ("median", (X, K(9), K(1)), "2.5"), ("product", (X, Y, K(2)), "5"), ("abs", (K("-2.5"),), "2.5"),
        ("floor", (K("-2.5"),), "-3"), ("ceil", (X,), "3"), ("round", (X,), "3"), ("round", (K("-2.5"),),
        "-2"),
        ("rint", (X,), "2"), ("modulo", (K("-7"), K(3)), "2"), ("threshold", (X, K(2)), "1"),
        ("threshold", (X, X), "0"), ("pow", (X, K(2)), "6.25"), ("pow", (K(16), K("0.5")), "4"),
        ("pow", (K(2), K(-1)), "0.5"), ("sqrt", (K(9),), "3"), ("exp", (K(0),), "1"), ("ln", (K(1),), "0"),
        ("log10", (K(1000),), "3"),
    ],
)  # fmt: skip
def test_functions(function: str, arguments: tuple[str, ...], result: str) -> None:
    assert computing(apply(function, *arguments)).score({"x": 2.5}).score == Fraction(result)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("/", (X, K(0))), ("sqrt", (K(-1),)), ("ln", (K(0),)), ("exp", (K(1000),)), ("pow", (K(0), K(-1))),
        ("pow", (K("1e300"), K(2))), ("*", (K("1e300"), K("1e300"))), ("modulo", (X, K(0))),
        ("pow", (K(-8), K("0.5"))),
    ],
)  # fmt: skip
def test_functions_without_a_value(function: str, arguments: tuple[str, ...]) -> None:
    with pytest.raises(PmmlError, match=r"Apply\[1\]: the function .* has no value"):
        computing(apply(function, *arguments)).score({"x": 2.5})
    kept = apply(function, *arguments, invalidValueTreatment="asMissing", defaultValue="8")
    assert computing(kept).score({"x": 2.5}).score == 8


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        (apply("+", X, Y, mapMissingTo="4"), 4), (apply("+", X, Y, defaultValue="6"), 6),
        (apply("+", X, '<FieldRef field="n" mapMissingTo="1"/>'), 3), (apply("sum", Y, defaultValue="3"), 3),
    ],
)  # fmt: skip
def test_missing_arguments(expression: str, result: int) -> None:
    assert computing(expression).score({"x": 2}).score == result


@pytest.mark.parametrize(
    "expression", [Y, apply("+", X, Y), apply("+", X, Y, invalidValueTreatment="asMissing")]
)
def test_a_missing_partial_score_is_no_score(expression: str) -> None:
    with pytest.raises(PmmlError, match="partial score is missing"):
        computing(expression).score({"x": 2})


def test_a_sum_beyond_a_double_is_no_score() -> None:
    card = read_pmml(SMALL.replace('partialScore="1"', f'partialScore="{"9" * 308}"').replace(
        'useReasonCodes="true"', 'initialScore="1.7e308"'))  # fmt: skip
    with pytest.raises(PmmlError, match="score: the sum is larger"):
        card.score({})


@pytest.mark.parametrize("name", NAMES)
def test_a_card_survives_the_round_trip(name: str) -> None:
    card = card_of(name)
    text = write_pmml(card)
    assert read_pmml(text) == card
    assert write_pmml(read_pmml(text)) == text


def test_what_a_header_says_survives_too() -> None:
    header = (
        '<Header copyright="&lt;c&gt;" description="d" modelVersion="3"><Application name="a" version="1"/>'
        "<Annotation>first</Annotation><Annotation>second</Annotation><Timestamp>2026-11-22</Timestamp>"
        "</Header>"
    )
    card = read_pmml(SMALL.replace("<Header/>", header))
    assert card.header.annotations == ("first", "second")
    assert read_pmml(write_pmml(card)) == card


def test_expressions_and_flags_survive_too() -> None:
    card = computing(
        apply("+", X, '<Constant dataType="double">-0.125</Constant>', invalidValueTreatment="asMissing")
    )
    assert read_pmml(write_pmml(card)) == card
    booleans = card_testing(in_set("b", "isIn", "<Array>true</Array>"))
    assert read_pmml(write_pmml(booleans)) == booleans


@pytest.mark.parametrize("applicant", ["personal", "enterprise"])
def test_a_policy_goes_out_whole(applicant: str) -> None:
    card = card_of_policy(POLICY, applicant)
    assert read_pmml(write_pmml(card)) == card


@pytest.mark.parametrize("person", ["li_na", "chen_jing_before", "wang_fang", "ordinary"])
def test_an_exported_policy_scores_as_the_engine_does(person: str) -> None:
    facts = facts_of(person)
    scored = card_of_policy(POLICY, "personal").score(facts)
    assert scored.score == POLICY.scorecards["personal"].score(facts).value


def test_there_is_no_third_scorecard() -> None:
    with pytest.raises(PmmlError, match="scorecard: expected one of personal, enterprise"):
        card_of_policy(POLICY, "martian")
