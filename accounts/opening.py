"""Opening accounts for people whose address is already known to be theirs: colleagues and sample persons."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from audit import log
from audit.verbs import Verb
from core.errors import ConflictError


class AccountExistsError(ConflictError):
    """Somebody already signs in with this address."""

    code = "account-exists"
    default_message = _("There is already an account with this e-mail address.")


def open_account(
    *,
    email: str,
    password: str | None,
    role: Role = Role.APPLICANT,
    display_name: str = "",
    language: str = "zh-hans",
    by: Actor,
    now: datetime,
) -> User:
    """Create a user who can sign in at once, with the address confirmed."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email,
                password,
                role=role.value,
                display_name=display_name,
                language=language,
                date_joined=now,
            )
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            record_opening(user=user, by=by, now=now)
    except IntegrityError as error:
        raise AccountExistsError from error
    return user


def record_opening(*, user: User, by: Actor, now: datetime) -> None:
    """Write into the audit that an account was opened, and with which role."""
    log.record(
        verb=Verb.ACCOUNT_CREATED,
        subject=f"user:{user.pk}",
        actor=by.code,
        now=now,
        codes={"role": user.role},
    )
