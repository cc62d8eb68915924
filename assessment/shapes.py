"""Small building blocks that say what a document must look like and name the place where it does not."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assessment.errors import PolicyError

Shape = Callable[[Any, str], None]


def join(path: str, key: object) -> str:
    """The path of `key` inside `path`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else str(key)


def text(*, pattern: str | None = None, expected: str = "text") -> Shape:
    """A non-empty string, matching `pattern` where one is given."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, str) or not value.strip():
            raise PolicyError(path, expected)
        if pattern is not None and not re.fullmatch(pattern, value):
            raise PolicyError(path, expected)

    return check


def number(*, low: float | None = None, high: float | None = None) -> Shape:
    """A finite number (never true or false) between `low` and `high`, both allowed."""
    expected = (
        "a number" + (f" from {low}" if low is not None else "") + (f" to {high}" if high is not None else "")
    )

    def check(value: Any, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise PolicyError(path, expected)
        if (low is not None and value < low) or (high is not None and value > high):
            raise PolicyError(path, expected)

    return check


def whole(*, low: int | None = None, high: int | None = None) -> Shape:
    """A whole number between `low` and `high`, both allowed."""
    in_range = number(low=low, high=high)

    def check(value: Any, path: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise PolicyError(path, "a whole number")
        in_range(value, path)

    return check


def flag() -> Shape:
    """True or false."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, bool):
            raise PolicyError(path, "true or false")

    return check


def one_of(*allowed: object) -> Shape:
    """One of the values listed."""
    names = ", ".join(str(value) for value in allowed)

    def check(value: Any, path: str) -> None:
        if isinstance(value, bool | list | dict) or value not in allowed:
            raise PolicyError(path, f"one of {names}")

    return check


def nullable(shape: Shape) -> Shape:
    """Nothing, or what `shape` says."""

    def check(value: Any, path: str) -> None:
        if value is not None:
            shape(value, path)

    return check


def either(*shapes: Shape) -> Shape:
    """What at least one of the shapes accepts."""

    def check(value: Any, path: str) -> None:
        refusals = []
        for shape in shapes:
            try:
                return shape(value, path)
            except PolicyError as error:
                refusals.append(error)
        deepest = max(refusals, key=lambda error: len(error.path))
        if deepest.path != path:
            raise deepest
        raise PolicyError(path, " or ".join(error.expected for error in refusals))

    return check


def list_of(shape: Shape, *, at_least: int = 0) -> Shape:
    """A list whose items all have the shape."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            raise PolicyError(path, "a list")
        if len(value) < at_least:
            raise PolicyError(path, f"a list of at least {at_least}")
        for position, item in enumerate(value):
            shape(item, join(path, position))

    return check


def map_of(shape: Shape, *, key: str = r"\w+", at_least: int = 0) -> Shape:
    """A mapping of names to values that all have the shape."""

    def check(value: Any, path: str) -> None:
        _check_mapping(value, path)
        if len(value) < at_least:
            raise PolicyError(path, f"at least {at_least} entries")
        for name, item in value.items():
            if not isinstance(name, str) or not re.fullmatch(key, name):
                raise PolicyError(join(path, str(name)), "a name of letters, digits and underscores")
            shape(item, join(path, name))

    return check


def record(required: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Shape:
    """A mapping with exactly the required keys and perhaps the optional ones; no other key is known."""
    known = {**required, **(optional or {})}

    def check(value: Any, path: str) -> None:
        _check_mapping(value, path)
        for name in value:
            if name not in known:
                raise PolicyError(join(path, str(name)), f"no such key; known here: {', '.join(known)}")
        for name in required:
            if name not in value:
                raise PolicyError(join(path, name), "this key (it is missing)")
        for name, item in value.items():
            known[name](item, join(path, name))

    return check


def _check_mapping(value: Any, path: str) -> None:
    if not isinstance(value, Mapping):
        raise PolicyError(path, "a mapping of names to values")
