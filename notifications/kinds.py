"""Every kind of message: for whom, through which channels, and what it must be told; pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a message is about."""

    APPLICATION_RECEIVED = "APPLICATION_RECEIVED"
    DECISION_READY = "DECISION_READY"
    DECISION_REFERRED = "DECISION_REFERRED"
    DECISION_WAITING = "DECISION_WAITING"
    DECISION_OVERDUE = "DECISION_OVERDUE"
    OFFER_ENDING = "OFFER_ENDING"
    OFFER_ENDED = "OFFER_ENDED"
    OFFER_SIGNED = "OFFER_SIGNED"
    APPEAL_RECEIVED = "APPEAL_RECEIVED"
    APPEAL_INFO_REQUESTED = "APPEAL_INFO_REQUESTED"
    APPEAL_DECIDED = "APPEAL_DECIDED"
    APPEAL_WITHDRAWN = "APPEAL_WITHDRAWN"
    DRAFT_EXPIRING = "DRAFT_EXPIRING"
    EVIDENCE_PROBLEM = "EVIDENCE_PROBLEM"
    LINE_CHANGED = "LINE_CHANGED"
    LINE_CAN_COME_BACK = "LINE_CAN_COME_BACK"
    CORRECTION_MADE = "CORRECTION_MADE"
    APPEAL_WAITING = "APPEAL_WAITING"
    RELATED_CHANGED = "RELATED_CHANGED"
    DISPUTE_RECEIVED = "DISPUTE_RECEIVED"
    DISPUTE_EXTENDED = "DISPUTE_EXTENDED"
    DISPUTE_SETTLED = "DISPUTE_SETTLED"
    DATA_READY = "DATA_READY"
    HELPER_NAMED = "HELPER_NAMED"
    HELPER_ENDED = "HELPER_ENDED"
    PROMISE_SAVED = "PROMISE_SAVED"
    PROMISE_KEPT = "PROMISE_KEPT"
    PROMISE_EXPIRING = "PROMISE_EXPIRING"
    PROMISE_EXPIRED = "PROMISE_EXPIRED"
    PROMISE_BARRED = "PROMISE_BARRED"
    APPEAL_ACCEPTED = "APPEAL_ACCEPTED"
    APPEAL_NOT_ACCEPTED = "APPEAL_NOT_ACCEPTED"
    APPEAL_REINSTATED = "APPEAL_REINSTATED"
    INFO_CHASED = "INFO_CHASED"
    INFO_LAPSED = "INFO_LAPSED"
    THIRD_PARTY_ASKED = "THIRD_PARTY_ASKED"
    REQUEST_GRANTED = "REQUEST_GRANTED"
    REQUEST_REFUSED = "REQUEST_REFUSED"
    APPEAL_EXTENDED = "APPEAL_EXTENDED"
    APPEAL_OVERDUE = "APPEAL_OVERDUE"
    LINE_STAYED = "LINE_STAYED"
    REMEDY_DONE = "REMEDY_DONE"
    APPEAL_ANSWERED = "APPEAL_ANSWERED"
    PETITION_MADE = "PETITION_MADE"
    CLAIM_LAPSED = "CLAIM_LAPSED"
    APPEAL_RETURNED = "APPEAL_RETURNED"
    APPEAL_TO_COUNTERSIGN = "APPEAL_TO_COUNTERSIGN"
    NOBODY_MAY_SIGN = "NOBODY_MAY_SIGN"
    REMEDY_LATE = "REMEDY_LATE"
    REFERRAL_LATE = "REFERRAL_LATE"
    APPEAL_ON_YOUR_DESK = "APPEAL_ON_YOUR_DESK"
    MARKET_REVIEW_LATE = "MARKET_REVIEW_LATE"
    DISPUTE_UNANSWERED = "DISPUTE_UNANSWERED"
    POLICY_REVIEW_OPENED = "POLICY_REVIEW_OPENED"
    CLASS_REMEDY_PROPOSED = "CLASS_REMEDY_PROPOSED"
    RULING_READ_AGAIN = "RULING_READ_AGAIN"
    EXTENSION_PROPOSED = "EXTENSION_PROPOSED"
    SOURCE_QUIET = "SOURCE_QUIET"
    WORK_DEAD = "WORK_DEAD"
    WARNING_RAISED = "WARNING_RAISED"
    REPAYMENT_REMINDER = "REPAYMENT_REMINDER"
    MEASURE_TAKEN = "MEASURE_TAKEN"
    MEASURE_ANNOUNCED = "MEASURE_ANNOUNCED"
    MEASURE_ENDED = "MEASURE_ENDED"
    MEASURE_ANSWERED = "MEASURE_ANSWERED"
    MEASURE_ANSWER_READ = "MEASURE_ANSWER_READ"


