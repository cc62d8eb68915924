"""Hashes of events and commitments; pure, so that a verifier elsewhere can repeat them."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from core.canonical import Json, canonical_json

GENESIS: Final = bytes(32)


def hash_event(
    *,
    subject: str,
    seq: int,
    verb: str,
    actor: str,
    at: datetime,
    codes: Mapping[str, Json],
    commitments: Mapping[str, str],
    prev: bytes,
) -> bytes:
    """Return SHA-256 over the canonical form of an event and the hash before it."""
    content = {
        "v": 1,
        "subject": subject,
        "seq": seq,
        "verb": verb,
        "actor": actor,
        "at": at,
        "codes": codes,
        "commitments": commitments,
        "prev": prev.hex(),
    }
    return hashlib.sha256(canonical_json(content)).digest()


def commit_to(*, name: str, value: str, salt: bytes) -> str:
    """Return the hexadecimal commitment to a private value; without the salt it tells nothing."""
    return hashlib.sha256(salt + canonical_json([name, value])).hexdigest()
