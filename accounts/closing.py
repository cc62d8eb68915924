"""Closing an account for good: nobody can sign in with it, and nobody is named by it."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.models import AccountMail, Session, User


def close_account(*, user: User) -> None:
    """Take the address, the ways to sign in, the mails and the sessions away; the bare row stays as actor."""
    with transaction.atomic():
        EmailAddress.objects.filter(user=user).delete()
        Authenticator.objects.filter(user=user).delete()
        AccountMail.objects.filter(user=user).delete()
        user.email, user.display_name, user.is_active = f"closed-{user.pk}@invalid.invalid", "", False
        user.set_unusable_password()
        user.save(update_fields=["email", "display_name", "is_active", "password"])
        Session.objects.filter(user=user).delete()
