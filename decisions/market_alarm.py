"""Telling colleagues that the market condition is overdue for its review."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.roles import ROLE_PERMISSIONS, Permission
from decisions.market import late_review
from notifications.kinds import Kind
from notifications.models import Message
from notifications.queueing import queue_message


def tell_late_review(*, now: datetime) -> int:
    """Write once for each switch to everybody who may agree to another; return how many messages."""
    row = late_review(now)
    about = f"market:{row.pk}" if row else ""
    if row is None or Message.objects.filter(kind=Kind.MARKET_REVIEW_LATE, about=about).exists():
        return 0
    roles = [role for role, allowed in ROLE_PERMISSIONS.items() if Permission.APPROVE_POLICY in allowed]
    users = list(User.objects.filter(role__in=roles, is_active=True).order_by("pk"))
    with transaction.atomic():
        for user in users:
            params = {"due_on": row.review_on}
            queue_message(kind=Kind.MARKET_REVIEW_LATE, user=user, about=about, params=params, now=now)
    return len(users)
