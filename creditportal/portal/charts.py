"""Where the parts of each chart lie; pure, from what was frozen with the decision."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_RADIUS: Final = 120.0
_CENTRE: Final = (160.0, 140.0)
_ROW: Final = 46


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


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart; x and width are percentages, y is pixels."""

    label: str
    value: str
    y: int
    x: str
    width: str
    kind: str = "bar"
    total: str = ""

    @property
    def text_y(self) -> int:
        """The base line of the row's words."""
        return self.y + 15

    @property
    def bar_y(self) -> int:
        """The upper edge of the row's bar."""
        return self.y + 22


@dataclass(frozen=True)
class Bars:
    """Rows under each other, the height they take, and where a gate crosses them."""

    rows: tuple[Bar, ...]
    height: int
    gate_x: str = ""
    gate: int | None = None


def draw_gauge(*, value: int, low: int, high: int, edges: Iterable[int], gate: int | None) -> Gauge:
    """The gauge of a score between `low` and `high`."""
    share = _share(value, low, high)
    cuts = tuple(_cut(edge, low, high, reach=(11, 11)) for edge in edges if low < edge < high)
    return Gauge(
        track=_arc(1.0),
        reached=_arc(share) if share > 0 else "",
        cuts=cuts,
        gate=_cut(gate, low, high, reach=(16, 16)) if gate is not None else None,
    )


def draw_dimensions(dimensions: Sequence[Mapping[str, Any]]) -> Bars:
    """One bar a dimension: points of the most that can be had."""
    rows = tuple(
        Bar(
            label=str(row["label"]),
            value=f"{row['points']} / {row['max']}",
            y=place * _ROW,
            x="0%",
            width=_percent(row["points"] / row["max"] if row["max"] else 0),
        )
        for place, row in enumerate(dimensions)
    )
    return Bars(rows=rows, height=len(rows) * _ROW)


def draw_waterfall(steps: Sequence[Mapping[str, Any]], *, low: int, high: int, gate: int | None) -> Bars:
    """From the lowest score, step by step, to the score; ends are whole bars, steps are floating ones."""
    rows = tuple(_step(step, place, len(steps), low, high) for place, step in enumerate(steps))
    crossing = _percent(_share(gate, low, high)) if gate is not None else ""
    return Bars(rows=rows, height=len(rows) * _ROW, gate_x=crossing, gate=gate)


def draw_parts(parts: Sequence[tuple[str, float]]) -> tuple[Bar, ...]:
    """One stacked bar: each part's kind with its place and width, empty parts left out."""
    total = sum(amount for _kind, amount in parts) or 1.0
    bars, at = [], 0.0
    for kind, amount in parts:
        if amount > 0:
            bars.append(
                Bar(label="", value="", y=0, x=_percent(at), width=_percent(amount / total), kind=kind)
            )
        at += amount / total
    return tuple(bars)


def _step(step: Mapping[str, Any], place: int, count: int, low: int, high: int) -> Bar:
    delta, running = int(step["delta"]), int(step["running"])
    is_end = place in (0, count - 1)
    start, end = (low, running) if is_end else sorted((running - delta, running))
    left = _share(start, low, high)
    return Bar(
        label=str(step["label"]),
        value=str(running) if is_end else f"{delta:+d}".replace("-", "−"),
        y=place * _ROW,
        x=_percent(left),
        width=_percent(max(_share(end, low, high) - left, 0.004)),
        kind="bar-3" if is_end else ("bar" if delta >= 0 else "bar-2"),
        total=str(running),
    )


def _share(value: int, low: int, high: int) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _point(share: float, radius: float) -> tuple[float, float]:
    angle = math.pi * (1 - share)
    return _CENTRE[0] + radius * math.cos(angle), _CENTRE[1] - radius * math.sin(angle)


def _arc(share: float) -> str:
    (x1, y1), (x2, y2) = _point(0.0, _RADIUS), _point(share, _RADIUS)
    return f"M {x1:.1f} {y1:.1f} A {_RADIUS:.0f} {_RADIUS:.0f} 0 0 1 {x2:.1f} {y2:.1f}"


def _cut(value: int, low: int, high: int, *, reach: tuple[float, float]) -> Cut:
    share = _share(value, low, high)
    inner, outer = _point(share, _RADIUS - reach[0]), _point(share, _RADIUS + reach[1])
    text = _point(share, _RADIUS + reach[1] + 10)
    anchor = "end" if share < 0.42 else "start" if share > 0.58 else "middle"
    x1, y1, x2, y2, text_x, text_y = (f"{part:.1f}" for part in (*inner, *outer, *text))
    return Cut(x1=x1, y1=y1, x2=x2, y2=y2, text_x=text_x, text_y=text_y, anchor=anchor, value=value)
