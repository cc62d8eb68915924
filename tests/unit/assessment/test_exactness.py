"""The cheapest route is the cheapest: held against brute force, scipy's milp and the checker."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from assessment.certificates import Certificate, _digest, certify, check_certificate, read_certificate
from assessment.errors import CertificateError
from assessment.knapsack import Choice, Option, cheapest
from tests.unit.assessment.samples import POLICY

CARD = POLICY.scorecards["personal"]
GATE, MARGIN = 600, 20
CASES = 1_000
BATCH = 100


@dataclass(frozen=True)
class Case:
    """Costs and gains of one made-up person on the personal scorecard, in the shape that proofs need."""

    label: str
    need: int
    options: list[list[Option]]


def person(rng: Random, *, frozen: frozenset[str]) -> Case:
    """Somebody in random bins; each better bin costs effort, and what is frozen stays as it is."""
    score, options = POLICY.score_min, []
    for one in CARD.characteristics:
        at = rng.randrange(len(one.bins))
        score += one.points[at]
        groups = [(0, 0)]
        if one.name not in frozen:
            effort = rng.randint(1, 9)
            better = sorted({points for points in one.points if points > one.points[at]})
            groups += [(effort * (step + 1), points - one.points[at]) for step, points in enumerate(better)]
        options.append(groups)
    return Case("random", max(GATE + MARGIN - score, 0), options)


def least_by_milp(case: Case) -> int | None:
    """The least effort, as scipy's branch and cut finds it."""
    flat = [(group, cost, gain) for group, one in enumerate(case.options) for cost, gain in one]
    pick = np.zeros((len(case.options), len(flat)))
    for at, (group, _, _) in enumerate(flat):
        pick[group, at] = 1
    gains = np.array([[gain for _, _, gain in flat]])
    answer = milp(
        np.array([cost for _, cost, _ in flat]), integrality=np.ones(len(flat)), bounds=Bounds(0, 1),
        constraints=[LinearConstraint(pick, 1, 1), LinearConstraint(gains, case.need, np.inf)],
        options={"mip_rel_gap": 0},
    )  # fmt: skip
    return round(answer.fun) if answer.success else None


def least_by_trying(options: Sequence[Sequence[Option]], need: int) -> int | None:
    """The least effort of every combination there is."""
    sums = ((sum(one[0] for one in way), sum(one[1] for one in way)) for way in product(*options))
    return min((cost for cost, gain in sums if gain >= need), default=None)


def corrupted(certificate: Certificate) -> list[dict[str, Any]]:
    """The certificate with one thing made false at a time, and sealed anew so that the seal does not tell."""
    found = []
    for field, change in (
        ("cost", 1),
        ("need", 1),
        ("cheaper_gain", 1),
        ("most_gain", 1),
        ("gain", 50),
        ("pick", 1),
    ):
        written = certificate.to_dict()
        case = written["cases"][0]
        if field == "cost" and written["cost"] is not None:
            written["cost"] -= change
        elif field == "need":
            case["need"] += 10_000 if written["cost"] is not None else -10_000
        elif field == "gain" and written["cost"] is not None:
            case["options"][0].append([0, 10_000])
        elif field == "pick" and written["picks"]:
            written["picks"][0] += 100
        elif field in case and case[field] is not None:
            case[field] += change
        else:
            continue
        found.append(sealed(written))
    return found


def sealed(written: dict[str, Any]) -> dict[str, Any]:
    content = {name: value for name, value in written.items() if name != "digest"}
    return {**content, "digest": _digest(content)}


def prove(case: Any, choice: Choice | None) -> None:
    """The certificate is accepted, and refused as soon as any of its numbers is false."""
    certificate = certify([case], None if choice is None else (0, case, choice))
    check_certificate(read_certificate(certificate.to_dict()))
    for written in corrupted(certificate):
        with pytest.raises(CertificateError):
            check_certificate(read_certificate(written))
    with pytest.raises(CertificateError, match="digest"):
        check_certificate(replace(certificate, digest="0" * 64))


@pytest.mark.parametrize("frozen", [frozenset(), frozenset({"worst_dpd_24m"})], ids=["easy", "frozen"])
@pytest.mark.parametrize("batch", range(CASES // BATCH))
def test_as_cheap_as_milp_with_proof(batch: int, frozen: frozenset[str]) -> None:
    rng = Random(f"{batch}{sorted(frozen)}")
    for _ in range(BATCH):
        case = person(rng, frozen=frozen)
        choice = cheapest(case.options, case.need)
        assert (None if choice is None else choice.cost) == least_by_milp(case)
        prove(case, choice)


def test_as_cheap_as_every_combination() -> None:
    rng = Random(7)
    for _ in range(600):
        options = [
            [(0, 0), *((rng.randint(0, 9), rng.randint(-5, 20)) for _ in range(rng.randint(0, 4)))]
            for _ in range(rng.randint(1, 5))
        ]
        need = rng.randint(-5, 60)
        choice = cheapest(options, need)
        assert (None if choice is None else choice.cost) == least_by_trying(options, need)
        prove(Case("small", need, options), choice)
