"""Where the parts of each chart lie; pure, from what was frozen with the decision."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from creditportal.bars import ROW, Bar, Bars, percent, share

_RADIUS: Final = 120.0
_CENTRE: Final = (160.0, 140.0)


@dataclass(frozen=True)
class Cut:
    """A short line across the gauge's arc, with the number it stands for."""

    x1: str
    y1: str
    x2: str
    y2: str
    text_x: str
    text_y: str
    anchor: str
    value: int


@dataclass(frozen=True)
class Gauge:
    """The half arc of a score: its track, the part reached, the band edges and the gate."""

    track: str
    reached: str
    cuts: tuple[Cut, ...]
    gate: Cut | None


def draw_gauge(*, value: int, low: int, high: int, edges: Iterable[int], gate: int | None) -> Gauge:
    """The gauge of a score between `low` and `high`."""
    reached = share(value, low, high)
    cuts = tuple(_cut(edge, low, high, reach=(11, 11)) for edge in edges if low < edge < high)
    return Gauge(
        track=_arc(1.0),
        reached=_arc(reached) if reached > 0 else "",
        cuts=cuts,
        gate=_cut(gate, low, high, reach=(16, 16)) if gate is not None else None,
    )


def draw_dimensions(dimensions: Sequence[Mapping[str, Any]]) -> Bars:
    """One bar a dimension: points of the most that can be had."""
    rows = tuple(
        Bar(
            label=str(row["label"]),
            value=f"{row['points']} / {row['max']}",
            y=place * ROW,
            x="0%",
            width=percent(row["points"] / row["max"] if row["max"] else 0),
        )
        for place, row in enumerate(dimensions)
    )
    return Bars(rows=rows, height=len(rows) * ROW)


def draw_parts(parts: Sequence[tuple[str, float]]) -> tuple[Bar, ...]:
    """One stacked bar: each part's kind with its place and width, empty parts left out."""
    total = sum(amount for _kind, amount in parts) or 1.0
    bars, at = [], 0.0
    for kind, amount in parts:
        if amount > 0:
            bars.append(Bar(label="", value="", y=0, x=percent(at), width=percent(amount / total), kind=kind))
        at += amount / total
    return tuple(bars)


def _point(part: float, radius: float) -> tuple[float, float]:
    angle = math.pi * (1 - part)
    return _CENTRE[0] + radius * math.cos(angle), _CENTRE[1] - radius * math.sin(angle)


def _arc(part: float) -> str:
    (x1, y1), (x2, y2) = _point(0.0, _RADIUS), _point(part, _RADIUS)
    return f"M {x1:.1f} {y1:.1f} A {_RADIUS:.0f} {_RADIUS:.0f} 0 0 1 {x2:.1f} {y2:.1f}"


def _cut(value: int, low: int, high: int, *, reach: tuple[float, float]) -> Cut:
    reached = share(value, low, high)
    inner, outer = _point(reached, _RADIUS - reach[0]), _point(reached, _RADIUS + reach[1])
    text = _point(reached, _RADIUS + reach[1] + 10)
    anchor = "end" if reached < 0.42 else "start" if reached > 0.58 else "middle"
    x1, y1, x2, y2, text_x, text_y = (f"{part:.1f}" for part in (*inner, *outer, *text))
    return Cut(x1=x1, y1=y1, x2=x2, y2=y2, text_x=text_x, text_y=text_y, anchor=anchor, value=value)
