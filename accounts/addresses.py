"""The e-mail addresses that are known to be somebody's own."""

import unicodedata

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.encryption import blind_index
from core.errors import InputError
from core.identity import strip_unseen

_LONGEST = 200


def check_address(text: str) -> str:
    """Return the address as it is kept, or raise InputError."""
    address = "".join(strip_unseen(unicodedata.normalize("NFKC", text)).split()).lower()
    try:
        validate_email(address)
    except ValidationError:
        raise InputError(_("Enter an e-mail address, such as name@example.com.")) from None
    if len(address) > _LONGEST:
        raise InputError(_("Enter an e-mail address, such as name@example.com."))
    return address


def index_address(address: str) -> bytes:
    """Return the blind index under which an address is found."""
    return blind_index(address, purpose="email")


def own_indexes(user: User) -> list[bytes]:
    """Return the blind indexes of the addresses that this person has confirmed."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return [index_address(address) for address in confirmed]
