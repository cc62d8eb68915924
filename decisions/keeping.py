"""Decisions that a run must leave alone: later rooms of the house say which, without being known here."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

Keeper: TypeAlias = Callable[[Sequence[int]], Iterable[int]]

_keepers: dict[str, Keeper] = {}


def keeps(name: str, keeper: Keeper) -> None:
    """Register who names, of some decisions' keys, those that somebody is at work on."""
    _keepers[name] = keeper


def kept_decisions(keys: Sequence[int]) -> dict[int, str]:
    """Of these decisions, those to be left alone, and by whom."""
    return {key: name for name, keeper in _keepers.items() for key in keeper(keys)}
