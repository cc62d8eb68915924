"""Measures two ways in turn, A B A B, so that whatever else the machine does meets both."""

import json
import statistics
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Final

RUNS: Final = 9
WARM_UP: Final = 2


@dataclass(frozen=True)
class Comparison:
    """Medians of both sides in `unit`, and the median of the ratios ours / other of each round."""

    name: str
    ours: float
    other: float
    unit: str
    ratio: float
    goal: float
    holds: bool
    runs: int


def compare(
    *,
    name: str,
    ours: Callable[[], float],
    other: Callable[[], float],
    unit: str,
    goal: float,
    runs: int = RUNS,
) -> Comparison:
    """Measure both sides in turn; each call returns what one round cost. The goal is the highest ratio."""
    rounds = [(ours(), other()) for _ in range(WARM_UP + runs)][WARM_UP:]
    ratio = statistics.median(mine / theirs for mine, theirs in rounds)
    mine, theirs = (statistics.median(side) for side in zip(*rounds, strict=True))
    return Comparison(name, mine, theirs, unit, ratio, goal, ratio <= goal, runs)


def compare_all(
    *,
    ours: Callable[[], float],
    others: Mapping[str, tuple[Callable[[], float], float]],
    unit: str,
    runs: int = RUNS,
) -> list[Comparison]:
    """Measure ours and several others in turn, A B C A B C; one comparison for each, with its own goal."""
    sides = [ours, *(other for other, _goal in others.values())]
    rounds = [[side() for side in sides] for _ in range(WARM_UP + runs)][WARM_UP:]
    medians = [statistics.median(side) for side in zip(*rounds, strict=True)]
    made = []
    for place, (name, (_other, goal)) in enumerate(others.items(), start=1):
        ratio = statistics.median(one[0] / one[place] for one in rounds)
        made.append(Comparison(name, medians[0], medians[place], unit, ratio, goal, ratio <= goal, runs))
    return made


def show(result: Comparison, *, about: str) -> int:
    """Print one line, JSON when asked for; return the exit code: 0 when the goal holds."""
    if "--json" in sys.argv[1:]:
        print(json.dumps(asdict(result)))
    else:
        verdict = "holds" if result.holds else "MISSED"
        print(
            f"{result.name}: {result.ours:.3g} against {result.other:.3g} {result.unit} ({about}), "
            f"ratio {result.ratio:.3g}, goal at most {result.goal:g}: {verdict} ({result.runs} rounds)"
        )
    return 0 if result.holds else 1
