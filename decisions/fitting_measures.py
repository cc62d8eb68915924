"""How well a score orders people, and whether it moved: AUC, Gini, KS and PSI, ties counted as halves.

Hanley and McNeil 1982 (AUC as a rank statistic); Siddiqi 2006 (KS, PSI by bands of the score).
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

BANDS: Final = 10
_LEAST: Final = 1e-4
Scores = NDArray[np.int64]
Flags = NDArray[np.float64]


@dataclass(frozen=True)
class Measures:
    """AUC (1 is perfect, one half is chance), Gini = 2 AUC - 1, KS in 0..1, people and share of bad ones."""

    people: int
    bad_rate: float
    auc: float
    gini: float
    ks: float


def measure(scores: Scores, bad: Flags) -> Measures:
    """Both arrays have one entry a person; higher scores should go with fewer bad ones."""
    values, at = np.unique(scores, return_inverse=True)
    bads = np.bincount(at, weights=bad, minlength=values.size)
    goods = np.bincount(at, weights=1 - bad, minlength=values.size)
    below = np.concatenate(([0.0], np.cumsum(bads)[:-1]))
    auc = float(np.sum(goods * (below + bads / 2)) / (goods.sum() * bads.sum()))
    ks = float(np.max(np.abs(np.cumsum(bads) / bads.sum() - np.cumsum(goods) / goods.sum())))
    return Measures(int(scores.size), float(bad.mean()), auc, 2 * auc - 1, ks)


def band_edges(scores: Scores) -> list[int]:
    """Upper edges of up to ten bands with about as many people each; the last has none."""
    edges = np.quantile(scores, np.linspace(0, 1, BANDS + 1)[1:-1], method="lower")
    return sorted({int(edge) for edge in edges})


def band_counts(scores: Scores, edges: list[int]) -> NDArray[Any]:
    """People in each band; one more band than edges."""
    return np.bincount(np.searchsorted(edges, scores, side="left"), minlength=len(edges) + 1)


def stability(expected: Scores, actual: Scores) -> float:
    """Population stability index of two groups; under 0.1 is steady, above 0.25 is another population."""
    edges = band_edges(expected)
    shares = [np.maximum(band_counts(scores, edges) / scores.size, _LEAST) for scores in (expected, actual)]
    return float(np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0])))
