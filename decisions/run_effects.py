"""What a chunk of a run came to; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Effect:
    """How many people a chunk held, and how many of them were changed, by cause."""

    people: int
    changes: Mapping[str, int] = field(default_factory=dict)
