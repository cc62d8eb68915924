"""Where the bars and lines of a board lie; pure. Lengths across are percentages, heights are pixels."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from unicodedata import east_asian_width

ROW: Final = 44
HEIGHT: Final = 160
_TOP: Final = 24
_SPAN: Final = 100
_THINNEST: Final = 0.4
_LINE: Final = 18
# So many letters stand beside a number on a phone; a Chinese character takes the room of two.
_LONGEST: Final = 38
_PIECES: Final = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+\s*|\s+")


@dataclass(frozen=True)
class Bar:
    """One row: its words above, its length below."""

    label: str
    value: str
    width: str
    y: int
    lines: tuple[str, ...] = ()

    @property
    def text_y(self) -> int:
        """The base line of the row's number and first words."""
        return self.y + 15

    @property
    def words(self) -> list[tuple[int, str]]:
        """The row's words, line by line, each with its base line."""
        return [(self.text_y + place * _LINE, line) for place, line in enumerate(self.lines)]

    @property
    def bar_y(self) -> int:
        """The upper edge of the row's bar."""
        return self.y + 21 + _LINE * (len(self.lines) - 1)

    @property
    def end(self) -> int:
        """Where the next row begins."""
        return self.bar_y + ROW - 21


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
    bars: list[Bar] = []
    for label, number, words in rows:
        start = bars[-1].end if bars else 0
        bars.append(Bar(label, words, f"{_width(number, most):.2f}%", start, break_lines(label)))
    return tuple(bars)


def break_lines(label: str) -> tuple[str, ...]:
    """The words of a row on as many lines as a phone needs; a picture does not break them by itself."""
    lines = [""]
    for piece in _PIECES.findall(label):
        if lines[-1] and _room(lines[-1] + piece.rstrip()) > _LONGEST:
            lines.append("")
        lines[-1] += piece
    return tuple(line.rstrip() for line in lines)


def _room(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


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
