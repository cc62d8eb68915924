"""Persons and firms, what is known about them, what they allowed, and what they ask for."""

from applicants.models.disputes import (
    Dispute,
    DisputeState,
    OwnStatement,
    RerunState,
    SourceCheck,
    SourceReply,
)
from applicants.models.people import (
    Applicant,
    ApplicantKind,
    CheckResult,
    Consent,
    Fact,
    IdentityCheck,
    Sheet,
)
from applicants.models.related import Receivable, RelatedPerson, RelatedRole
from applicants.models.rights import (
    DataRequest,
    DataRequestKind,
    DataRequestState,
    HelperGrant,
    HelperScope,
    ShareLink,
)

__all__ = [
    "Applicant",
    "ApplicantKind",
    "CheckResult",
    "Consent",
    "DataRequest",
    "DataRequestKind",
    "DataRequestState",
    "Dispute",
    "DisputeState",
    "Fact",
    "HelperGrant",
    "HelperScope",
    "IdentityCheck",
    "OwnStatement",
    "Receivable",
    "RelatedPerson",
    "RelatedRole",
    "RerunState",
    "ShareLink",
    "Sheet",
    "SourceCheck",
    "SourceReply",
]
