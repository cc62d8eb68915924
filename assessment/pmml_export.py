"""A policy's scorecard as a PMML card, with nothing lost.

A characteristic of a policy mixes numbers from 0 and named states. In PMML it is one field: a text where
there are only states, else a number whose states are codes below zero (-1, -2, ...), each valid by an
Interval of its own; their names stand in an Extension of ours, and a row may give the name instead.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from assessment.encoding import Bin, Characteristic
from assessment.errors import PmmlError
from assessment.pmml_card import Attribute, Card, CardCharacteristic, Header, OutputField
from assessment.pmml_fields import DataField, DeclaredValue, Interval, MiningField, Plain
from assessment.pmml_predicates import Compound, Predicate, Simple
from assessment.policy import Policy

TARGET: Final = "score"
RANKS: Final = 4
_METHODS: Final = {"max": "max", "all": "mean"}


def card_of_policy(policy: Policy, applicant: str) -> Card:
    """The scorecard of a policy for one kind of applicant, baselines and reason codes with it."""
    scorecard = policy.scorecards.get(applicant)
    if scorecard is None:
        raise PmmlError("scorecard", f"expected one of {', '.join(policy.scorecards)}")
    baseline = policy.baselines[applicant]
    fields = tuple(_field_of(one) for one in scorecard.characteristics)
    return Card(
        (*fields, DataField(TARGET, "continuous", "double")),
        (*(MiningField(one.name) for one in fields), MiningField(TARGET, usage="target")),
        tuple(_characteristic_of(one, baseline.points[one.name]) for one in scorecard.characteristics),
        initial=Fraction(scorecard.base),
        baseline_method=_METHODS.get(baseline.method, "other"),
        model_name=f"{applicant}_{policy.version}",
        outputs=(
            OutputField("Score", "predictedValue", None, None, "continuous", "double"),
            *(
                OutputField(f"Reason {rank}", "reasonCode", rank, None, "categorical", "string")
                for rank in range(1, RANKS + 1)
            ),
        ),
        header=Header(description=f"Scorecard {applicant} of policy {policy.version}, {policy.hash}"),
    )


def _field_of(one: Characteristic) -> DataField:
    if not one.positions:
        return DataField(
            one.name, "categorical", "string", values=tuple(DeclaredValue(state) for state in one.states)
        )
    states = tuple((state, Fraction(-at)) for at, state in enumerate(one.states, start=1))
    intervals = (
        Interval("closedOpen", Fraction(0), None),
        *(Interval("closedClosed", code, code) for _, code in states),
    )
    return DataField(one.name, "continuous", "double", intervals=intervals, states=states)


def _characteristic_of(one: Characteristic, baseline: int) -> CardCharacteristic:
    lower: Fraction | None = None
    attributes = []
    codes = {state: Fraction(-at) for at, state in enumerate(one.states, start=1)}
    for each in one.bins:
        if each.state is not None:
            value: Plain = codes[each.state] if one.positions else each.state
            attributes.append(Attribute(Simple(one.name, "equal", value), Fraction(each.points)))
            continue
        attributes.append(Attribute(_range_of(one.name, lower, each), Fraction(each.points)))
        lower = None if each.upper is None else Fraction(str(each.upper))
    counted = tuple(
        (f"counts_as:{each.state}", repr(each.counts_as)) for each in one.bins if each.counts_as is not None
    )
    return CardCharacteristic(
        tuple(attributes), one.name, one.reason, Fraction(baseline),
        (("dimension", one.dimension), ("changes", one.changes), *counted),
    )  # fmt: skip


def _range_of(name: str, lower: Fraction | None, one: Bin) -> Predicate:
    low = Simple(name, "greaterOrEqual", Fraction(0)) if lower is None else Simple(name, "greaterThan", lower)
    if one.upper is None:
        return low
    return Compound("and", (low, Simple(name, "lessOrEqual", Fraction(str(one.upper)))))
