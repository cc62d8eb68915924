"""The assessment of impact that comes before a policy version: a link to it, or where else it is filed."""

from typing import Final
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from core.errors import InputError
from core.texts import clean_text

LONGEST: Final = 300
NO_IMPACT: Final = _(
    "Say where the assessment of impact is: a link, or the reference under which it is filed."
)
_NO_LINK: Final = _("Give a whole link that begins with https:// or http://, or a reference without one.")
_SCHEMES: Final = frozenset({"http", "https"})


def check_impact(text: str) -> str:
    """The link or reference as it is kept; or InputError where there is none or nobody could follow it."""
    cleaned = " ".join(clean_text(text, field="impact", limit=LONGEST).split())
    if not cleaned:
        raise InputError(fields={"impact": [NO_IMPACT]})
    if "://" in cleaned and not is_link(cleaned):
        raise InputError(fields={"impact": [_NO_LINK]})
    return cleaned


def is_link(text: str) -> bool:
    """Whether a browser can follow it: http or https, a host, and nothing beside the address."""
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in _SCHEMES and bool(parts.hostname) and "@" not in parts.netloc and " " not in text
        )
    except ValueError:
        return False
