"""How a measure goes from a proposal to its end; pure."""

PROPOSED, SIGNED, NOTICED, IN_EFFECT = "proposed", "signed", "noticed", "in_effect"
TOLD, DECLINED, WITHDRAWN, LIFTED = "told", "declined", "withdrawn", "lifted"

WAITING = frozenset({PROPOSED, SIGNED})
"""A colleague has the next word; the person has heard nothing."""
STANDING = frozenset({NOTICED, IN_EFFECT})
"""The person was told, and it holds or will hold."""
OPEN = WAITING | STANDING

MEASURE_MOVES: frozenset[tuple[str, str]] = frozenset(
    {(PROPOSED, SIGNED), (NOTICED, IN_EFFECT), (NOTICED, WITHDRAWN), (NOTICED, LIFTED), (IN_EFFECT, LIFTED)}
    | {(start, end) for start in WAITING for end in (NOTICED, IN_EFFECT, DECLINED, WITHDRAWN)}
)
"""Every move that is possible; what only tells somebody something is `told` from the start."""


def can_move(start: str, end: str) -> bool:
    """Whether a measure may go from one state to the other."""
    return (start, end) in MEASURE_MOVES
