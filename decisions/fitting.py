"""Fitting a draft scorecard: bins by optbinning, a logistic model on their weights, then whole points.

Navas-Palencia 2020 (optimal binning with a monotone trend); Siddiqi 2006 (weight of evidence, scaling). The
points of a characteristic rise or fall with its value, start at 0, and the best ones add up to 600, so that a
score lies within 350 and 950 to the point. An empty cell never earns more than the average bin.
"""

import contextlib
import importlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from assessment.pmml_card import Attribute, Card, CardCharacteristic, Header, OutputField
from assessment.pmml_fields import DataField, MiningField
from assessment.pmml_numbers import parse_number
from assessment.pmml_predicates import Compound, Predicate, Simple
from decisions.fitting_inputs import Place
from decisions.fitting_measures import Flags, Scores
from decisions.fitting_table import FitError, Table

BASE: Final = 350
SPAN: Final = 600
MOST_BINS: Final = 6
LEAST_SHARE: Final = 0.03
HELD_BACK: Final = 0.3
LEAST_ROWS: Final = 500
SEED: Final = 20_261_101
REASON_RANKS: Final = 4
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FittedBin:
    """Numbers up to and including `upper` (None: without end), or empty cells; people fitted on, bad ones."""

    upper: float | None
    points: int
    people: int
    bad: int
    is_missing: bool = False


@dataclass(frozen=True)
class FittedCharacteristic:
    """One column with its place in the scorecard, its bins in rising order and the one of empty cells."""

    name: str
    place: Place
    bins: tuple[FittedBin, ...]
    baseline: int

    def points_of(self, values: Floats) -> Scores:
        """Points of each value, shape as `values`; NaN is an empty cell."""
        numeric = [one for one in self.bins if not one.is_missing]
        edges = np.array([one.upper for one in numeric[:-1]], dtype=float)
        points = np.array([one.points for one in numeric])[np.searchsorted(edges, values, side="left")]
        return np.where(np.isnan(values), self.bins[-1].points, points)


@dataclass(frozen=True)
class Fitted:
    """A fitted scorecard with the scores of both parts of the table, and what was dropped and why."""

    characteristics: tuple[FittedCharacteristic, ...]
    dropped: Mapping[str, str]
    train_scores: Scores
    train_bad: Flags
    test_scores: Scores
    test_bad: Flags

    @property
    def lines(self) -> int:
        """How many lines the table has."""
        return int(self.train_scores.size + self.test_scores.size)


@dataclass(frozen=True)
class _Binned:
    edges: Floats
    weights: Floats
    people: NDArray[np.int64]
    bads: NDArray[np.int64]

    def codes(self, values: Floats) -> NDArray[np.int64]:
        """The bin of each value; the last one is that of empty cells."""
        found = np.searchsorted(self.edges, values, side="left")
        return np.where(np.isnan(values), self.edges.size + 1, found)


def fit(table: Table, places: Mapping[str, Place]) -> Fitted:
    """Fit on 70 % of the lines, keep 30 % back; raises FitError when nothing in the table orders people."""
    if table.rows < LEAST_ROWS:
        raise FitError(f"at least {LEAST_ROWS} lines are needed, and there are {table.rows}")
    target = np.array(table.target)
    held = np.random.default_rng(SEED).random(table.rows) < HELD_BACK
    columns = {name: np.array(values) for name, values in table.columns.items()}
    dropped: dict[str, str] = {}
    binned: dict[str, _Binned] = {}
    for name, values in columns.items():
        found = _bin(name, values[~held], target[~held])
        if found is None:
            dropped[name] = "no split orders people"
        else:
            binned[name] = found
    slopes = _slopes(binned, columns, target, held, dropped)
    best = _best_points(slopes, binned)
    made = tuple(_characteristic(name, binned[name], most, places[name]) for name, most in best.items())
    scores = BASE + sum((one.points_of(columns[one.name]) for one in made), np.zeros(table.rows, dtype=int))
    return Fitted(made, dropped, scores[~held], target[~held], scores[held], target[held])


def load_library(name: str) -> Any:
    """A package of the extra, or FitError that says how to install it."""
    try:
        # Its solvers print what they miss, which is no concern of ours.
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return importlib.import_module(name)
    except ImportError as error:
        raise FitError(
            "fitting needs the package optbinning; install it with: "
            "pip install --require-hashes -r requirements/bench.txt"
        ) from error


def _bin(name: str, values: Floats, target: Flags) -> _Binned | None:
    """Monotone bins closed on the right; None where the column does not split."""
    present = values[~np.isnan(values)]
    if np.unique(present).size < 2:
        return None
    binning = load_library("optbinning").OptimalBinning(
        name=name, dtype="numerical", monotonic_trend="auto_asc_desc", max_n_bins=MOST_BINS,
        min_bin_size=LEAST_SHARE, solver="cp",
    )  # fmt: skip
    binning.fit(present, target[~np.isnan(values)])
    # Its bins are closed on the left, ours on the right: the edge is the largest value below the split.
    edges = np.unique([present[present < split].max() for split in binning.splits if (present < split).any()])
    if not edges.size:
        return None
    codes = np.where(np.isnan(values), edges.size + 1, np.searchsorted(edges, values, side="left"))
    people = np.bincount(codes, minlength=edges.size + 2)
    bads = np.bincount(codes, weights=target, minlength=edges.size + 2).astype(int)
    return _Binned(edges, _weights(people, bads), people, bads)


