"""Signatures on checkpoints, with a key that is never in the database."""

import base64
import hashlib
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from core.canonical import canonical_json


def checkpoint_note(*, size: int, root: bytes, at: datetime) -> bytes:
    """Return the bytes a checkpoint's signature stands for."""
    note = {"note": "creditportal audit checkpoint", "v": 1, "size": size, "root": root.hex(), "at": at}
    return canonical_json(note)


def head_note(*, subject: str, events: int, head: bytes, at: datetime) -> bytes:
    """Return the bytes a signature on the whole length of a case stands for."""
    note = {
        "note": "creditportal case head", "v": 1, "subject": subject, "events": events, "head": head.hex(),
        "at": at,
    }  # fmt: skip
    return canonical_json(note)


def sign(note: bytes) -> tuple[bytes, str]:
    """Return the signature of the current key and the key's id."""
    key = _private_key()
    return key.sign(note), key_id_of(key.public_key())


def is_signed(note: bytes, *, signature: bytes, key_id: str) -> bool:
    """Return whether a key we know by this id signed the note."""
    key = public_keys().get(key_id)
    if key is None:
        return False
    try:
        key.verify(signature, note)
    except InvalidSignature:
        return False
    return True


def key_id_of(key: Ed25519PublicKey) -> str:
    """Return the short id of a public key: the start of its SHA-256."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(settings.AUDIT_SIGNING_KEY))


def public_keys() -> dict[str, Ed25519PublicKey]:
    """Return the current and the retired keys by id."""
    retired = getattr(settings, "AUDIT_VERIFY_KEYS", {}).values()
    keys = [Ed25519PublicKey.from_public_bytes(base64.b64decode(key)) for key in retired]
    return {key_id_of(key): key for key in [_private_key().public_key(), *keys]}
