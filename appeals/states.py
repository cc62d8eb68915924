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
    ASSIGN = "assign"
    HAND_OVER = "hand_over"
    RELEASE = "release"
    LAPSE = "lapse"
    ASK_APPLICANT = "ask_applicant"
    ANSWERED = "answered"
    ANSWERED_IN_SCREENING = "answered_in_screening"
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
    HELPER = "helper"
    REVIEWER = "reviewer"
    COUNTERSIGNER = "countersigner"
    SUPERVISOR = "supervisor"
    SITE = "site"


class Clock(StrEnum):
    """Which of an appeal's clocks is meant."""

    STATUTORY = "statutory"
    SERVICE = "service"
    REMEDY = "remedy"


S, E, P = Status, Event, Party
_OWN = frozenset({P.APPLICANT, P.LENDER})

TRANSITIONS: dict[tuple[Status, Event], tuple[Status, frozenset[Party]]] = {
    (S.DRAFT, E.SUBMIT): (S.SUBMITTED, _OWN | {P.HELPER}),
    (S.DRAFT, E.EXPIRE): (S.CLOSED, frozenset({P.SITE})),
    (S.DRAFT, E.WITHDRAW): (S.CLOSED, _OWN),
    (S.SUBMITTED, E.SCREEN): (S.SCREENING, frozenset({P.SITE})),
    (S.SUBMITTED, E.WITHDRAW): (S.WITHDRAWN, _OWN),
    (S.SCREENING, E.ACCEPT): (S.QUEUED, frozenset({P.SITE, P.REVIEWER, P.SUPERVISOR})),
    (S.SCREENING, E.NOT_ACCEPT): (S.NOT_ACCEPTED, frozenset({P.REVIEWER, P.SUPERVISOR})),
    (S.SCREENING, E.ASK_APPLICANT): (S.INFO_REQUESTED, frozenset({P.REVIEWER, P.SUPERVISOR})),
    (S.SCREENING, E.WITHDRAW): (S.WITHDRAWN, _OWN),
    (S.QUEUED, E.CLAIM): (S.IN_REVIEW, frozenset({P.REVIEWER, P.SUPERVISOR})),
    (S.QUEUED, E.ASSIGN): (S.IN_REVIEW, frozenset({P.SUPERVISOR})),
    (S.QUEUED, E.WITHDRAW): (S.WITHDRAWN, _OWN),
    (S.IN_REVIEW, E.RELEASE): (S.QUEUED, frozenset({P.REVIEWER, P.SUPERVISOR})),
    (S.IN_REVIEW, E.HAND_OVER): (S.IN_REVIEW, frozenset({P.SUPERVISOR})),
    (S.IN_REVIEW, E.LAPSE): (S.QUEUED, frozenset({P.SITE})),
    (S.IN_REVIEW, E.ASK_APPLICANT): (S.INFO_REQUESTED, frozenset({P.REVIEWER})),
    (S.IN_REVIEW, E.ASK_THIRD_PARTY): (S.WAITING_THIRD_PARTY, frozenset({P.REVIEWER})),
    (S.IN_REVIEW, E.PROPOSE): (S.PROPOSED, frozenset({P.REVIEWER})),
    (S.IN_REVIEW, E.DECIDE): (S.DECIDED, frozenset({P.REVIEWER})),
    (S.IN_REVIEW, E.WITHDRAW): (S.WITHDRAWN, _OWN),
    (S.INFO_REQUESTED, E.ANSWERED): (S.IN_REVIEW, _OWN | {P.SITE}),
    (S.INFO_REQUESTED, E.ANSWERED_IN_SCREENING): (S.SCREENING, _OWN | {P.SITE}),
    (S.INFO_REQUESTED, E.HAND_OVER): (S.INFO_REQUESTED, frozenset({P.SUPERVISOR})),
    (S.INFO_REQUESTED, E.WITHDRAW): (S.WITHDRAWN, _OWN),
    (S.WAITING_THIRD_PARTY, E.THIRD_PARTY_ANSWERED): (S.IN_REVIEW, frozenset({P.REVIEWER, P.SITE})),
    (S.WAITING_THIRD_PARTY, E.LAPSE): (S.QUEUED, frozenset({P.SITE})),
    (S.WAITING_THIRD_PARTY, E.HAND_OVER): (S.WAITING_THIRD_PARTY, frozenset({P.SUPERVISOR})),
    (S.WAITING_THIRD_PARTY, E.WITHDRAW): (S.WITHDRAWN, _OWN),
    (S.PROPOSED, E.AGREE): (S.DECIDED, frozenset({P.COUNTERSIGNER})),
    (S.PROPOSED, E.RETURN): (S.IN_REVIEW, frozenset({P.COUNTERSIGNER})),
    (S.PROPOSED, E.LAPSE): (S.QUEUED, frozenset({P.SITE})),
    (S.PROPOSED, E.WITHDRAW): (S.WITHDRAWN, _OWN),
    (S.DECIDED, E.REMEDY_NEEDED): (S.REMEDY, frozenset({P.SITE})),
    (S.DECIDED, E.CLOSE): (S.CLOSED, frozenset({P.SITE})),
    (S.REMEDY, E.REMEDY_CONFIRMED): (S.CLOSED, frozenset({P.SITE, P.LENDER, P.SUPERVISOR})),
    (S.WITHDRAWN, E.REINSTATE): (S.SCREENING, _OWN),
    (S.NOT_ACCEPTED, E.REVIEW_ACCEPTANCE): (S.SCREENING, _OWN),
}

PAUSES: dict[Status, frozenset[Clock]] = {
    S.INFO_REQUESTED: frozenset({Clock.SERVICE}),
    S.WITHDRAWN: frozenset({Clock.STATUTORY, Clock.SERVICE}),
    S.NOT_ACCEPTED: frozenset({Clock.STATUTORY, Clock.SERVICE}),
}
"""Which clocks stand still while an appeal stands there; the law's clock never waits for the applicant."""

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
