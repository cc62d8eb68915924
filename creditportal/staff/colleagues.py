"""Who works on appeals."""

from typing import Final

from django.db.models import Count, Q

from accounts.models import User
from accounts.roles import ROLE_PERMISSIONS, Permission
from appeals.claiming import ON_A_DESK

_REVIEWERS: Final = sorted(
    role.value for role, allowed in ROLE_PERMISSIONS.items() if Permission.REVIEW_APPEAL in allowed
)


def list_colleagues() -> list[User]:
    """Everybody who may review appeals now."""
    reviewers = User.objects.filter(role__in=_REVIEWERS, is_active=True)
    return list(reviewers.order_by("display_name", "pk"))


def list_desks() -> list[User]:
    """Everybody who reviews or left work behind, the fullest desk first; `held` counts the cases."""
    held = Count("claimed_appeals", filter=Q(claimed_appeals__status__in=ON_A_DESK))
    desks = User.objects.filter(role__in=_REVIEWERS).annotate(held=held)
    return list(desks.filter(Q(is_active=True) | Q(held__gt=0)).order_by("-held", "display_name", "pk"))
