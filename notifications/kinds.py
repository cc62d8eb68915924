"""Every kind of message: for whom, through which channels, and what it must be told; pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a message is about."""

    APPLICATION_RECEIVED = "APPLICATION_RECEIVED"
    DECISION_READY = "DECISION_READY"
    APPEAL_RECEIVED = "APPEAL_RECEIVED"
    APPEAL_INFO_REQUESTED = "APPEAL_INFO_REQUESTED"
    APPEAL_DECIDED = "APPEAL_DECIDED"
    APPEAL_WITHDRAWN = "APPEAL_WITHDRAWN"
    DRAFT_EXPIRING = "DRAFT_EXPIRING"
    EVIDENCE_PROBLEM = "EVIDENCE_PROBLEM"
    LINE_CHANGED = "LINE_CHANGED"
    CORRECTION_MADE = "CORRECTION_MADE"
    APPEAL_WAITING = "APPEAL_WAITING"
    WORK_DEAD = "WORK_DEAD"


class Audience(StrEnum):
    """Who is meant to read a message."""

    APPLICANT = "APPLICANT"
    STAFF = "STAFF"


class Channel(StrEnum):
    """A way to reach somebody."""

    IN_APP = "IN_APP"
    EMAIL = "EMAIL"
    SMS = "SMS"


@dataclass(frozen=True)
class Terms:
    """How one kind is sent; a legal notice cannot be switched off."""

    audience: Audience
    channels: tuple[Channel, ...]
    is_legal: bool
    params: frozenset[str] = frozenset()


_BOTH: Final = (Channel.IN_APP, Channel.EMAIL)
_ALL: Final = (Channel.IN_APP, Channel.EMAIL, Channel.SMS)


def _to_applicant(*params: str, channels: tuple[Channel, ...] = _BOTH, is_legal: bool = True) -> Terms:
    return Terms(Audience.APPLICANT, channels, is_legal, frozenset(params))


def _to_staff(*params: str) -> Terms:
    return Terms(Audience.STAFF, _BOTH, is_legal=False, params=frozenset(params))


TERMS: Final[dict[Kind, Terms]] = {
    Kind.APPLICATION_RECEIVED: _to_applicant(is_legal=False),
    Kind.DECISION_READY: _to_applicant(),
    Kind.APPEAL_RECEIVED: _to_applicant("due_on"),
    Kind.APPEAL_INFO_REQUESTED: _to_applicant("due_on", channels=_ALL),
    Kind.APPEAL_DECIDED: _to_applicant(channels=_ALL),
    Kind.APPEAL_WITHDRAWN: _to_applicant("reinstate_until"),
    Kind.DRAFT_EXPIRING: _to_applicant("expires_on", is_legal=False),
    Kind.EVIDENCE_PROBLEM: _to_applicant("problem"),
    Kind.LINE_CHANGED: _to_applicant(),
    Kind.CORRECTION_MADE: _to_applicant(),
    Kind.APPEAL_WAITING: _to_staff("due_on"),
    Kind.WORK_DEAD: _to_staff("work_kind", "subject"),
}
"""`params` are the values a text needs: dates, codes or lazy translations, never personal data."""
