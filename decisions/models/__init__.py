"""Policy versions, applications, decisions with their reasons, what was read, and credit lines."""

from decisions.models.applications import (
    Application,
    ApplicationState,
    BookRow,
)
from decisions.models.decisions import (
    ADVERSE_OUTCOMES,
    Decision,
    DecisionAccess,
    DecisionKind,
    DecisionReason,
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
    PolicyVersion,
)
from decisions.models.referrals import (
    ProposalState,
    ReferralProposal,
)

__all__ = [
    "ADVERSE_OUTCOMES",
    "Application",
    "ApplicationState",
    "BookRow",
    "Decision",
    "DecisionAccess",
    "DecisionKind",
    "DecisionReason",
    "Line",
    "LineChange",
    "LineState",
    "Market",
    "MarketSwitch",
    "Outcome",
    "PlatformNotice",
    "PlatformNoticeKind",
    "PolicyVersion",
    "ProposalState",
    "ReferralProposal",
    "RenderedExplanation",
]
