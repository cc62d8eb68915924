"""Appeals: their grounds, events, clocks, requests, evidence, findings, reruns, rulings and remedies."""

from appeals.models.appeals import (
    Acceptance,
    AcceptanceResult,
    Appeal,
    AppealEvent,
    AppealOutcome,
    AppealStatus,
    Attachment,
    Claim,
    Ground,
    InternalNote,
)
from appeals.models.clocks import Extension, ExtensionState, Pause, Reminder
from appeals.models.people import Recusal, Relation, RelationKind
from appeals.models.remedies import Remedy, Stay
from appeals.models.requests import ItemState, Request, RequestItem, RequestKind, RequestState
from appeals.models.review import (
    Basis,
    Finding,
    FirstLook,
    Leaning,
    Rerun,
    RerunState,
    Ruling,
    RulingState,
)

__all__ = [
    "Acceptance",
    "AcceptanceResult",
    "Appeal",
    "AppealEvent",
    "AppealOutcome",
    "AppealStatus",
    "Attachment",
    "Basis",
    "Claim",
    "Extension",
    "ExtensionState",
    "Finding",
    "FirstLook",
    "Ground",
    "InternalNote",
    "ItemState",
    "Leaning",
    "Pause",
    "Recusal",
    "Relation",
    "RelationKind",
    "Remedy",
    "Reminder",
    "Request",
    "RequestItem",
    "RequestKind",
    "RequestState",
    "Rerun",
    "RerunState",
    "Ruling",
    "RulingState",
    "Stay",
]  # fmt: skip
