"""How a class remedy may move from state to state; pure."""

from typing import Final

FINDING, PROPOSED, APPLYING, DONE, STOPPED = "FINDING", "PROPOSED", "APPLYING", "DONE", "STOPPED"

WORKING = frozenset({FINDING, APPLYING})
OPEN = WORKING | {PROPOSED}

REMEDY_MOVES: frozenset[tuple[str, str]] = frozenset(
    {
        (FINDING, PROPOSED),
        (FINDING, DONE),
        (PROPOSED, APPLYING),
        (APPLYING, DONE),
        (FINDING, STOPPED),
        (PROPOSED, STOPPED),
    }
)
"""Once it is being applied it is carried through, so that people in the same position fare the same."""

APPROVERS: Final = 2
"""How many different people approve; whoever proposed it is none of them."""
