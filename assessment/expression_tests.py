"""What a rule test becomes: nested functions that answer True, False, or None for unknown (Kleene)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Answer = bool | None
Test = Callable[[Mapping[str, Any]], Answer]
Compare = Callable[[Any, Any], bool]
UNKNOWN_TEXT = "unknown"


def all_of(parts: list[Test]) -> Test:
    """True when every part is; unknown when none fails but one is."""

    def answer(env: Mapping[str, Any]) -> Answer:
        result: Answer = True
        for part in parts:
            one = part(env)
            if one is False:
                return False
            if one is None:
                result = None
        return result

    return answer


def any_of(parts: list[Test]) -> Test:
    """True when one part is; unknown when none is but one might be."""

    def answer(env: Mapping[str, Any]) -> Answer:
        result: Answer = False
        for part in parts:
            one = part(env)
            if one:
                return True
            if one is None:
                result = None
        return result

    return answer


def none_of(part: Test) -> Test:
    """The opposite answer."""

    def answer(env: Mapping[str, Any]) -> Answer:
        one = part(env)
        return None if one is None else not one

    return answer


def flag_test(name: str) -> Test:
    """The flag itself."""

    def answer(env: Mapping[str, Any]) -> Answer:
        value = env[name]
        return None if value.__class__ is not bool else value

    return answer


def event_test(name: str, *, present: bool) -> Test:
    """Whether an event is there."""

    def answer(env: Mapping[str, Any]) -> Answer:
        value = env[name]
        if value is None:
            return not present
        return None if value == UNKNOWN_TEXT else present

    return answer


def among_test(name: str, texts: frozenset[str], *, inside: bool, unknown: str | None) -> Test:
    """Whether a text is among some."""

    def answer(env: Mapping[str, Any]) -> Answer:
        value = env[name]
        if value == unknown and value not in texts:
            return None
        return (value in texts) is inside

    return answer


def listed_test(name: str, list_name: str, *, inside: bool, unknown: str | None) -> Test:
    """Whether a text is in a list of the policy."""

    def answer(env: Mapping[str, Any]) -> Answer:
        value = env[name]
        return None if value == unknown else (value in env[list_name]) is inside

    return answer


def number_test(
    name: str,
    compare: Compare,
    limit: float,
    counts_as: Mapping[str, float],
    *,
    absent_passes: bool,
) -> Test:
    """A number against a limit."""

    def answer(env: Mapping[str, Any]) -> Answer:
        value = env[name]
        if value.__class__ is int:
            return compare(value, limit)
        if value.__class__ is str:
            value = counts_as.get(value)
        elif value is None and absent_passes:
            return True
        return None if value is None else compare(value, limit)

    return answer


def between_names_test(
    name: str,
    other: str,
    compare: Compare,
    counts_as: tuple[Mapping[str, float], Mapping[str, float]],
    *,
    absent_passes: bool,
) -> Test:
    """A number against another."""
    left_as, right_as = counts_as

    def answer(env: Mapping[str, Any]) -> Answer:
        left, right = env[name], env[other]
        if left.__class__ is str:
            left = left_as.get(left)
        if right.__class__ is str:
            right = right_as.get(right)
        if left is None or right is None:
            return True if absent_passes else None
        return compare(left, right)

    return answer
