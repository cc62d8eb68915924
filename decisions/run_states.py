"""How a run over the book may move from state to state; pure."""

PREPARING, EVALUATING, BRAKED, APPLYING = "PREPARING", "EVALUATING", "BRAKED", "APPLYING"
TELLING, DONE, STOPPED = "TELLING", "DONE", "STOPPED"

WORKING = frozenset({PREPARING, EVALUATING, APPLYING, TELLING})
OPEN = WORKING | {BRAKED}

RUN_MOVES: frozenset[tuple[str, str]] = frozenset(
    {
        (PREPARING, EVALUATING),
        (EVALUATING, APPLYING),
        (EVALUATING, BRAKED),
        (EVALUATING, DONE),
        (APPLYING, BRAKED),
        (BRAKED, APPLYING),
        (APPLYING, TELLING),
        (TELLING, DONE),
    }
    | {(state, STOPPED) for state in (PREPARING, EVALUATING, BRAKED, APPLYING)}
)
"""Every move that is possible; what was applied is always told, so telling cannot be stopped."""

APPROVERS = 2
"""How many different people release a run that the brake has stopped."""
