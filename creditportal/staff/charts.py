"""Where the bars of a waterfall lie; pure, from the steps of a comparison."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

_LOWEST: Final = 350
_HIGHEST: Final = 950
_ROW: Final = 46
_THINNEST_PCT: Final = 0.4


class WaterfallStep(Protocol):
    """A label, by how much the score changes, and the score after it."""

    @property
    def label(self) -> str: ...

    @property
    def delta(self) -> int: ...

    @property
    def running(self) -> int: ...


@dataclass(frozen=True)
class Bar:
    """One row; x and width are percentages, y is pixels."""

    label: str
    value: str
    y: int
    x: str
    width: str
    kind: str
    total: str

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
    """Rows under each other and the height they take."""

    rows: tuple[Bar, ...]
    height: int


def draw_waterfall(steps: Sequence[WaterfallStep]) -> Bars:
    """From the score before to the score after; both ends are whole bars, steps are floating ones."""
    last = len(steps) - 1
    rows = tuple(_bar(step, place, is_end=place in (0, last)) for place, step in enumerate(steps))
    return Bars(rows=rows, height=len(rows) * _ROW)


def _bar(step: WaterfallStep, place: int, *, is_end: bool) -> Bar:
    start, end = (_LOWEST, step.running) if is_end else sorted((step.running - step.delta, step.running))
    left, right = _percent(start), _percent(end)
    return Bar(
        label=step.label,
        value=str(step.running) if is_end else f"{step.delta:+d}".replace("-", "\u2212"),
        y=place * _ROW,
        x=f"{left:.2f}%",
        width=f"{max(right - left, _THINNEST_PCT):.2f}%",
        kind="bar-3" if is_end else "bar" if step.delta >= 0 else "bar-2",
        total=str(step.running),
    )


def _percent(score: int) -> float:
    return 100 * min(max((score - _LOWEST) / (_HIGHEST - _LOWEST), 0.0), 1.0)
