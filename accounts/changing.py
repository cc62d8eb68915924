"""Changing what a colleague may do: role, access, name; never one's own."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import STAFF_ROLES, Permission, Role
from audit import log
from audit.verbs import Verb
from core.errors import ForbiddenError, InputError, NotFoundError


class OwnAccessError(ForbiddenError):
    """Nobody changes what they themselves may do."""

    code = "own-access"
    default_message = _("Somebody else must change your own role or access.")


def change_colleague(
    *, user_id: int, role: Role, is_active: bool, display_name: str, by: Actor, now: datetime
) -> User:
    """Give a colleague another role, name or access, with the change of rights in the audit."""
    check_may_manage(by=by, role=role)
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None or not user.is_staff:
            raise NotFoundError
        changes_rights = (user.role, user.is_active) != (role.value, is_active)
        if changes_rights and user.pk == by.user_id:
            raise OwnAccessError
        if changes_rights:
            codes = {"from": user.role, "to": role.value, "is_active": is_active}
            log.record(verb=Verb.ACCOUNT_ROLE_CHANGED, subject=str(user), actor=by.code, now=now, codes=codes)
        user.role, user.is_active, user.display_name = role.value, is_active, display_name
        user.save(update_fields=["role", "is_active", "display_name"])
    return user


def check_may_manage(*, by: Actor, role: Role) -> None:
    """Refuse those who may not manage colleagues, and every role that is not a colleague's."""
    if not by.can(Permission.MANAGE_USERS):
        raise ForbiddenError
    if role not in STAFF_ROLES:
        raise InputError(fields={"role": [_("Choose a role for a colleague.")]})
