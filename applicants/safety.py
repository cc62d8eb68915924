"""Unusual use of an account that its owner has to confirm: "this was me", by one's own word alone."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from applicants.facts import get_sheet, record_fact
from applicants.models import Applicant, Dispute, DisputeState
from applicants.terms import today_of
from core.errors import ConflictError, NotFoundError

OPEN_FLAGS: Final = "open_safety_flags"
CONFIRMED: Final = "safety_confirmation"
_IN_ONES_NAME: Final = ("credit_report", "court_register")


class SafetyBarredError(ConflictError):
    """Somebody else may be using this identity, so a word given online is not enough."""

    code = "safety-barred"
    default_message = _("We first settle whether somebody else uses your name. Please write to us.")


@dataclass(frozen=True)
class SafetyNote:
    """What is noted about the safety of an account, and whether its owner still has to say something."""

    is_open: bool
    is_barred: bool
    flag: str = ""
    noted_on: date | None = None
    confirmed_on: date | None = None


def read_safety(applicant: Applicant) -> SafetyNote:
    """Return how things stand: open, confirmed, or nothing at all."""
    entry = get_sheet(applicant).facts.get(OPEN_FLAGS, {})
    detail = entry.get("detail", {})
    is_confirmed = entry.get("source") == CONFIRMED
    return SafetyNote(
        is_open=_is_open(entry),
        is_barred=_is_barred(applicant),
        flag=str(detail.get("flag", "")),
        noted_on=_day(detail.get("date")),
        confirmed_on=_day(entry["observed_on"]) if is_confirmed else None,
    )


def confirm_safety(*, applicant: Applicant, by: Actor, now: datetime) -> bool:
    """Record that the owner of the account says "this was me"; twice is once. Whether it was news.

    What is cleared goes on counting among the notes of 90 days: only the wait ends.
    """
    if by.user_id is None or by.user_id != applicant.user_id or by.hand:
        raise NotFoundError
    with transaction.atomic():
        Applicant.objects.select_for_update().get(pk=applicant.pk)
        if not _is_open(get_sheet(applicant).facts.get(OPEN_FLAGS, {})):
            return False
        if _is_barred(applicant):
            raise SafetyBarredError
        record_fact(
            applicant=applicant, characteristic=OPEN_FLAGS, value=0, source=CONFIRMED,
            observed_on=today_of(applicant, now), by=by, now=now,
        )  # fmt: skip
    return True


def _is_open(entry: dict[str, Any]) -> bool:
    value = entry.get("value", 0)
    return isinstance(value, int) and value > 0


def _is_barred(applicant: Applicant) -> bool:
    """Whether the person says that records in this name are another's, or the name itself did not match."""
    if get_sheet(applicant).facts.get("identity_level", {}).get("value") == "unverified":
        return True
    return Dispute.objects.filter(
        applicant=applicant, state=DisputeState.OPEN, fact__source__in=_IN_ONES_NAME
    ).exists()


def _day(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and text else None
