"""The cheapest way over a scorecard's gate, against optbinning's counterfactual and DiCE's random search.

All three see the same fitted scorecard and the same people below its gate, and look for changes of inputs
that lift the score over it. Ours is what `find_routes` does once per price band: each characteristic's better
bins as options, and the exact cheapest choice of one per characteristic. Rules, limits and the assessment
of the whole plan, which the others do not have, are not in it; what all of that takes is told beside it.
"""

import contextlib
import importlib
import io
import itertools
import statistics
import sys
import time
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import yaml

from assessment import Request, read_policy
from assessment.actions import STATED_BEST, Circumstances
from assessment.knapsack import Group, Option, cheapest_of, prepare
from assessment.recourse import find_routes
from bench._pairs import compare, show
from creditportal.embedded.places import CHECKOUT

PEOPLE: Final = 3000
FEATURES: Final = 18
A_ROUND: Final = 2
REPEATS: Final = 20
SHOWN: Final = 12


@dataclass(frozen=True)
class Card:
    """A fitted scorecard as ours and as theirs: bins with whole points, and the library's own objects."""

    edges: list[list[float]]
    points: list[list[int]]
    groups: list[list[Group]]
    base: int
    gate: int
    theirs: Any
    table: Any
    model: Any

    def codes(self, row: Any) -> list[int]:
        """The bin of each value."""
        return [bisect_left(edges, value) for edges, value in zip(self.edges, row, strict=True)]

    def score(self, codes: list[int]) -> int:
        """The score in whole points."""
        return self.base + sum(points[code] for points, code in zip(self.points, codes, strict=True))


def main() -> int:
    """Measure against both and print; every answer is checked."""
    card = _fit()
    rows = card.table.to_numpy().tolist()
    below = [
        at for at in range(PEOPLE) if card.gate - 60 <= card.score(card.codes(rows[at])) < card.gate - 5
    ][:SHOWN]
    turn = itertools.count()

    def people() -> list[int]:
        start = next(turn) * A_ROUND
        return [below[(start + at) % len(below)] for at in range(A_ROUND)]

    def ours() -> float:
        started = time.process_time()
        for _ in range(REPEATS):
            for at in below:
                ours_for(card, rows[at])
        return (time.process_time() - started) / (REPEATS * len(below)) * 1000

    def timed(search: Any) -> Any:
        def one_round() -> float:
            started, spent = time.perf_counter(), time.process_time()
            for at in people():
                search(at)
            # Several threads spend more than passes, others on the machine let more pass: the less counts.
            spent = min(time.perf_counter() - started, time.process_time() - spent)
            return spent / A_ROUND * 1000

        return one_round

    binned, random = _optbinning(card), _dice(card)
    _tell_quality(card, rows, below[:4], {"ours": None, "optbinning": binned, "DiCE random": random})
    first = compare(
        name="recourse", ours=ours, other=timed(binned), unit="ms", goal=round(1 / 3000, 7), runs=7
    )
    second = compare(
        name="recourse_dice", ours=ours, other=timed(random), unit="ms", goal=round(1 / 5000, 7), runs=7
    )
    return show(first, about="optbinning's counterfactual, proximity only") + show(
        second, about="DiCE random"
    )


def ours_for(card: Card, row: Any) -> list[int] | None:
    """The bins after the cheapest way over the gate; None where there is none.

    Groups are pruned once per card, as a policy is compiled once for everybody.
    """
    codes = card.codes(row)
    groups = [by_code[code] for by_code, code in zip(card.groups, codes, strict=True)]
    choice = cheapest_of(groups, card.gate - card.score(codes))
    if choice is None:
        return None
    ways = zip(card.points, codes, groups, choice.picks, strict=True)
    return [
        _bin_of(points, code, group.options[pick]) if pick else code for points, code, group, pick in ways
    ]


def _bin_of(points: list[int], code: int, option: Option) -> int:
    """Which bin an option stands for: so many bins away, with so many points more."""
    cost, gain = option
    return next(
        at for at in (code - cost, code + cost) if 0 <= at < len(points) and points[at] - points[code] == gain
    )


