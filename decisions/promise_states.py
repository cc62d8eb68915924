"""How a promise may move from state to state; pure."""

OPEN, KEPT, BARRED, EXPIRED, DROPPED = "OPEN", "KEPT", "BARRED", "EXPIRED", "DROPPED"

PROMISE_MOVES: frozenset[tuple[str, str]] = frozenset((OPEN, end) for end in (KEPT, BARRED, EXPIRED, DROPPED))
"""A promise ends once: kept, barred by law, expired, or dropped by the person."""
