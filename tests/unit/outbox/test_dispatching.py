"""How often the dispatcher says its word: at once for whoever comes alone, seldom for a crowd."""

from typing import Any

import pytest

from core.clock import now
from outbox.dispatching import BURST, COALESCE_SECONDS, Dispatcher


class Clock:
    """Time that only waiting moves."""

    def __init__(self) -> None:
        self.at = 100.0
        self.waited: list[float] = []

    def monotonic(self) -> float:
        return self.at

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.at += seconds


@pytest.fixture
def dispatcher(monkeypatch: pytest.MonkeyPatch) -> tuple[Dispatcher, Clock, list[float]]:
    """One that hears something at every look, and when it said its word."""
    clock, said = Clock(), list[float]()
    made = Dispatcher(publish=lambda: said.append(clock.at), clock=now, sweep_seconds=1)
    monkeypatch.setattr("outbox.dispatching.time.monotonic", clock.monotonic)
    monkeypatch.setattr(made._stop, "wait", clock.wait)
    monkeypatch.setattr(made, "_is_notified", lambda: True)
    monkeypatch.setattr(made, "_beat", lambda: None)
    return made, clock, said


def test_whoever_comes_alone_is_told_at_once(dispatcher: Any) -> None:
    made, clock, said = dispatcher
    for _ in range(20):
        made.turn()
        clock.at += 2 * COALESCE_SECONDS
    assert clock.waited == []
    assert len(said) == 20


def test_a_crowd_becomes_few_words(dispatcher: Any) -> None:
    made, clock, said = dispatcher
    for _ in range(50):
        made.turn()
    assert clock.waited == [COALESCE_SECONDS] * (50 - BURST)
    assert len([at for at in said if at < 100 + 9.5 * COALESCE_SECONDS]) == BURST + 10


def test_after_a_rest_a_few_are_told_at_once_again(dispatcher: Any) -> None:
    made, clock, _said = dispatcher
    for _ in range(50):
        made.turn()
    clock.at += 100 * COALESCE_SECONDS
    clock.waited.clear()
    for _ in range(BURST):
        made.turn()
    assert clock.waited == []
