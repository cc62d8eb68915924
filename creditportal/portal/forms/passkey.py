"""Adding a passkey: made to sign in with, unless its owner wants it as a second factor only."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """Name of the passkey, and whether it signs in without a password: yes, if nothing else is said."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = _("What you call this passkey")
        field = self.fields["passwordless"]
        field.initial = True
        field.label = _("Sign in with it instead of the password")
        field.help_text = _("Untick this for a security key that has no PIN and no fingerprint reader.")
