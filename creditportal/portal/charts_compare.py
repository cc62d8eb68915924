"""Charts that compare: a number with its limit, ceilings with each other, points had with points left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from creditportal.bars import ROW, Bar, Bars, percent

_ROOM: Final = 1.12
_MOST_ROWS: Final = 8


@dataclass(frozen=True)
class LimitBar:
    """One number against its limit, both as shares of the width."""

    width: str
    limit_x: str
    value: str
    limit: str
    is_over: bool
    anchor: str


@dataclass(frozen=True)
class Instalments:
    """The parts of each instalment as columns: x, width, and the heights of principal and interest."""

    columns: tuple[Mapping[str, str], ...]
    height: int


def draw_limit(
    *, value: float, limit: float, shown_value: str, shown_limit: str, is_over: bool, low: float = 0
) -> LimitBar:
    """The bar of "you and the limit", from `low`; the larger of both nearly fills the width."""
    most = max(value - low, limit - low, 1e-9) * _ROOM
    at = (limit - low) / most
    return LimitBar(
        width=percent(max(value - low, 0) / most), limit_x=percent(at), value=shown_value,
        limit=shown_limit, is_over=is_over, anchor="end" if at > 0.6 else "start",
    )  # fmt: skip


def draw_caps(caps: Sequence[Mapping[str, Any]]) -> Bars:
    """Every ceiling as a bar, the smallest first and marked."""
    ordered = sorted(caps, key=lambda cap: float(cap["amount_cny"]))
    most = max((float(cap["amount_cny"]) for cap in ordered), default=1.0) or 1.0
    rows = tuple(
        Bar(
            label=str(cap["label"]), value=str(cap["amount"]), y=place * ROW, x="0%",
            width=percent(max(float(cap["amount_cny"]) / most, 0.005)),
            kind="bar" if cap["binding"] else "bar-3",
        )
        for place, cap in enumerate(ordered)
    )  # fmt: skip
    return Bars(rows=rows, height=len(rows) * ROW)


def draw_not_earned(characteristics: Iterable[Mapping[str, Any]]) -> Bars:
    """Points not earned, most first: the part earned, and the part that is left."""
    lost = [row for row in characteristics if row.get("used", True) and row["points"] < row["max"]]
    lost.sort(key=lambda row: row["points"] - row["max"])
    most = max((row["max"] for row in lost), default=1)
    rows = tuple(
        Bar(
            label=str(row["label"]), value=f"{row['max'] - row['points']}", y=place * ROW,
            x=percent(row["points"] / most), width=percent((row["max"] - row["points"]) / most),
            kind="bar-2", total=f"{row['points']} / {row['max']}",
        )
        for place, row in enumerate(lost[:_MOST_ROWS])
    )  # fmt: skip
    return Bars(rows=rows, height=len(rows) * ROW)


def draw_instalments(rows: Sequence[Mapping[str, Any]], *, height: int = 120) -> Instalments:
    """A column for each instalment: principal below, interest above."""
    most = max((float(row["payment"]) for row in rows), default=1.0) or 1.0
    step = 100 / max(len(rows), 1)
    columns = []
    for place, row in enumerate(rows):
        principal = height * float(row["principal"]) / most
        interest = height * float(row["interest"]) / most
        columns.append(
            {
                "x": f"{place * step + step * 0.15:.2f}%", "width": f"{step * 0.7:.2f}%",
                "principal_y": f"{height - principal:.1f}", "principal": f"{principal:.1f}",
                "interest_y": f"{height - principal - interest:.1f}", "interest": f"{interest:.1f}",
            }
        )  # fmt: skip
    return Instalments(columns=tuple(columns), height=height)


def list_steps(
    characteristics: Sequence[Mapping[str, Any]], *, start: int, words: tuple[str, str]
) -> list[dict[str, Any]]:
    """One step for each input, from the lowest score to the score exactly."""
    steps: list[dict[str, Any]] = [{"label": words[0], "delta": 0, "running": start}]
    running = start
    for row in characteristics:
        running += row["points"]
        steps.append({"label": row["label"], "delta": row["points"], "running": running})
    return [*steps, {"label": words[1], "delta": 0, "running": running}]
