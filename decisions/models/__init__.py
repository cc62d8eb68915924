"""Policy versions, applications, decisions with their reasons, what was read, and credit lines."""

from decisions.models.announcements import Announcement, AnnouncementEnd
from decisions.models.applications import (
    Application,
    ApplicationState,
    BookRow,
)
from decisions.models.class_remedies import (
    ClassRemedy,
    ClassRemedyApproval,
    ClassRemedyCase,
    ClassRemedyState,
    Correction,
    Effect,
    ErrorKind,
    LeftReason,
)
from decisions.models.decisions import (
    ADVERSE_OUTCOMES,
    Decision,
    DecisionAccess,
    DecisionKind,
    DecisionReason,
    FrozenPage,
    Outcome,
    RenderedExplanation,
)
from decisions.models.lines import (
    Line,
    LineChange,
    LineState,
)
from decisions.models.policies import (
    Market,
    MarketSwitch,
    PlatformNotice,
    PlatformNoticeKind,
    PolicyState,
    PolicyVersion,
    SwitchState,
)
from decisions.models.promises import (
    Promise,
    PromiseState,
    RouteWishes,
)
from decisions.models.referrals import (
    ProposalState,
    ReferralProposal,
)
from decisions.models.runs import (
    BookEntry,
    DryRun,
    Run,
    RunApproval,
    RunCause,
    RunChange,
    RunChunk,
    RunResult,
    RunState,
)
from decisions.models.warnings import (
    EarlyWarning,
    Measure,
    MeasureState,
    WarningEnd,
    WarningLevel,
    WarningSweep,
    Watch,
)
from decisions.models.wordings import Wording, WordingState

__all__ = [
    "ADVERSE_OUTCOMES",
    "Announcement",
    "AnnouncementEnd",
    "Application",
    "ApplicationState",
    "BookEntry",
    "BookRow",
    "ClassRemedy",
    "ClassRemedyApproval",
    "ClassRemedyCase",
    "ClassRemedyState",
    "Correction",
    "Decision",
    "DecisionAccess",
    "DecisionKind",
    "DecisionReason",
    "DryRun",
    "EarlyWarning",
    "Effect",
    "ErrorKind",
    "FrozenPage",
    "LeftReason",
    "Line",
    "LineChange",
    "LineState",
    "Market",
    "MarketSwitch",
    "Measure",
    "MeasureState",
    "Outcome",
    "PlatformNotice",
    "PlatformNoticeKind",
    "PolicyState",
    "PolicyVersion",
    "Promise",
    "PromiseState",
    "ProposalState",
    "ReferralProposal",
    "RenderedExplanation",
    "RouteWishes",
    "Run",
    "RunApproval",
    "RunCause",
    "RunChange",
    "RunChunk",
    "RunResult",
    "RunState",
    "SwitchState",
    "WarningEnd",
    "WarningLevel",
    "WarningSweep",
    "Watch",
    "Wording",
    "WordingState",
]
