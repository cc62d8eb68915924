"""Freezing baselines: the mean points of the people of the book under a version's own scorecards."""

from collections.abc import Iterator
from typing import Any

from assessment import AssessmentError, Policy
from assessment.baselines import ALL, BEST, NEAR, freeze_baseline
from assessment.policy_shape import APPLICANTS, BASELINES
from assessment.scoring import Score
from decisions.models import Decision, DecisionKind

BASELINE_METHODS = (NEAR, ALL, BEST)
"""Those that a person may choose, the usual one first."""
_CHUNK = 2000


def freeze_baselines(policy: Policy, *, method: str) -> dict[str, Any]:
    """The document of a policy with baselines from the book; with too few people the next method holds."""
    assert method in BASELINES
    document = policy.document
    document["baseline"] = {
        applicant: freeze_baseline(policy.scorecards[applicant], people_of(policy, applicant), method=method)
        for applicant in APPLICANTS
    }
    return document


def people_of(policy: Policy, applicant: str) -> Iterator[tuple[Score, int]]:
    """Everybody's newest decision scored anew: the score and the gate of the product asked for.

    Who was decided without an input of this card cannot be scored and is left out.
    """
    card = policy.scorecards[applicant]
    gates = {
        code: policy.gates[code][policy.market_condition]
        for code, product in policy.products.items()
        if product.applicant == applicant
    }
    rows = (
        Decision.objects.filter(kind=DecisionKind.APPLICATION, product__in=gates)
        .order_by("applicant_id", "-id")
        .distinct("applicant_id")
        .values_list("product", "facts")
    )
    for product, facts in rows.iterator(chunk_size=_CHUNK):
        try:
            score = card.score({name: entry["value"] for name, entry in facts.items()})
        except AssessmentError:
            continue
        yield score, gates[product]