class Audience(StrEnum):
    """Who is meant to read a message."""

    APPLICANT = "APPLICANT"
    STAFF = "STAFF"


class Channel(StrEnum):
    """A way to reach somebody."""

    IN_APP = "IN_APP"
    EMAIL = "EMAIL"
    SMS = "SMS"


class Topic(StrEnum):
    """What applicants look for in their inbox: each of their kinds belongs to one."""

    DECISIONS = "DECISIONS"
    APPEALS = "APPEALS"
    LINES = "LINES"
    PLANS = "PLANS"
    DATA = "DATA"


@dataclass(frozen=True)
class Terms:
    """How one kind is sent; a legal notice cannot be switched off, some channels are used on request only."""

    audience: Audience
    channels: tuple[Channel, ...]
    is_legal: bool
    params: frozenset[str] = frozenset()
    on_request: tuple[Channel, ...] = ()


_BOTH: Final = (Channel.IN_APP, Channel.EMAIL)
_ALL: Final = (Channel.IN_APP, Channel.EMAIL, Channel.SMS)


def _to_applicant(
    *params: str, channels: tuple[Channel, ...] = _BOTH, is_legal: bool = True, texts: bool = False
) -> Terms:
    on_request = (Channel.SMS,) if texts or not is_legal else ()
    return Terms(Audience.APPLICANT, channels, is_legal, frozenset(params), on_request)


def _to_staff(*params: str) -> Terms:
    return Terms(Audience.STAFF, _BOTH, is_legal=False, params=frozenset(params))


TERMS: Final[dict[Kind, Terms]] = {
    Kind.APPLICATION_RECEIVED: _to_applicant(is_legal=False),
    Kind.DECISION_READY: _to_applicant(texts=True),
    Kind.DECISION_REFERRED: _to_applicant("answer_by"),
    Kind.DECISION_WAITING: _to_applicant(),
    Kind.DECISION_OVERDUE: _to_applicant("due_on"),
    Kind.OFFER_ENDING: _to_applicant("until", texts=True),
    Kind.OFFER_ENDED: _to_applicant("until"),
    Kind.OFFER_SIGNED: _to_applicant(),
    Kind.APPEAL_RECEIVED: _to_applicant("due_on"),
    Kind.APPEAL_INFO_REQUESTED: _to_applicant("due_on", channels=_ALL),
    Kind.APPEAL_DECIDED: _to_applicant(channels=_ALL),
    Kind.APPEAL_WITHDRAWN: _to_applicant("reinstate_until"),
    Kind.DRAFT_EXPIRING: _to_applicant("expires_on", is_legal=False),
    Kind.EVIDENCE_PROBLEM: _to_applicant("problem"),
    Kind.LINE_CHANGED: _to_applicant(texts=True),
    Kind.LINE_CAN_COME_BACK: _to_applicant("until"),
    Kind.CORRECTION_MADE: _to_applicant(),
    Kind.PROMISE_SAVED: _to_applicant("honoured_until", is_legal=False),
    Kind.PROMISE_KEPT: _to_applicant("decision"),
    Kind.PROMISE_EXPIRING: _to_applicant("honoured_until", texts=True),
    Kind.PROMISE_EXPIRED: _to_applicant("honoured_until"),
    Kind.PROMISE_BARRED: _to_applicant("law"),
    Kind.APPEAL_WAITING: _to_staff("due_on"),
    Kind.RELATED_CHANGED: _to_applicant(is_legal=False),
    Kind.DISPUTE_RECEIVED: _to_applicant("due_on"),
    Kind.DISPUTE_EXTENDED: _to_applicant("due_on"),
    Kind.DISPUTE_SETTLED: _to_applicant("outcome", "rerun"),
    Kind.DATA_READY: _to_applicant("until", is_legal=False),
    Kind.HELPER_NAMED: _to_applicant("scope", "until"),
    Kind.HELPER_ENDED: _to_applicant("how", is_legal=False),
    Kind.APPEAL_ACCEPTED: _to_applicant("due_on"),
    Kind.APPEAL_NOT_ACCEPTED: _to_applicant("reason", "review_until"),
    Kind.APPEAL_REINSTATED: _to_applicant("due_on"),
    Kind.INFO_CHASED: _to_applicant("due_on"),
    Kind.INFO_LAPSED: _to_applicant(),
    Kind.THIRD_PARTY_ASKED: _to_applicant("due_on", is_legal=False),
    Kind.REQUEST_GRANTED: _to_applicant("what"),
    Kind.REQUEST_REFUSED: _to_applicant("what", "reason"),
    Kind.APPEAL_EXTENDED: _to_applicant("due_on", "letter"),
    Kind.APPEAL_OVERDUE: _to_applicant("outside"),
    Kind.LINE_STAYED: _to_applicant(),
    Kind.REMEDY_DONE: _to_applicant(),
    Kind.WARNING_RAISED: _to_applicant(),
    Kind.REPAYMENT_REMINDER: _to_applicant(is_legal=False),
    Kind.MEASURE_TAKEN: _to_applicant(),
    Kind.MEASURE_ANNOUNCED: _to_applicant("effective_on", texts=True),
    Kind.MEASURE_ENDED: _to_applicant("outcome"),
    Kind.MEASURE_ANSWER_READ: _to_applicant("outcome"),
    Kind.APPEAL_ANSWERED: _to_staff(),
    Kind.PETITION_MADE: _to_staff(),
    Kind.CLAIM_LAPSED: _to_staff(),
    Kind.APPEAL_RETURNED: _to_staff(),
    Kind.APPEAL_TO_COUNTERSIGN: _to_staff(),
    Kind.NOBODY_MAY_SIGN: _to_staff(),
    Kind.REMEDY_LATE: _to_staff("due_on"),
    Kind.REFERRAL_LATE: _to_staff("due_on"),
    Kind.APPEAL_ON_YOUR_DESK: _to_staff(),
    Kind.MARKET_REVIEW_LATE: _to_staff("due_on"),
    Kind.DISPUTE_UNANSWERED: _to_staff("due_on"),
    Kind.POLICY_REVIEW_OPENED: _to_staff(),
    Kind.CLASS_REMEDY_PROPOSED: _to_staff(),
    Kind.MEASURE_ANSWERED: _to_staff(),
    Kind.RULING_READ_AGAIN: _to_staff(),
    Kind.EXTENSION_PROPOSED: _to_staff(),
    Kind.SOURCE_QUIET: _to_staff("source", "last_on"),
    Kind.WORK_DEAD: _to_staff("work_kind", "subject"),
}
"""`params` are the values a text needs: dates, codes or lazy translations, never personal data."""

