"""The repayment plans that a measure offers: what is owed today over a longer term, each with its cost."""

from typing import Final, TypeAlias

from assessment import CostSheet, cost_sheet
from decisions.models import Decision, DecisionKind, Measure
from decisions.policies import compiled
from decisions.warning_catalogue import get_measure_terms

METHOD: Final = "equal_instalment"
Plan: TypeAlias = CostSheet


def key_of(plan: Plan) -> str:
    """What a choice of this plan is called: with its figures, so that nobody agrees to others."""
    return f"{plan.term}:{plan.instalment}"


def list_plans(measure: Measure) -> list[Plan]:
    """Return every term of the product that is longer than the one asked for, shortest first; or none."""
    line = measure.line
    if get_measure_terms()[measure.code].effect != "plan" or line.drawn_cny <= 0:
        return []
    rows = Decision.objects.filter(line=line, kind=DecisionKind.APPLICATION).select_related("policy")
    opened = rows.order_by("-pk").first()
    if opened is None:
        return []
    policy = compiled(opened.policy)
    product = policy.products[line.product]
    if METHOD not in product.methods or product.term_unit != "months":
        return []
    asked = opened.request["term_months"] or 0
    return [
        cost_sheet(
            amount=line.drawn_cny, annual_rate_pct=line.annual_rate_pct, term=term, method=METHOD,
            term_unit=product.term_unit, day_count=policy.pricing.day_count,
        )
        for term in sorted(product.terms)
        if term > asked
    ]  # fmt: skip
