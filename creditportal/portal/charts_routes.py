"""Where the parts of a route's ladder lie; pure, from the route's own steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from creditportal.bars import Row, percent, share

_RUNG: Final = 62
_TICK: Final = 16


@dataclass(frozen=True)
class Tick:
    """One check: where its mark stands, and whether it is settled."""

    x: int
    is_settled: bool


@dataclass(frozen=True)
class RungBar(Row):
    """One rung: what stood before, what the step adds, and the checks; x and width are percentages."""

    before: str
    gain_x: str
    gain: str
    ticks: tuple[Tick, ...]

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
    return Ladder(rungs, len(rungs) * _RUNG, percent(share(gate, low, high)), gate)


def _rung(step: Mapping[str, Any], place: int, low: int, high: int) -> RungBar:
    score, gain = int(step["score"]), int(step["gain"])
    base = min(score, score - gain)
    shown = f"{score}" if not gain else f"{score} ({gain:+d})".replace("-", "\u2212")
    return RungBar(
        label=str(step["short"]),
        value=shown,
        y=place * _RUNG,
        before=percent(share(base, low, high)),
        gain_x=percent(share(base, low, high)),
        gain=percent(share(low + abs(gain), low, high)),
        ticks=tuple(Tick(7 + at * _TICK, bool(done)) for at, done in enumerate(step["checks"])),
    )
