"""Personal data at rest: an encrypted text field and a blind index to find it by."""

import base64
import functools
import hashlib
import hmac
import os
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    _TextField = models.Field[str | None, Any]
else:
    _TextField = models.Field

_FORMAT: Final = 1
_NONCE_BYTES: Final = 12


class DecryptionError(Exception):
    """A stored value was altered, moved to another field, or written with a key we no longer hold."""


@functools.cache
def _cipher(key: str) -> AESGCM:
    return AESGCM(base64.b64decode(key))


def encrypt(text: str, *, place: str) -> bytes:
    """Return the text sealed with the current key and bound to its place (model and field)."""
    current = next(iter(settings.FIELD_KEYS.items()))
    return _seal(text, *current, place) if text else _seal_blank(*current, place)


@functools.lru_cache(maxsize=512)
def _seal_blank(key_id: str, key: str, place: str) -> bytes:
    """A blank, sealed once for each place: as its length tells that it is one, it need not look different."""
    return _seal("", key_id, key, place)


def _seal(text: str, key_id: str, key: str, place: str) -> bytes:
    name = key_id.encode()
    header = bytes([_FORMAT, len(name)]) + name
    nonce = os.urandom(_NONCE_BYTES)
    return header + nonce + _cipher(key).encrypt(nonce, text.encode(), header + place.encode())


def decrypt(sealed: bytes, *, place: str) -> str:
    """Return the text of a sealed value, or raise DecryptionError."""
    if len(sealed) < 2 or sealed[0] != _FORMAT:
        raise DecryptionError(place)
    start = 2 + sealed[1]
    header, nonce, body = sealed[:start], sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]
    key = settings.FIELD_KEYS.get(header[2:].decode("ascii", "replace"))
    if key is None:
        raise DecryptionError(place)
    try:
        return _cipher(key).decrypt(nonce, body, header + place.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise DecryptionError(place) from error


def key_id_of(sealed: bytes) -> str:
    """Return the id of the key that sealed the value, so that old values can be found and renewed."""
    return sealed[2 : 2 + sealed[1]].decode("ascii", "replace")


def normalise(value: str) -> str:
    """Return the form in which two spellings of one value are equal: NFKC, no spaces, one case."""
    return "".join(unicodedata.normalize("NFKC", value).casefold().split())


def blind_index(value: str, *, purpose: str) -> bytes:
    """Return 32 bytes that are equal for equal values of one purpose and tell nothing without the key."""
    key = base64.b64decode(settings.BLIND_INDEX_KEY)
    message = purpose.encode() + b"\x00" + normalise(value).encode()
    return hmac.new(key, message, hashlib.sha256).digest()


class EncryptedTextField(_TextField):
    """Text that the database holds only as ciphertext; it cannot be searched, use a blind index for that."""

    description = "Encrypted text"
    empty_strings_allowed = True

    def get_internal_type(self) -> str:
        """Store as raw bytes."""
        return "BinaryField"

    @property
    def place(self) -> str:
        """Name the column this value is bound to."""
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_db_prep_value(  # Django's signature
        self,
        value: Any,
        connection: BaseDatabaseWrapper,
        prepared: bool = False,  # noqa: FBT001, FBT002
    ) -> Any:
        """Seal the text on its way to the database."""
        if value is None:
            return None
        return encrypt(str(value), place=self.place)

    def from_db_value(self, value: Any, _expression: Any, _connection: BaseDatabaseWrapper) -> str | None:
        """Open the sealed text on its way from the database."""
        return None if value is None else decrypt(bytes(value), place=self.place)

    def to_python(self, value: Any) -> str | None:
        """Return the text of a form or fixture value."""
        return None if value is None else str(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse every search but the one for nothing."""
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.place} is encrypted; search by its blind index")

    def formfield(self, *_args: Any, **kwargs: Any) -> Any:
        """Offer an ordinary text input."""
        from django import forms

        return super().formfield(form_class=forms.CharField, **kwargs)
