"""What the libraries behind the account pages say to a person, named here so that it is said in our words.

The Chinese stands in our catalogue of messages beside all other texts. The English of those that are not said
the way this house speaks stands in `locale/en`.
"""

from typing import Final

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

SAID_BY_LIBRARIES: Final = (
    _("Authenticator code"),
    _("Code"),
    _("Current Password"),
    _("Email"),
    _("Email address"),
    _("Enter a valid email address."),
    _("Forgot your password?"),
    _("New Password"),
    _("New Password (again)"),
    _("Null characters are not allowed."),
    _("Password"),
    _("Password (again)"),
    _("The password is too similar to the %(verbose_name)s."),
    _("This field is required."),
    _("This password is too common."),
    _("You must type the same password each time."),
)
COUNTED_BY_LIBRARIES: Final = (
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
