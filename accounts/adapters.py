"""How allauth's pages meet the rest of the site: new accounts are audited, mails go through the outbox."""

from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.mailing import queue_mail
from accounts.models import User
from accounts.opening import record_opening
from accounts.roles import Role
from core.clock import now

_WRONG_CODE: Final = _("This code is not right. Please check it and try again.")
_LONGEST_ADDRESS: Final = User._meta.get_field("email").max_length or 0


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Sign-up, sign-in and account mails the way this site does them."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is not active."),
        "cannot_remove_primary_email": _("The address in use cannot be removed."),
        "duplicate_email": _("This address belongs to your account already."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "email_taken": _("There is already an account with this e-mail address."),
        "enter_current_password": _("Please enter your current password."),
        "incorrect_code": _WRONG_CODE,
        "incorrect_password": _("This password is not right."),
        "invalid_login": _("The e-mail address or the password is not right."),
        "invalid_or_expired_key": _("This link or code is no longer valid. Please ask for a new one."),
        "invalid_password_reset": _("This link or code is no longer valid. Please ask for a new one."),
        "max_email_addresses": _("An account can have %d e-mail addresses. Please remove one first."),
        "rate_limited": _("That was a little too often. Please wait a moment and try again."),
        "same_as_current": _("This is the same as now. Please enter another one."),
        "select_only_one": _("Please choose one only."),
        "too_many_login_attempts": _("That was too many attempts. Please wait five minutes and try again."),
        "unknown_email": _("The e-mail address or the password is not right."),
        "unverified_primary_email": _("Please confirm your e-mail address first."),
    }

    def clean_email(self, email: str) -> str:
        """An address that an account can hold; a longer one is told instead of failing later."""
        if len(email) > _LONGEST_ADDRESS:
            words = _("This is too long: %(show_value)d characters, and at most %(limit_value)d fit.")
            raise ValidationError(words % {"show_value": len(email), "limit_value": _LONGEST_ADDRESS})
        return email

    def save_user(self, request: Any, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - allauth's
        """Save a new applicant in the language of the page, with its audit event in the same transaction."""
        super().save_user(request, user, form, commit=False)
        user.role = Role.APPLICANT.value
        user.language = translation.get_language() or user.language
        if commit:
            with transaction.atomic():
                user.save()
                record_opening(user=user, by=Actor.for_user(user), now=now())
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a mail in the language of the person who will read it."""
        user: User | None = context.get("user") or User.objects.filter(email__iexact=email).first()
        language = user.language if user else translation.get_language() or settings.LANGUAGE_CODE
        place = {
            "request": self.request, "email": email, "current_site": get_current_site(self.request),
            "site": settings.SITE_URL,
        }  # fmt: skip
        with translation.override(language):
            message = self.render_mail(template_prefix, email, {**place, **context})
        queue_mail(
            user=user, recipient=email, language=language, subject=str(message.subject),
            body=str(message.body), now=now(),
        )  # fmt: skip

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell a person about a change of the account, in that person's language."""
        super().send_notification_mail(template_prefix, user, {"user": user, **(context or {})}, email)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    """What is said about the second factor."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("Turn the second factor off first. Then you can add an address."),
        "cannot_delete_authenticator": _("Your account needs a second factor, so it stays on."),
        "cannot_generate_recovery_codes": _("Set up the second factor first. Then there are recovery codes."),
        "incorrect_code": _WRONG_CODE,
        "unverified_email": _("Please confirm your e-mail address first."),
    }
