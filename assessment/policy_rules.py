"""Reading rules: each test may only use names that every product it applies to can give it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessment.encoding import Characteristic
from assessment.errors import ExpressionError, PolicyError
from assessment.expressions import Name, read_expression
from assessment.policy import InputSpec, Product, Rule
from assessment.policy_shape import TAGS
from assessment.scoring import Scorecard

PROVIDED: Mapping[str, Name] = {
    "score": Name("number"),
    "gate": Name("number"),
    "data_coverage": Name("number"),
    "requested": Name("money"),
    "limit": Name("money"),
    "product_min": Name("money"),
    "regulatory_cap": Name("money", absent_passes=True),
    "portfolio_exposure_pct": Name("number"),
    "maintenance": Name("flag"),
    "purpose": Name("text"),
    "allowed_purposes": Name("codes"),
    "high_risk_industries": Name("codes"),
}
PROVIDED_CHANGES: dict[str, str] = {
    "score": "changeable",
    "gate": "fixed",
    "data_coverage": "changeable",
    "requested": "changeable",
    "limit": "changeable",
    "product_min": "fixed",
    "regulatory_cap": "fixed",
    "portfolio_exposure_pct": "with_time",
    "maintenance": "with_time",
    "purpose": "changeable",
    "allowed_purposes": "fixed",
    "high_risk_industries": "fixed",
}
_KINDS = {"number": "number", "money": "money", "flag": "flag", "text": "text", "event": "event"}


def products_of(applies: str, products: Mapping[str, Product]) -> frozenset[str]:
    """The products that `all`, an applicant kind or a product code stands for."""
    return frozenset(
        code for code, product in products.items() if applies in ("all", code, product.applicant)
    )


def read_rules(
    document: Mapping[str, Any],
    products: Mapping[str, Product],
    scorecards: Mapping[str, Scorecard],
    inputs: Mapping[str, InputSpec],
    changes: Mapping[str, str],
) -> tuple[Rule, ...]:
    """All rules in order; `changes` says what can change each input.

    Raises PolicyError at a test that cannot be read.
    """
    rules: list[Rule] = []
    for at, described in enumerate(document["rules"]):
        path = f"rules[{at}]"
        if any(described["id"] == rule.id for rule in rules):
            raise PolicyError(f"{path}.id", "a number that no other rule has")
        covered = products_of(described["applies"], products)
        names = _names_for(covered, products, scorecards, inputs)
        try:
            expression = read_expression(described["test"], names)
        except ExpressionError as error:
            raise PolicyError(f"{path}.test", error.expected) from None
        if described["reason"] == "LIMIT" and (
            "limit" not in expression.names or described["else"] == "refer"
        ):
            raise PolicyError(f"{path}.reason", "LIMIT only where the limit is tested and nobody is referred")
        _check_countable(expression.bounds, covered, products, scorecards, f"{path}.test")
        rules.append(
            Rule(
                id=described["id"],
                products=covered,
                test=described["test"],
                outcome=described["else"],
                reason=described["reason"],
                changes=min((changes[name] for name in expression.names), key=TAGS.index),
                expression=expression,
            )
        )
    return tuple(rules)


def _names_for(
    covered: frozenset[str],
    products: Mapping[str, Product],
    scorecards: Mapping[str, Scorecard],
    inputs: Mapping[str, InputSpec],
) -> dict[str, Name]:
    names = dict(PROVIDED)
    cards = [scorecards[products[code].applicant] for code in covered]
    for one in cards[0].characteristics:
        if all(one.name in card.by_name for card in cards):
            names[one.name] = _name_of(one)
    for spec in inputs.values():
        if covered <= spec.products:
            names[spec.name] = Name(_KINDS[spec.kind], states=spec.states)
    return names


def _name_of(one: Characteristic) -> Name:
    counts_as = {bin_.state: bin_.counts_as for bin_ in one.bins if bin_.state and bin_.counts_as is not None}
    kind = "number" if one.positions else "state"
    return Name(kind, counts_as=counts_as, states=frozenset(one.states))


def _check_countable(
    bounds: tuple[Any, ...],
    covered: frozenset[str],
    products: Mapping[str, Product],
    scorecards: Mapping[str, Scorecard],
    path: str,
) -> None:
    """A known state needs a number that a comparison can read, else a rule could not answer."""
    read = {name for bound in bounds for name in (bound.name, bound.limit)}
    for code in covered:
        for one in scorecards[products[code].applicant].characteristics:
            mute = [bin_.state for bin_ in one.bins if bin_.state and bin_.known and bin_.counts_as is None]
            if one.name in read and one.positions and mute:
                raise PolicyError(path, f"counts_as for the state {mute[0]} of {one.name}")
