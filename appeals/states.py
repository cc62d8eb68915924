"""The one table of an appeal: status, event and role decide the next status; nothing else does."""

from enum import StrEnum


class Status(StrEnum):
    """Where an appeal stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    SCREENING = "SCREENING"
    QUEUED = "QUEUED"
    IN_REVIEW = "IN_REVIEW"
    INFO_REQUESTED = "INFO_REQUESTED"
    WAITING_THIRD_PARTY = "WAITING_THIRD_PARTY"
    PROPOSED = "PROPOSED"
    DECIDED = "DECIDED"
    REMEDY = "REMEDY"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"
    NOT_ACCEPTED = "NOT_ACCEPTED"


class Event(StrEnum):
    """What can happen to an appeal."""

    SUBMIT = "submit"
    EXPIRE = "expire"
    SCREEN = "screen"
    ACCEPT = "accept"
    NOT_ACCEPT = "not_accept"
    REVIEW_ACCEPTANCE = "review_acceptance"
    CLAIM = "claim"
    RELEASE = "release"
    LAPSE = "lapse"
    ASK_APPLICANT = "ask_applicant"
    ANSWERED = "answered"
    ASK_THIRD_PARTY = "ask_third_party"
    THIRD_PARTY_ANSWERED = "third_party_answered"
    PROPOSE = "propose"
    DECIDE = "decide"
    AGREE = "agree"
    RETURN = "return"
    REMEDY_NEEDED = "remedy_needed"
    REMEDY_CONFIRMED = "remedy_confirmed"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    REINSTATE = "reinstate"


class Party(StrEnum):
    """In which part somebody acts on an appeal."""

    APPLICANT = "applicant"
    LENDER = "lender"
    REVIEWER = "reviewer"
    COUNTERSIGNER = "countersigner"
    SUPERVISOR = "supervisor"
    SITE = "site"


S, E, P = Status, Event, Party

TRANSITIONS: dict[tuple[Status, Event], tuple[Status, frozenset[Party]]] = {
    (S.DRAFT, E.SUBMIT): (S.SUBMITTED, frozenset({P.APPLICANT, P.LENDER})),
    (S.DRAFT, E.EXPIRE): (S.CLOSED, frozenset({P.SITE})),
    (S.DRAFT, E.WITHDRAW): (S.CLOSED, frozenset({P.APPLICANT, P.LENDER})),
    (S.SUBMITTED, E.SCREEN): (S.SCREENING, frozenset({P.SITE})),
    (S.SUBMITTED, E.WITHDRAW): (S.WITHDRAWN, frozenset({P.APPLICANT, P.LENDER})),
    (S.SCREENING, E.ACCEPT): (S.QUEUED, frozenset({P.SITE, P.REVIEWER, P.SUPERVISOR})),
    (S.SCREENING, E.NOT_ACCEPT): (S.NOT_ACCEPTED, frozenset({P.REVIEWER, P.SUPERVISOR})),
    (S.SCREENING, E.ASK_APPLICANT): (S.INFO_REQUESTED, frozenset({P.REVIEWER, P.SUPERVISOR})),
    (S.SCREENING, E.WITHDRAW): (S.WITHDRAWN, frozenset({P.APPLICANT, P.LENDER})),
    (S.QUEUED, E.CLAIM): (S.IN_REVIEW, frozenset({P.REVIEWER, P.SUPERVISOR})),
    (S.QUEUED, E.WITHDRAW): (S.WITHDRAWN, frozenset({P.APPLICANT, P.LENDER})),
    (S.IN_REVIEW, E.RELEASE): (S.QUEUED, frozenset({P.REVIEWER, P.SUPERVISOR})),
    (S.IN_REVIEW, E.LAPSE): (S.QUEUED, frozenset({P.SITE})),
    (S.IN_REVIEW, E.ASK_APPLICANT): (S.INFO_REQUESTED, frozenset({P.REVIEWER})),
    (S.IN_REVIEW, E.ASK_THIRD_PARTY): (S.WAITING_THIRD_PARTY, frozenset({P.REVIEWER})),
    (S.IN_REVIEW, E.PROPOSE): (S.PROPOSED, frozenset({P.REVIEWER})),
    (S.IN_REVIEW, E.DECIDE): (S.DECIDED, frozenset({P.REVIEWER})),
    (S.IN_REVIEW, E.WITHDRAW): (S.WITHDRAWN, frozenset({P.APPLICANT, P.LENDER})),
    (S.INFO_REQUESTED, E.ANSWERED): (S.IN_REVIEW, frozenset({P.APPLICANT, P.LENDER, P.SITE})),
    (S.INFO_REQUESTED, E.WITHDRAW): (S.WITHDRAWN, frozenset({P.APPLICANT, P.LENDER})),
    (S.WAITING_THIRD_PARTY, E.THIRD_PARTY_ANSWERED): (S.IN_REVIEW, frozenset({P.REVIEWER, P.SITE})),
    (S.WAITING_THIRD_PARTY, E.WITHDRAW): (S.WITHDRAWN, frozenset({P.APPLICANT, P.LENDER})),
    (S.PROPOSED, E.AGREE): (S.DECIDED, frozenset({P.COUNTERSIGNER})),
    (S.PROPOSED, E.RETURN): (S.IN_REVIEW, frozenset({P.COUNTERSIGNER})),
    (S.PROPOSED, E.WITHDRAW): (S.WITHDRAWN, frozenset({P.APPLICANT, P.LENDER})),
    (S.DECIDED, E.REMEDY_NEEDED): (S.REMEDY, frozenset({P.SITE})),
    (S.DECIDED, E.CLOSE): (S.CLOSED, frozenset({P.SITE})),
    (S.REMEDY, E.REMEDY_CONFIRMED): (S.CLOSED, frozenset({P.SITE, P.LENDER, P.SUPERVISOR})),
    (S.WITHDRAWN, E.REINSTATE): (S.QUEUED, frozenset({P.APPLICANT, P.LENDER})),
    (S.NOT_ACCEPTED, E.REVIEW_ACCEPTANCE): (S.SCREENING, frozenset({P.APPLICANT, P.LENDER})),
}

ENDED = frozenset({S.CLOSED, S.WITHDRAWN, S.NOT_ACCEPTED})


def next_status(*, status: Status, event: Event, party: Party) -> Status | None:
    """The status that follows, or None when this party may not do this now."""
    target = TRANSITIONS.get((status, event))
    return target[0] if target and party in target[1] else None


def allowed_events(*, status: Status, party: Party) -> frozenset[Event]:
    """What this party may do while the appeal stands here."""
    return frozenset(
        event
        for (start, event), (_to, parties) in TRANSITIONS.items()
        if start == status and party in parties
    )
