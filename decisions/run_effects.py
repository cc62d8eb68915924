"""What a chunk of a run came to; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Effect:
    """How many people a chunk held, and what of them changes: counts by cause, or all that was counted."""

    people: int
    changes: Mapping[str, Any] = field(default_factory=dict)
