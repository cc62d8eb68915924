"""How allauth's pages meet the rest of the site: new accounts are audited, mails go through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.sites.shortcuts import get_current_site
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.mailing import queue_mail
from accounts.models import User
from accounts.opening import record_opening
from accounts.roles import Role
from core.clock import now


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Sign-up, sign-in and account mails the way this site does them."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is not active."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "email_taken": _("There is already an account with this e-mail address."),
        "enter_current_password": _("Please enter your current password."),
        "incorrect_code": _("This code is not right. Please check it and try again."),
        "incorrect_password": _("This password is not right."),
        "invalid_password_reset": _("This link or code is no longer valid. Please ask for a new one."),
        "rate_limited": _("That was a little too often. Please wait a moment and try again."),
        "too_many_login_attempts": _("Too many attempts to sign in. Please wait five minutes and try again."),
        "unverified_primary_email": _("Please confirm your e-mail address first."),
    }

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
        language = user.language if user else translation.get_language()
        place = {"request": self.request, "email": email, "current_site": get_current_site(self.request)}
        with translation.override(language):
            message = self.render_mail(template_prefix, email, {**place, **context})
        queue_mail(
            user=user, recipient=email, subject=str(message.subject), body=str(message.body), now=now()
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell a person about a change of the account, in that person's language."""
        super().send_notification_mail(template_prefix, user, {"user": user, **(context or {})}, email)
