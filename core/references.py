"""Public references: short, readable, random, and never a primary key."""

import re
import secrets
import unicodedata
from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.errors import NotFoundError

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIXES: Final[dict[str, str]] = {
    "CU": "applicant",
    "LA": "application",
    "DE": "decision",
    "AP": "appeal",
    "EV": "document",
    "MS": "message",
    "LN": "line",
    "RQ": "request",
    "PR": "promise",
    "LT": "letter",
    "RU": "run",
    "RP": "related person",
    "DS": "dispute",
    "DR": "data request",
    "HG": "helper",
    "SL": "share link",
    "PV": "policy review",
    "CR": "class remedy",
    "UP": "upload",
    "ME": "measure",
}
_LOOKALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
# As we write it: nearly every reference comes back unchanged, in a link.
_WRITTEN: Final = re.compile(rf"(?:{'|'.join(PREFIXES)})(?:-[{ALPHABET}]{{4}}){{2,3}}")
_SHAPE: Final = re.compile(rf"([A-Z]{{2}})([{ALPHABET}]{{8}}(?:[{ALPHABET}]{{4}})?)")


class UnknownReferenceError(NotFoundError):
    """The text cannot be a reference of ours."""

    code = "unknown-reference"
    default_message = _("We do not know this reference.")


def new_reference(prefix: str, draw: Callable[[int], int] = secrets.randbits) -> str:
    """Return a fresh reference such as DE-7K3Q-9XDM, with 40 random bits."""
    if prefix not in PREFIXES:
        raise ValueError(f"unknown reference prefix {prefix!r}")
    bits = draw(40)
    body = "".join([ALPHABET[(bits >> shift) & 31] for shift in range(0, 40, 5)])
    return f"{prefix}-{body[:4]}-{body[4:]}"


def new_bulk_reference(prefix: str, draw: Callable[[int], int] = secrets.randbits) -> str:
    """Return a longer reference such as DE-7K3Q-9XDM-4T2P, with 60 random bits.

    A million rows written at once must not meet one of the millions that are there: with 40 bits they would.
    `draw` gives so many bits; a seeded one gives sample data the same references again.
    """
    bits = draw(20)
    tail = "".join([ALPHABET[(bits >> shift) & 31] for shift in range(0, 20, 5)])
    return f"{new_reference(prefix, draw)}-{tail}"


def normalise_reference(text: str) -> str:
    """Return the reference a person meant, forgiving case, spaces, dashes, O for 0 and I or L for 1."""
    if _WRITTEN.fullmatch(text):
        return text
    folded = unicodedata.normalize("NFKC", text[:64]).upper()
    packed = re.sub(r"[\s\-\u2010-\u2015\u2212_.]", "", folded)
    match = _SHAPE.fullmatch(packed[:2] + packed[2:].translate(_LOOKALIKES))
    if match is None or match[1] not in PREFIXES:
        raise UnknownReferenceError
    return "-".join([match[1], *(match[2][at : at + 4] for at in range(0, len(match[2]), 4))])
