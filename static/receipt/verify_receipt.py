"""Checks a creditportal receipt offline, with nothing but Python 3.8 or newer.

    python3 verify_receipt.py RECEIPT.json [--key BASE64]

What is checked: every event's hash; that each event follows the one before; that each sealed event stands in
the tree whose root was signed; and the signature itself (Ed25519). With --key the signature must be by the
public key that you were given before, and not merely by the one that the receipt names.
Exit code 0: everything holds. 1: something does not, and the first fault is named. 2: not a receipt.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # Python 3.8 cannot read these names.
    Thing = dict[str, Any]
    Point = tuple[int, int, int, int]

FORMAT = "creditportal receipt 1"

# Ed25519 as RFC 8032 defines it: the curve -x^2 + y^2 = 1 + d x^2 y^2 over the field of 2^255 - 19.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


class FaultError(Exception):
    """Something in the receipt does not hold."""


def main(arguments: list[str]) -> int:
    """Check one receipt and say what holds; return the exit code."""
    parser = argparse.ArgumentParser(description="Checks a creditportal receipt offline.")
    parser.add_argument("receipt", help="the file that was downloaded")
    parser.add_argument("--key", default="", help="the public key that must have signed, as base64")
    options = parser.parse_args(arguments)
    try:
        with open(options.receipt, encoding="utf-8") as file:
            receipt = json.load(file)
        if receipt["format"] != FORMAT:
            raise ValueError(receipt["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        print("This is not a receipt:", error)
        return 2
    try:
        for line in check(receipt, options.key):
            print(line)
    except FaultError as fault:
        print("DOES NOT HOLD:", fault)
        return 1
    except (KeyError, TypeError, ValueError) as error:
        print("DOES NOT HOLD: the receipt is incomplete:", error)
        return 1
    return 0


def check(receipt: Thing, key: str) -> Iterator[str]:
    """Yield a line for each thing that holds; raise FaultError at the first that does not."""
    check_chain(receipt["subject"], receipt["events"])
    yield f"{receipt['subject']}: {len(receipt['events'])} events, each follows the one before"
    sealed = [event for event in receipt["events"] if event["leaf"] is not None]
    checkpoint = receipt["checkpoint"]
    if checkpoint is None or not sealed:
        yield "No event is sealed yet: ask for the receipt again in a minute."
        return
    check_signature(checkpoint, key)
    named = "" if key else " (compare this key with the one that is published)"
    when, size, signer = checkpoint["at"], checkpoint["size"], checkpoint["key_id"]
    yield f"The checkpoint of {when} over {size} events is signed by key {signer}{named}"
    for event in sealed:
        check_place(event, checkpoint)
    yield f"{len(sealed)} of {len(receipt['events'])} events stand in the signed tree"


def check_chain(subject: str, events: list[Thing]) -> None:
    """Recompute every event's hash and its link to the one before."""
    head = bytes(32).hex()
    for place, event in enumerate(events, start=1):
        if event["seq"] != place or event["prev"] != head:
            raise FaultError(f"event {place} does not follow the one before")
        if hash_event(subject, event) != event["hash"]:
            raise FaultError(f"event {place} was altered")
        head = event["hash"]


def hash_event(subject: str, event: Thing) -> str:
    """Return the SHA-256 over the canonical form of an event, in hexadecimal."""
    names = ("seq", "verb", "actor", "at", "codes", "commitments", "prev")
    content: Thing = {"v": 1, "subject": subject}
    content.update((name, event[name]) for name in names)
    return hashlib.sha256(canonical(content)).hexdigest()


def canonical(value: Thing) -> bytes:
    """Return JSON with sorted keys and no spaces, as UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def check_place(event: Thing, checkpoint: Thing) -> None:
    """Follow the inclusion proof of an event to the root (RFC 9162, section 2.1.3.2)."""
    node = hashlib.sha256(b"\x00" + bytes.fromhex(event["hash"])).digest()
    place, last = event["leaf"], checkpoint["size"] - 1
    if not 0 <= place <= last:
        raise FaultError(f"event {event['seq']} has no place in this tree")
    for step in map(bytes.fromhex, event["proof"]):
        if last == 0:
            raise FaultError(f"the proof of event {event['seq']} is too long")
        if place & 1 or place == last:
            node = hashlib.sha256(b"\x01" + step + node).digest()
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + step).digest()
        place, last = place >> 1, last >> 1
    if last or node.hex() != checkpoint["root"]:
        raise FaultError(f"event {event['seq']} does not stand in the signed tree")


def check_signature(checkpoint: Thing, expected: str) -> None:
    """Check the signature on a checkpoint, and that the expected key made it."""
    public = base64.b64decode(checkpoint["public_key"])
    # The last letter has bits that no key uses: other letters there would name the same key.
    if base64.b64encode(public).decode() != checkpoint["public_key"]:
        raise FaultError("the public key is not written as it was sealed")
    if expected and base64.b64decode(expected) != public:
        raise FaultError("another key signed the checkpoint")
    if hashlib.sha256(public).hexdigest()[:16] != checkpoint["key_id"]:
        raise FaultError("the public key is not the one that is named")
    note = {
        "note": "creditportal audit checkpoint", "v": 1, "size": checkpoint["size"],
        "root": checkpoint["root"], "at": checkpoint["at"],
    }  # fmt: skip
    if not is_signed(public, canonical(note), bytes.fromhex(checkpoint["signature"])):
        raise FaultError("the signature on the checkpoint does not fit")


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this Ed25519 key signed the message (RFC 8032, section 5.1.7)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = to_point(public), to_point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    return is_same(times(scalar, BASE), plus(commitment, times(challenge, key)))


def to_point(text: bytes) -> Point | None:
    """Return the point that 32 bytes stand for, or None."""
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return extended(P - x if x & 1 != sign else x, y)


def extended(x: int, y: int) -> Point:
    """Return a point in extended coordinates."""
    return (x, y, 1, x * y % P)


def plus(one: Point, other: Point) -> Point:
    """Return the sum of two points."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar: int, point: Point) -> Point:
    """Return a multiple of a point; nothing here is secret, so the time it takes may differ."""
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = plus(total, point)
        point, scalar = plus(point, point), scalar >> 1
    return total


def is_same(one: Point, other: Point) -> bool:
    """Whether two points in extended coordinates are one point."""
    return not ((one[0] * other[2] - other[0] * one[2]) % P or (one[1] * other[2] - other[1] * one[2]) % P)


BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
BASE = extended(BASE_X, 4 * pow(5, P - 2, P) % P)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
