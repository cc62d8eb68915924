"""One part of a board: a plot and the table of the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from creditportal.staff.board_charts import Bar, Line
from creditportal.staff.exporting import Cell


@dataclass(frozen=True)
class Part:
    """One plot with its table."""

    key: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    bars: Sequence[Bar] = ()
    line: Line | None = None
    hidden: int = 0
    note: str = ""
    label_column: int = field(default=0)

    @property
    def height(self) -> int:
        """How high the bars are together, in pixels."""
        return self.bars[-1].end if self.bars else 0

    @property
    def summary(self) -> str:
        """The plot in words, for whoever does not see it."""
        drawn = self.bars or (self.line.points if self.line else ())
        return "; ".join(f"{one.label} {one.value}" for one in drawn)
