"""How a credit line may move from state to state; pure."""

OFFERED, ACTIVE, USED_UP, REDUCED = "offered", "active", "used_up", "reduced"
ON_HOLD, SUSPENDED, CLOSED, EXPIRED = "on_hold", "suspended", "closed", "expired"

OPEN = frozenset({OFFERED, ACTIVE, USED_UP, REDUCED, ON_HOLD, SUSPENDED})
IN_USE = frozenset({ACTIVE, USED_UP, REDUCED, ON_HOLD, SUSPENDED})
ENDED = frozenset({CLOSED, EXPIRED})

LINE_MOVES: frozenset[tuple[str, str]] = frozenset(
    {(OFFERED, ACTIVE), (OFFERED, EXPIRED), (CLOSED, ACTIVE), (CLOSED, OFFERED), (EXPIRED, OFFERED)}
    | {(start, end) for start in IN_USE for end in IN_USE if start != end}
    | {(start, CLOSED) for start in OPEN}
)
"""Every move that is possible; a closed line comes back only as a remedy, an expired one as a new offer."""


def can_move(start: str, end: str) -> bool:
    """Whether a line may go from one state to the other; staying is always possible."""
    return start == end or (start, end) in LINE_MOVES


def settled_state(*, total: int, drawn: int, on_hold: int, reduced: int) -> str:
    """The state that the parts of a line in use say; "used up" only when all of it is used."""
    if drawn > 0 and drawn >= total:
        return USED_UP
    if on_hold > 0:
        return ON_HOLD
    return REDUCED if reduced > 0 else ACTIVE
