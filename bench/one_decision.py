"""One full decision against optbinning scoring one row.

Ours is the engine alone: `assess` with score, all rules, limit, price and principal reasons, over every
sample person in turn, approved and not. Theirs is the score of one row of a card with as many
characteristics. Both are processor time. Neither side writes anything: what a stored decision adds is told
beside it.
"""

import contextlib
import importlib
import sys
import time
from typing import Any, Final

import numpy as np
import yaml

from assessment import Assessment, Request, assess, read_policy
from bench._pairs import compare, show
from creditportal.embedded.places import CHECKOUT

REPEATS: Final = {"ours": 80, "other": 5}  # rounds of about the same length
PEOPLE: Final = 2000
GOAL: Final = 1 / 200


def main() -> int:
    """Measure and print; both sides hold as many characteristics."""
    policy = read_policy((CHECKOUT / "catalogue" / "policy.yaml").read_text())
    people = yaml.safe_load((CHECKOUT / "catalogue" / "persons.yaml").read_text())
    cases = [
        (one["facts"], _request(one["request"]), one.get("market", "normal"))
        for one in people.values()
        if one["kind"] == "personal"
    ]
    card, row = _peer(len(policy.scorecards["personal"].characteristics))

    def decide_all() -> list[Assessment]:
        return [assess(policy, facts, asked, market=market) for facts, asked, market in cases]

    def ours() -> float:
        started = time.process_time()
        for _ in range(REPEATS["ours"]):
            decide_all()
        return (time.process_time() - started) / REPEATS["ours"] / len(cases) * 1000

    def other() -> float:
        started = time.process_time()
        for _ in range(REPEATS["other"]):
            card.score(row)
        return (time.process_time() - started) / REPEATS["other"] * 1000

    started = time.perf_counter()
    for decided in decide_all():
        decided.to_dict()
    written = (time.perf_counter() - started) / len(cases) * 1000
    print(f"with the document that a decision stores: {written:.2f} ms", file=sys.stderr)
    measured = compare(name="one_decision", ours=ours, other=other, unit="ms", goal=GOAL)
    return show(measured, about="optbinning's score alone")


def _request(asked: dict[str, Any]) -> Request:
    return Request(
        product=asked["product"],
        amount=asked["amount_cny"],
        term_months=asked.get("term_months"),
        term_days=asked.get("term_days"),
        purpose=asked["purpose"],
        method=asked.get("method"),
    )


def _peer(count: int) -> tuple[Any, Any]:
    """A scorecard of that library over as many numeric characteristics, and one row for it."""
    # Read when it is needed: the package comes with the benchmarks alone and has no types.
    # One of its own solvers may not load, which it prints; our output is one line.
    with contextlib.redirect_stdout(sys.stderr):
        optbinning = importlib.import_module("optbinning")
    linear_model = importlib.import_module("sklearn.linear_model")
    pandas = importlib.import_module("pandas")
    random = np.random.default_rng(7)
    names = [f"x{number}" for number in range(count)]
    table = pandas.DataFrame(random.normal(size=(PEOPLE, count)), columns=names)
    late = (table.sum(axis=1) + random.normal(scale=3, size=PEOPLE) > 0).astype(int)
    card = optbinning.Scorecard(
        binning_process=optbinning.BinningProcess(names),
        estimator=linear_model.LogisticRegression(max_iter=1000),
        scaling_method="min_max",
        scaling_method_params={"min": 350, "max": 950},
    )
    card.fit(table, late)
    return card, table.iloc[[0]]


if __name__ == "__main__":
    sys.exit(main())
