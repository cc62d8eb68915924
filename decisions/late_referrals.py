"""Referrals that nobody decided by the day that was told: found, counted, and told once."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.roles import ROLE_PERMISSIONS, Permission
from applicants.models import Applicant
from core.calendars import legal_day
from decisions.decision_days import answer_by
from decisions.jurisdictions import get_profile
from decisions.models import Decision, DecisionKind, Outcome
from notifications.kinds import Kind
from notifications.models import Message
from notifications.queueing import queue_message


def list_late(now: datetime) -> list[Decision]:
    """Return the referrals whose day has passed, oldest first."""
    waiting = Decision.objects.filter(
        outcome=Outcome.REFER, kind=DecisionKind.APPLICATION, superseded_by__isnull=True,
        decided_at__lt=now - timedelta(days=1),
    )  # fmt: skip
    rows = waiting.select_related("applicant").defer("facts", "result").order_by("id")
    return [row for row in rows if _is_late(row, now)]


def tell_late_referrals(*, now: datetime) -> int:
    """Tell the person of each late referral, and those who may decide it, once; how many there were."""
    return sum(_tell(decision, now) for decision in list_late(now))


def _is_late(decision: Decision, now: datetime) -> bool:
    place = get_profile(decision.request["context"]["jurisdiction"])
    return legal_day(now, place.zone) > answer_by(decision)


def _tell(decision: Decision, now: datetime) -> bool:
    about, day = decision.reference, answer_by(decision)
    with transaction.atomic():
        applicant = Applicant.objects.select_for_update().get(pk=decision.applicant_id)
        told = Message.objects.filter(applicant=applicant, kind=Kind.DECISION_OVERDUE, about=about)
        if told.exists() or Decision.objects.filter(supersedes=decision).exists():
            return False
        queue_message(
            kind=Kind.DECISION_OVERDUE, applicant=applicant, about=about, params={"due_on": day}, now=now
        )
        roles = [role for role, allowed in ROLE_PERMISSIONS.items() if Permission.DECIDE_REFERRAL in allowed]
        for user in User.objects.filter(role__in=roles, is_active=True).order_by("pk"):
            if user.pk == applicant.user_id:
                continue
            queue_message(kind=Kind.REFERRAL_LATE, user=user, about=about, params={"due_on": day}, now=now)
    return True
