"""What scenes are made of: the people on the stage, and one page after another as somebody sees it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.urls import reverse

from accounts.models import User
from tests.journeys.visitor import Visitor


@dataclass(frozen=True)
class Shot:
    """One page in one state: its name, where it is, who sees it, and what was done on it before."""

    name: str
    place: str
    by: User | None
    act: Callable[[Visitor], object] | None = None


@dataclass(frozen=True)
class Stage:
    """Who is there, in which language; and the way to say which page is looked at."""

    ada: User
    ben: User
    cleo: User
    dev: User
    language: str
    extra: dict[str, Any] = field(default_factory=dict)

    def shot(
        self,
        name: str,
        place: str,
        *given: object,
        by: User | None = None,
        act: Callable[[Visitor], object] | None = None,
        everybody: bool = False,
    ) -> Shot:
        """A page by its name or path; Ada sees it, or somebody else, or everybody."""
        path = place if place.startswith("/") else reverse(place, args=given)
        return Shot(name, path, None if everybody else by or self.ada, act)


Scene: TypeAlias = Callable[[Stage], Iterator[Shot]]
"""Sets the stage step by step and says which page is looked at in between."""


def press(words: str) -> Callable[[Visitor], object]:
    """Press the button with these words of the site."""
    return lambda window: window.press(words)
