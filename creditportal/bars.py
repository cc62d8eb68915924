"""Bars under each other, drawn alike for applicants and at the desk; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

ROW: Final = 46
_THINNEST: Final = 0.004


class WaterfallStep(Protocol):
    """A label, by how much the score changes, and the score after it."""

    @property
    def label(self) -> str: ...

    @property
    def delta(self) -> int: ...

    @property
    def running(self) -> int: ...


class Step(NamedTuple):
    """A step of a waterfall that was frozen with a decision."""

    label: str
    delta: int
    running: int


@dataclass(frozen=True)
class Row:
    """A place below others: words first, their bar below; `y` is pixels."""

    label: str
    value: str
    y: int

    @property
    def text_y(self) -> int:
        """The base line of the row's words."""
        return self.y + 15

    @property
    def bar_y(self) -> int:
        """The upper edge of the row's bar."""
        return self.y + 22


@dataclass(frozen=True)
class Bar(Row):
    """One row of a bar chart; x and width are percentages."""

    x: str
    width: str
    kind: str = "bar"
    total: str = ""


@dataclass(frozen=True)
class Bars:
    """Rows under each other, the height they take, and where a gate crosses them."""

    rows: tuple[Bar, ...]
    height: int
    gate_x: str = ""
    gate: int | None = None


def draw_waterfall(
    steps: Sequence[WaterfallStep], *, low: int = 350, high: int = 950, gate: int | None = None
) -> Bars:
    """From the first score, step by step, to the last; both ends are whole bars, steps are floating ones."""
    rows = tuple(_step(step, place, len(steps), low, high) for place, step in enumerate(steps))
    crossing = percent(share(gate, low, high)) if gate is not None else ""
    return Bars(rows=rows, height=len(rows) * ROW, gate_x=crossing, gate=gate)


def share(value: int, low: int, high: int) -> float:
    """How far a value lies between two others, from 0 to 1."""
    return min(max((value - low) / (high - low), 0.0), 1.0)


def percent(part: float) -> str:
    """A share as a length of SVG."""
    return f"{100 * min(max(part, 0.0), 1.0):.2f}%"


def _step(step: WaterfallStep, place: int, count: int, low: int, high: int) -> Bar:
    is_end = place in (0, count - 1)
    start, end = (low, step.running) if is_end else sorted((step.running - step.delta, step.running))
    left = share(start, low, high)
    return Bar(
        label=step.label,
        value=str(step.running) if is_end else f"{step.delta:+d}".replace("-", "\u2212"),
        y=place * ROW,
        x=percent(left),
        width=percent(max(share(end, low, high) - left, _THINNEST)),
        kind="bar-3" if is_end else ("bar" if step.delta >= 0 else "bar-2"),
        total=str(step.running),
    )
