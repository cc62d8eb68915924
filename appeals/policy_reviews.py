"""Reviews of the policy: opened where appeals are overturned too often, closed with a reason."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from accounts.models import User
from accounts.roles import Permission, Role
from appeals.models import PolicyReview, ReviewState
from appeals.overturns import Count, count_by, months_back
from appeals.terms import section
from audit.log import record
from audit.verbs import Verb
from core.errors import ConflictError, ForbiddenError, NotFoundError
from core.identity import today_in_china
from core.references import new_reference, normalise_reference
from core.texts import clean_text
from notifications.kinds import Kind
from notifications.queueing import queue_message

REASON_LENGTH: Final = 500


class ReviewClosedError(ConflictError):
    """The review was closed before."""

    code = "review-closed"
    default_message = _("This review was closed already.")


def open_reviews(*, now: datetime) -> list[PolicyReview]:
    """Open a review for each value above its threshold that has none; return the new ones."""
    terms = section("learning")
    since = months_back(today_in_china(now), terms["months"] - 1)
    resting = _resting(now - timedelta(days=terms["rest_days"]))
    opened = []
    for dimension, threshold in terms["overturn_pct"].items():
        for count in count_by(dimension, since=since):
            is_enough = count.decided >= terms["least_cases"]
            is_above = is_enough and 100 * count.overturned >= threshold * count.decided
            if is_above and (dimension, count.value) not in resting:
                opened.append(_open(dimension, count, since, threshold, now))
    return opened


def close_review(*, review: PolicyReview, reason: str, by: Actor, now: datetime) -> PolicyReview:
    """Close a review and say what came of it; by whoever may approve a policy."""
    _check_may(by)
    text = clean_text(reason, field="reason", limit=REASON_LENGTH, is_required=True)
    with transaction.atomic():
        review = PolicyReview.objects.select_for_update().get(pk=review.pk)
        if review.state == ReviewState.CLOSED:
            raise ReviewClosedError
        review.state, review.reason = ReviewState.CLOSED, text
        review.closed_at, review.closed_by_id = now, by.user_id
        review.save(update_fields=["state", "reason", "closed_at", "closed_by"])
        record(
            verb=Verb.POLICY_REVIEW_CLOSED, subject=review.reference, actor=by.code, now=now,
            codes={"dimension": review.dimension, "value": review.value}, private={"reason": text},
        )  # fmt: skip
    return review


def list_reviews_for(*, by: Actor, limit: int = 50) -> list[PolicyReview]:
    """Reviews, the open ones first and then the newest."""
    _check_may(by)
    rows = PolicyReview.objects.select_related("closed_by").order_by("-state", "-id")
    return list(rows[:limit])


def get_review_for(*, by: Actor, reference: str) -> PolicyReview:
    """Return one review, or raise NotFoundError."""
    _check_may(by)
    row = PolicyReview.objects.filter(reference=normalise_reference(reference)).first()
    if row is None:
        raise NotFoundError
    return row


def _check_may(by: Actor) -> None:
    if not by.can(Permission.APPROVE_POLICY):
        raise ForbiddenError


def _resting(since: datetime) -> set[tuple[str, str]]:
    """What is under review, or was until so lately that the numbers cannot have changed yet."""
    opened = PolicyReview.objects.filter(state=ReviewState.OPEN) | PolicyReview.objects.filter(
        closed_at__gte=since
    )
    return set(opened.values_list("dimension", "value"))


def _open(dimension: str, count: Count, since: Any, threshold: int, now: datetime) -> PolicyReview:
    with transaction.atomic():
        review = PolicyReview.objects.create(
            reference=new_reference("PV"), dimension=dimension, value=count.value, since=since,
            decided=count.decided, overturned=count.overturned, threshold_pct=threshold, opened_at=now,
        )  # fmt: skip
        record(
            verb=Verb.POLICY_REVIEW_OPENED, subject=review.reference, actor=SITE.code, now=now,
            codes={
                "dimension": dimension, "value": count.value, "decided": count.decided,
                "overturned": count.overturned, "threshold_pct": threshold,
            },
        )  # fmt: skip
        for user in User.objects.filter(role=Role.POLICY_MANAGER.value, is_active=True).order_by("pk"):
            queue_message(kind=Kind.POLICY_REVIEW_OPENED, user=user, about=review.reference, now=now)
    return review
