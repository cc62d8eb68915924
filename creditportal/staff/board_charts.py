"""Where the bars and lines of a board lie; pure. Lengths across are percentages, heights are pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

ROW: Final = 44
HEIGHT: Final = 160
_TOP: Final = 24
_SPAN: Final = 100
_THINNEST: Final = 0.4


@dataclass(frozen=True)
class Bar:
    """One row: its words above, its length below."""

    label: str
    value: str
    width: str
    y: int

    @property
    def text_y(self) -> int:
        """The base line of the row's words."""
        return self.y + 15

    @property
    def bar_y(self) -> int:
        """The upper edge of the row's bar."""
        return self.y + 21


@dataclass(frozen=True)
class Point:
    """One end of a line's part."""

    x: str
    y: int
    label: str
    value: str


@dataclass(frozen=True)
class Line:
    """A line through points, as parts with two ends each."""

    points: tuple[Point, ...]
    parts: tuple[tuple[Point, Point], ...]
    most: str
    height: int = HEIGHT


def draw_bars(
    rows: Sequence[tuple[str, float | None, str]], *, whole: float | None = None
) -> tuple[Bar, ...]:
    """Rows of label, number and its words as bars; the longest, or the whole, takes all of the width."""
    most = whole or max((number or 0 for _label, number, _words in rows), default=0) or 1
    return tuple(
        Bar(label, words, f"{_width(number, most):.2f}%", place * ROW)
        for place, (label, number, words) in enumerate(rows)
    )


def draw_line(rows: Sequence[tuple[str, float, str]]) -> Line | None:
    """Points from left to right joined by a line; nothing for fewer than two."""
    if len(rows) < 2:
        return None
    most = max(number for _label, number, _words in rows) or 1
    points = tuple(
        Point(
            f"{2 + 96 * place / (len(rows) - 1):.2f}%",
            _TOP + round(_SPAN * (1 - number / most)),
            label,
            words,
        )
        for place, (label, number, words) in enumerate(rows)
    )
    return Line(points, tuple(pairwise(points)), f"{most:g}")


def _width(number: float | None, most: float) -> float:
    if not number:
        return 0.0
    return max(min(100 * number / most, 100.0), _THINNEST)
