"""Stops of the tour: each says what it saw, and the first that does not hold ends the tour."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

PATIENCE_SECONDS: Final = 60
_PAUSE_SECONDS: Final = 0.3

Seen = TypeVar("Seen")


class StopError(Exception):
    """A stop that does not hold, and why."""


class Log:
    """Tells the tour line by line, numbered, with the seconds that passed."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._count = 0
        self._started = time.monotonic()

    def title(self, text: str) -> None:
        """Begin a part."""
        self._say(f"\n{text}")

    def saw(self, text: str) -> None:
        """One stop held, and this was seen."""
        self._count += 1
        self._say(f"{self._count:3}  {time.monotonic() - self._started:6.1f} s  {text}")


def expect(holds: object, what: str) -> None:
    """End the tour unless this holds."""
    if not holds:
        raise StopError(what)


def wait_for(look: Callable[[], Seen | None], what: str, *, seconds: float = PATIENCE_SECONDS) -> Seen:
    """Look again and again until something is there; end the tour when it takes too long."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen is not None:
            return seen
        if time.monotonic() > deadline:
            raise StopError(f"{what} did not come within {seconds:.0f} seconds")
        time.sleep(_PAUSE_SECONDS)
