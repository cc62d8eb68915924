"""Reading scorecards: bins cover every number once, points add up, hiding data earns nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assessment.encoding import Bin, Characteristic
from assessment.errors import PolicyError
from assessment.policy_shape import APPLICANTS
from assessment.scoring import Scorecard


def read_scorecards(document: Mapping[str, Any]) -> dict[str, Scorecard]:
    """Both scorecards; raises PolicyError where their points do not add up to the range of the score."""
    score = document["score"]
    unknown = frozenset(document["unknown_states"])
    cards = {
        applicant: _read_card(applicant, card, score["base"], unknown)
        for applicant, card in ((name, document["scorecards"][name]) for name in APPLICANTS)
    }
    if score["min"] > score["base"]:
        raise PolicyError("score.min", f"at most the base, {score['base']}")
    for applicant, card in cards.items():
        if score["base"] + card.total != score["max"]:
            raise PolicyError(
                f"scorecards.{applicant}.dimensions",
                f"maxima that add up to {score['max'] - score['base']}, not {card.total}",
            )
    return cards


def _read_card(applicant: str, document: Mapping[str, Any], base: int, unknown: frozenset[str]) -> Scorecard:
    path = f"scorecards.{applicant}"
    dimensions, described = document["dimensions"], document["characteristics"]
    if sorted(document["order"]) != sorted(described):
        raise PolicyError(f"{path}.order", "each characteristic of the scorecard once")
    characteristics = tuple(
        read_characteristic(name, described[name], unknown, f"{path}.characteristics.{name}")
        for name in document["order"]
    )
    for one in characteristics:
        if one.dimension not in dimensions:
            raise PolicyError(
                f"{path}.characteristics.{one.name}.dimension", f"one of {', '.join(dimensions)}"
            )
    for dimension, maximum in dimensions.items():
        total = sum(one.maximum for one in characteristics if one.dimension == dimension)
        if total != maximum:
            raise PolicyError(
                f"{path}.dimensions.{dimension}", f"{total}, the sum of its characteristics' best points"
            )
    ordered = dict.fromkeys(one.dimension for one in characteristics)
    return Scorecard(applicant, base, tuple((name, dimensions[name]) for name in ordered), characteristics)


def read_characteristic(
    name: str, document: Mapping[str, Any], unknown: frozenset[str], path: str
) -> Characteristic:
    """One characteristic; raises PolicyError for bins that overlap, leave a gap or are out of order."""
    bins = tuple(_read_bin(one, unknown) for one in document["bins"])
    _check_states(bins, f"{path}.bins")
    _check_edges(bins, f"{path}.bins")
    _check_unknown(bins, f"{path}.bins")
    return Characteristic(name, document["dimension"], document["reason"], document["changes"], bins)


def _read_bin(document: Mapping[str, Any], unknown: frozenset[str]) -> Bin:
    state = document.get("is")
    return Bin(
        points=document["pts"],
        state=state,
        upper=document.get("max"),
        known=state not in unknown,
        counts_as=document.get("counts_as"),
    )


def _check_states(bins: Sequence[Bin], path: str) -> None:
    seen: set[str] = set()
    for at, one in enumerate(bins):
        if one.state is None:
            continue
        if one.state in seen:
            raise PolicyError(f"{path}[{at}].is", "each state once")
        if not one.known and one.counts_as is not None:
            raise PolicyError(f"{path}[{at}].counts_as", "no number for an unknown state")
        seen.add(one.state)


def _check_edges(bins: Sequence[Bin], path: str) -> None:
    numeric = [(at, one.upper) for at, one in enumerate(bins) if one.state is None]
    if not numeric:
        return
    last_at, last = numeric[-1]
    if last is not None:
        raise PolicyError(
            f"{path}[{last_at}].max", "null: the last bin has no upper edge, else numbers fall out"
        )
    previous: float | None = None
    for at, upper in numeric[:-1]:
        if upper is None:
            raise PolicyError(f"{path}[{at}].max", "null only in the last bin")
        if upper < 0 or (previous is not None and upper <= previous):
            raise PolicyError(
                f"{path}[{at}].max", f"an upper edge above {previous or 0}: bins rise and do not overlap"
            )
        previous = upper


def _check_unknown(bins: Sequence[Bin], path: str) -> None:
    known = [one.points for one in bins if one.known]
    if not known:
        raise PolicyError(path, "at least one known attribute")
    for at, one in enumerate(bins):
        if not one.known and one.points * len(known) > sum(known):
            raise PolicyError(
                f"{path}[{at}].pts", "no more points for an unknown value than for the average bin"
            )