def _fit() -> Card:
    """One scorecard of the library over a made-up table; ours is the same in whole points."""
    with contextlib.redirect_stdout(sys.stderr):  # one of its own solvers may not load, which it prints
        optbinning = importlib.import_module("optbinning")
    pandas = importlib.import_module("pandas")
    linear_model = importlib.import_module("sklearn.linear_model")
    random = np.random.default_rng(7)
    names = [f"x{number}" for number in range(FEATURES)]
    table = pandas.DataFrame(random.normal(size=(PEOPLE, FEATURES)), columns=names)
    late = (table.sum(axis=1) + random.normal(scale=3, size=PEOPLE) < 0).astype(int)
    theirs = optbinning.Scorecard(
        binning_process=optbinning.BinningProcess(names),
        estimator=linear_model.LogisticRegression(max_iter=1000),
        scaling_method="min_max",
        scaling_method_params={"min": 350, "max": 950},
    )
    theirs.fit(table, late)
    gate = _gate(theirs, table)
    model = linear_model.LogisticRegression(max_iter=1000).fit(table, theirs.score(table) >= gate)
    detail = theirs.table(style="detailed")
    edges, points = [], []
    for name in names:
        binned = theirs.binning_process_.get_binned_variable(name)
        cuts = [float(cut) for cut in binned.splits]
        rows = detail[detail["Variable"] == name]["Points"].to_list()[: len(cuts) + 1]
        edges.append(cuts)
        points.append([round(one) for one in rows])
    groups = [[prepare(_options(own, code)) for code in range(len(own))] for own in points]
    return Card(edges, points, groups, round(float(theirs.intercept_)), gate, theirs, table, model)


def _gate(theirs: Any, table: Any) -> int:
    """The score at which its own class changes: as likely late as not."""
    late = theirs.predict_proba(table)[:, 1]
    slope, middle = np.polyfit(np.log(late / (1 - late)), theirs.score(table), 1)
    assert slope < 0, "a higher score is less often late"
    return int(np.ceil(middle))


def _options(points: list[int], code: int) -> list[Option]:
    """Staying, and each better bin: its distance in bins and its points."""
    better = [(abs(at - code), one - points[code]) for at, one in enumerate(points) if one > points[code]]
    return [(0, 0), *sorted(better)]


def _optbinning(card: Card) -> Any:
    scorecard = importlib.import_module("optbinning.scorecard")
    search = scorecard.Counterfactual(scorecard=card.theirs)
    search.fit(card.table)

    def run(at: int) -> Any:
        search.generate(
            query=card.table.iloc[[at]], y=0, outcome_type="binary", n_cf=1, objectives={"proximity": 1},
        )  # fmt: skip
        found = search.display(show_only_changes=False, show_outcome=False)
        return [_code_in(card, place, found[name].iloc[0]) for place, name in enumerate(card.table.columns)]

    return run


def _code_in(card: Card, place: int, shown: str) -> int:
    """The bin that the library names by its interval, such as `[-0.31, 0.42)`."""
    low = str(shown).strip("[()]").split(",")[0]
    if "inf" in low:
        return 0
    return min(range(len(card.edges[place])), key=lambda at: abs(card.edges[place][at] - float(low))) + 1


def _dice(card: Card) -> Any:
    with contextlib.redirect_stdout(sys.stderr):
        dice = importlib.import_module("dice_ml")
    frame = card.table.assign(good=card.model.predict(card.table).astype(int))
    data = dice.Data(dataframe=frame, continuous_features=list(card.table.columns), outcome_name="good")
    search = dice.Dice(data, dice.Model(model=card.model, backend="sklearn"), method="random")

    def run(at: int) -> Any:
        with contextlib.redirect_stderr(io.StringIO()):
            found = search.generate_counterfactuals(
                card.table.iloc[[at]], total_CFs=1, desired_class=1, random_seed=7, verbose=False
            )
        frames = found.cf_examples_list[0].final_cfs_df
        return (
            None if frames is None else card.codes(frames.iloc[0][list(card.table.columns)].to_numpy(float))
        )

    return run


def _tell_quality(card: Card, rows: Any, people: list[int], searches: dict[str, Any]) -> None:
    """Print beside the times: valid answers, their cost in bins, and changes that lower the score."""
    for name, search in searches.items():
        valid, costs, wrong = 0, [], 0
        for at in people:
            before = card.codes(rows[at])
            after = ours_for(card, rows[at]) if search is None else search(at)
            if after is None:
                continue
            valid += card.score(after) >= card.gate
            costs.append(sum(abs(one - other) for one, other in zip(before, after, strict=True)))
            wrong += sum(
                points[one] < points[other]
                for points, one, other in zip(card.points, after, before, strict=True)
            )
        cost = statistics.mean(costs) if costs else float("nan")
        print(
            f"quality of {name}: {valid}/{len(people)} valid, {cost:.1f} bins of change, {wrong} downwards",
            file=sys.stderr,
        )
    print(f"a whole answer with rules, limit, proof and four horizons: {_whole():.1f} ms", file=sys.stderr)


def _whole() -> float:
    """Milliseconds of everything that a page of routes asks of the engine for Li Na of the sample persons."""
    policy = read_policy((CHECKOUT / "catalogue" / "policy.yaml").read_text())
    person = yaml.safe_load((CHECKOUT / "catalogue" / "persons.yaml").read_text())["li_na"]
    asked = person["request"]
    request = Request(asked["product"], asked["amount_cny"], asked["term_months"], asked["purpose"])
    started = time.perf_counter()
    find_routes(
        policy, person["facts"], request, market="normal", circumstances=Circumstances(stated=STATED_BEST)
    )
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    sys.exit(main())
