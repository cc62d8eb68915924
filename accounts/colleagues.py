"""Which colleagues there are, for those who have something to tell them."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import Role


def list_supervisors() -> QuerySet[User]:
    """Return the supervisors who can sign in, the longest here first."""
    return User.objects.filter(role=Role.SUPERVISOR.value, is_active=True).order_by("pk")
