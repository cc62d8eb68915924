"""Where the parts of a route's ladder lie; pure, from the route's own steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_RUNG: Final = 62
_TICK: Final = 16


@dataclass(frozen=True)
class Tick:
    """One check: where its mark stands, and whether it is settled."""

    x: int
    is_settled: bool


@dataclass(frozen=True)
class RungBar:
    """One rung: what stood before, what the step adds, and the checks; x and width are percentages."""

    label: str
    value: str
    y: int
    before: str
    gain_x: str
    gain: str
    ticks: tuple[Tick, ...]

    @property
    def text_y(self) -> int:
        """The base line of the rung's words."""
        return self.y + 15

    @property
    def bar_y(self) -> int:
        """The upper edge of the rung's bar."""
        return self.y + 22

    @property
    def tick_y(self) -> int:
        """The middle of the rung's marks."""
        return self.y + 46


@dataclass(frozen=True)
class Ladder:
    """Rungs under each other, and where the gate crosses them."""

    rungs: tuple[RungBar, ...]
    height: int
    gate_x: str
    gate: int


def draw_ladder(*, steps: Sequence[Mapping[str, Any]], gate: int, low: int = 350, high: int = 950) -> Ladder:
    """The ladder of one route, from today to its end."""
    rungs = tuple(_rung(step, place, low, high) for place, step in enumerate(steps))
    return Ladder(rungs, len(rungs) * _RUNG, _percent(gate, low, high), gate)


def _rung(step: Mapping[str, Any], place: int, low: int, high: int) -> RungBar:
    score, gain = int(step["score"]), int(step["gain"])
    base = min(score, score - gain)
    shown = f"{score}" if not gain else f"{score} ({gain:+d})".replace("-", "\u2212")
    return RungBar(
        label=str(step["short"]),
        value=shown,
        y=place * _RUNG,
        before=_percent(base, low, high),
        gain_x=_percent(base, low, high),
        gain=_percent(low + abs(gain), low, high),
        ticks=tuple(Tick(7 + at * _TICK, bool(done)) for at, done in enumerate(step["checks"])),
    )


def _percent(value: int, low: int, high: int) -> str:
    return f"{100 * min(max((value - low) / (high - low), 0.0), 1.0):.2f}%"