def _weights(people: NDArray[np.int64], bads: NDArray[np.int64]) -> Floats:
    """Weight of evidence of each bin, positive where fewer are bad; half a person is added to each count."""
    goods = people - bads
    weights: Floats = np.log(((goods + 0.5) / goods.sum()) / ((bads + 0.5) / bads.sum()))
    return np.where(people == 0, 0.0, weights)


def _slopes(
    binned: dict[str, _Binned],
    columns: Mapping[str, Floats],
    target: Flags,
    held: NDArray[np.bool_],
    dropped: dict[str, str],
) -> dict[str, float]:
    """Slopes of a logistic model; a column that would turn its weights round is left out, one by one."""
    linear = load_library("sklearn.linear_model")
    names = list(binned)
    while names:
        codes = [binned[name].weights[binned[name].codes(columns[name][~held])] for name in names]
        model = linear.LogisticRegression(C=100.0, max_iter=2000).fit(
            np.column_stack(codes), 1 - target[~held]
        )
        slopes = dict(zip(names, map(float, model.coef_[0]), strict=True))
        worst = min(names, key=slopes.__getitem__)
        if slopes[worst] > 0:
            return slopes
        names.remove(worst)
        dropped[worst] = "adds nothing beside the others"
    raise FitError("no column of the table orders people")


def _best_points(slopes: Mapping[str, float], binned: Mapping[str, _Binned]) -> dict[str, int]:
    """The best points of each column: whole, in proportion to how far it moves the model, 600 in all."""
    spans = {name: slope * float(np.ptp(binned[name].weights[:-1])) for name, slope in slopes.items()}
    exact = {name: SPAN * span / sum(spans.values()) for name, span in spans.items()}
    whole = {name: int(points) for name, points in exact.items()}
    rest = SPAN - sum(whole.values())
    for name in sorted(exact, key=lambda one: whole[one] - exact[one])[:rest]:
        whole[name] += 1
    return {name: points for name, points in whole.items() if points > 0}


def _characteristic(name: str, one: _Binned, most: int, place: Place) -> FittedCharacteristic:
    weights = one.weights[:-1]
    points = np.rint(most * (weights - weights.min()) / np.ptp(weights)).astype(int)
    unknown = _unknown_points(one, points, most)
    uppers = [*(float(edge) for edge in one.edges), None]
    bins = [
        FittedBin(upper, int(pts), int(people), int(bad))
        for upper, pts, people, bad in zip(uppers, points, one.people, one.bads, strict=False)
    ]
    bins.append(FittedBin(None, unknown, int(one.people[-1]), int(one.bads[-1]), is_missing=True))
    total = sum(each.points * each.people for each in bins)
    return FittedCharacteristic(name, place, tuple(bins), round(total / int(one.people.sum())))


def _unknown_points(one: _Binned, points: NDArray[np.int64], most: int) -> int:
    """Points of an empty cell: of its own weight, at most those of the average bin; 0 where none was seen."""
    if one.people[-1] == 0:
        return 0
    weights = one.weights[:-1]
    own = most * (one.weights[-1] - weights.min()) / np.ptp(weights)
    return int(max(0, min(round(own), int(points.mean()))))


def to_card(fitted: Fitted, *, name: str, target: str) -> Card:
    """The fitted scorecard as a PMML card: what to import, score with, or hand to another engine."""
    fields = tuple(DataField(one.name, "continuous", "double") for one in fitted.characteristics)
    return Card(
        (*fields, DataField("score", "continuous", "double")),
        (*(MiningField(one.name) for one in fields), MiningField("score", usage="target")),
        tuple(_card_characteristic(one) for one in fitted.characteristics),
        initial=Fraction(BASE), baseline_method="mean", model_name=name,
        outputs=(
            OutputField("Score", "predictedValue", None, None, "continuous", "double"),
            *(
                OutputField(f"Reason {rank}", "reasonCode", rank, None, "categorical", "string")
                for rank in range(1, REASON_RANKS + 1)
            ),
        ),
        header=Header(description=f"Draft scorecard fitted on {target}"),
    )  # fmt: skip


def _card_characteristic(one: FittedCharacteristic) -> CardCharacteristic:
    attributes = [Attribute(Simple(one.name, "isMissing"), Fraction(one.bins[-1].points))]
    lower: Fraction | None = None
    for each in one.bins[:-1]:
        upper = None if each.upper is None else parse_number(repr(each.upper))
        attributes.append(Attribute(_range(one.name, lower, upper), Fraction(each.points)))
        lower = upper
    return CardCharacteristic(
        tuple(attributes), one.name, one.place.reason, Fraction(one.baseline),
        (("dimension", one.place.dimension), ("changes", one.place.changes)),
    )  # fmt: skip


def _range(name: str, lower: Fraction | None, upper: Fraction | None) -> Predicate:
    ends = []
    if lower is not None:
        ends.append(Simple(name, "greaterThan", lower))
    if upper is not None:
        ends.append(Simple(name, "lessOrEqual", upper))
    return ends[0] if len(ends) == 1 else Compound("and", tuple(ends))
