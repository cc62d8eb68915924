"""Who acts when a command of the policy is given at a terminal."""

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import STAFF_ROLES
from core.errors import NotFoundError


class ColleagueUnknownError(NotFoundError):
    """No account of a colleague has this address."""

    code = "colleague-unknown"
    default_message = _("There is no colleague with this address.")


def get_colleague(email: str) -> Actor:
    """Return the colleague with this e-mail address as an actor; what he may do is checked by each step."""
    user = User.objects.filter(email__iexact=email.strip(), is_active=True, role__in=STAFF_ROLES).first()
    if user is None:
        raise ColleagueUnknownError
    return Actor.for_user(user)
