"""The score over time as a line, and the five areas as a radar; each stands beside the same as a table."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

_HEIGHT: Final = 150
_TOP: Final = 24
_CENTRE: Final = (170.0, 140.0)
_RADIUS: Final = 72.0
_SPAN: Final = 40


@dataclass(frozen=True)
class Dot:
    """One score on the line."""

    x: str
    y: str
    text_y: str
    value: int
    day: str
    anchor: str


@dataclass(frozen=True)
class Stretch:
    """The line between two scores."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True)
class History:
    """The scores from oldest to newest, the lines between them, and where the gate lies."""

    dots: tuple[Dot, ...]
    stretches: tuple[Stretch, ...]
    gate_y: str
    gate: int | None
    height: int = _HEIGHT + 26


@dataclass(frozen=True)
class Spoke:
    """One axis of the radar with its words."""

    x: str
    y: str
    text_x: str
    text_y: str
    anchor: str
    label: str
    value: str


@dataclass(frozen=True)
class Radar:
    """The five axes, the outline at the most possible, and the shape of the points."""

    spokes: tuple[Spoke, ...]
    outline: str
    shape: str
    rings: tuple[str, ...]


def draw_history(points: Sequence[tuple[str, int]], *, gate: int | None) -> History:
    """The line of days and scores, oldest first; a few scores are spread over the width."""
    values = [score for _day, score in points] + ([gate] if gate is not None else [])
    low, high = min(values) - _SPAN, max(values) + _SPAN
    heights = [_height(score, low, high) for score in values]
    dots = tuple(
        _dot(day, score, heights[place], place=place, count=len(points))
        for place, (day, score) in enumerate(points)
    )
    stretches = tuple(Stretch(one.x, one.y, two.x, two.y) for one, two in pairwise(dots))
    return History(
        dots=dots, stretches=stretches, gate=gate,
        gate_y=_height(gate, low, high) if gate is not None else "",
    )  # fmt: skip


def draw_radar(dimensions: Sequence[Mapping[str, Any]]) -> Radar:
    """The share of the points had on each axis."""
    count = len(dimensions)
    spokes = tuple(_spoke(row, place, count) for place, row in enumerate(dimensions))
    shares = [row["points"] / row["max"] if row["max"] else 0.0 for row in dimensions]
    return Radar(
        spokes=spokes,
        outline=_polygon([1.0] * count),
        shape=_polygon(shares),
        rings=tuple(_polygon([ring] * count) for ring in (0.25, 0.5, 0.75)),
    )


def _dot(day: str, score: int, y: str, *, place: int, count: int) -> Dot:
    share = 0.5 if count == 1 else 0.06 + 0.88 * place / (count - 1)
    anchor = "middle" if 0.1 < share < 0.9 else ("start" if share <= 0.1 else "end")
    return Dot(
        x=f"{100 * share:.2f}%", y=y, text_y=f"{float(y) - 12:.1f}", value=score, day=day, anchor=anchor
    )


def _height(score: int, low: int, high: int) -> str:
    return f"{_TOP + (_HEIGHT - _TOP) * (high - score) / (high - low):.1f}"


def _at(share: float, place: int, count: int) -> tuple[float, float]:
    angle = 2 * math.pi * place / count - math.pi / 2
    return _CENTRE[0] + _RADIUS * share * math.cos(angle), _CENTRE[1] + _RADIUS * share * math.sin(angle)


def _polygon(shares: Sequence[float]) -> str:
    corners = (_at(share, place, len(shares)) for place, share in enumerate(shares))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _beside(side: float) -> tuple[str, float]:
    """How words stand beside the shape, and from where: in the middle, at the right edge or at the left."""
    if abs(side) < 12:
        return "middle", _CENTRE[0]
    return ("end", 2 * _CENTRE[0]) if side > 0 else ("start", 0.0)


def _spoke(row: Mapping[str, Any], place: int, count: int) -> Spoke:
    """An axis; its words begin or end at the edge, so that long ones are never cut off there."""
    x, y = _at(1.0, place, count)
    _x, text_y = _at(1.3, place, count)
    anchor, text_x = _beside(x - _CENTRE[0])
    return Spoke(
        x=f"{x:.1f}", y=f"{y:.1f}", text_x=f"{text_x:.1f}", text_y=f"{text_y:.1f}", anchor=anchor,
        label=str(row["label"]), value=f"{row['points']} / {row['max']}",
    )  # fmt: skip
