"""Decisions that an appeal is about stay as they are until it has ended."""

from collections.abc import Iterable, Sequence
from typing import Final

from appeals.models import Appeal
from appeals.states import ENDED

KEPT: Final = "APPEAL"


def appealed_decisions(keys: Sequence[int]) -> Iterable[int]:
    """Of these decisions, those with an appeal that has not ended."""
    ended = [status.value for status in ENDED]
    return Appeal.objects.filter(decision__in=keys).exclude(status__in=ended).values_list(
        "decision_id", flat=True
    )  # fmt: skip
