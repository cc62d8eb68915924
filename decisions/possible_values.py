"""Which values an input could take at all, as far as the points and rules of a decision tell them apart."""

from typing import Any, Final

from applicants.characteristics import Characteristic, check_value, get_dictionary
from core.errors import DomainError
from decisions.models import Decision
from decisions.policies import compiled

_STATES: Final = frozenset({"state", "code"})
_MOST: Final = 40


def list_possible(decision: Decision, name: str) -> list[Any]:
    """One value for each bin of the scorecard, the ends of what is permitted, and each state."""
    known = get_dictionary()[name]
    return [value for value in dict.fromkeys(_candidates(decision, known)) if _is_permitted(known, value)]


def _candidates(decision: Decision, known: Characteristic) -> list[Any]:
    if known.value_type == "flag":
        return [True, False]
    if known.value_type == "event":
        return [None]
    policy = compiled(decision.policy)
    card = policy.scorecards[policy.products[decision.request["product"]].applicant]
    scored = card.by_name.get(known.name)
    if known.value_type in _STATES:
        return list(scored.states if scored is not None else known.states)[:_MOST]
    ends = [_plain(end) for end in (known.minimum, known.maximum) if end is not None]
    edges = [_plain(edge) for edge in scored.edges] if scored is not None else []
    # Bins are closed on the right: an edge is the last value of its bin, one more begins the next.
    return [*ends, *edges, *(edge + 1 for edge in edges)]


def _is_permitted(known: Characteristic, value: Any) -> bool:
    try:
        check_value(known, value)
    except DomainError:
        return False
    return True


def _plain(number: float) -> int | float:
    return int(number) if number == int(number) else number