TOPICS: Final[dict[Topic, frozenset[Kind]]] = {
    Topic.DECISIONS: frozenset(
        {
            Kind.APPLICATION_RECEIVED, Kind.DECISION_READY, Kind.DECISION_REFERRED, Kind.DECISION_WAITING,
            Kind.DECISION_OVERDUE, Kind.OFFER_ENDING, Kind.OFFER_ENDED, Kind.CORRECTION_MADE,
            Kind.RELATED_CHANGED,
        }
    ),
    Topic.APPEALS: frozenset(
        {
            Kind.APPEAL_RECEIVED, Kind.APPEAL_INFO_REQUESTED, Kind.APPEAL_DECIDED, Kind.APPEAL_WITHDRAWN,
            Kind.DRAFT_EXPIRING, Kind.EVIDENCE_PROBLEM, Kind.APPEAL_ACCEPTED, Kind.APPEAL_NOT_ACCEPTED,
            Kind.APPEAL_REINSTATED, Kind.INFO_CHASED, Kind.INFO_LAPSED, Kind.THIRD_PARTY_ASKED,
            Kind.REQUEST_GRANTED, Kind.REQUEST_REFUSED, Kind.APPEAL_EXTENDED, Kind.APPEAL_OVERDUE,
            Kind.REMEDY_DONE,
        }
    ),
    Topic.LINES: frozenset(
        {
            Kind.OFFER_SIGNED, Kind.LINE_CHANGED, Kind.LINE_CAN_COME_BACK, Kind.LINE_STAYED,
            Kind.WARNING_RAISED, Kind.REPAYMENT_REMINDER,
            Kind.MEASURE_TAKEN, Kind.MEASURE_ANNOUNCED, Kind.MEASURE_ENDED, Kind.MEASURE_ANSWER_READ,
        }
    ),
    Topic.PLANS: frozenset(
        {
            Kind.PROMISE_SAVED, Kind.PROMISE_KEPT, Kind.PROMISE_EXPIRING, Kind.PROMISE_EXPIRED,
            Kind.PROMISE_BARRED,
        }
    ),
    Topic.DATA: frozenset(
        {
            Kind.DISPUTE_RECEIVED, Kind.DISPUTE_EXTENDED, Kind.DISPUTE_SETTLED, Kind.DATA_READY,
            Kind.HELPER_NAMED, Kind.HELPER_ENDED,
        }
    ),
}  # fmt: skip
