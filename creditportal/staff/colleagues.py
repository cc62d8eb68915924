"""Who works on appeals."""

from typing import Final

from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.roles import ROLE_PERMISSIONS, STAFF_ROLES, Permission
from appeals.models import ON_A_DESK, Appeal

_REVIEWERS: Final = sorted(
    role.value for role, allowed in ROLE_PERMISSIONS.items() if Permission.REVIEW_APPEAL in allowed
)


def list_colleagues() -> list[User]:
    """Everybody who may review appeals now."""
    reviewers = User.objects.filter(role__in=_REVIEWERS, is_active=True)
    return list(reviewers.order_by("display_name", "pk"))


def count_held(colleague: User) -> int:
    """How many cases are on this desk."""
    return Appeal.objects.filter(claimed_by=colleague.pk, status__in=ON_A_DESK).count()


def list_desks() -> list[User]:
    """Everybody who reviews or left work behind, the fullest desk first; `held` counts the cases."""
    here = Appeal.objects.filter(claimed_by=OuterRef("pk"), status__in=ON_A_DESK).order_by()
    held = Subquery(here.values("claimed_by").annotate(number=Count("pk")).values("number"))
    staff = [role.value for role in STAFF_ROLES]
    reviews = ExpressionWrapper(Q(role__in=_REVIEWERS), output_field=BooleanField())
    desks = User.objects.filter(role__in=staff).annotate(held=Coalesce(held, 0), reviews=reviews)
    shown = Q(is_active=True, reviews=True) | Q(held__gt=0)
    return list(desks.filter(shown).order_by("-held", "display_name", "pk"))
