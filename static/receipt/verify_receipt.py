"""Checks a creditportal receipt offline, with nothing but Python 3.8 or newer.

    python3 verify_receipt.py RECEIPT.json [--key BASE64]

What is checked: every event's hash; that each event follows the one before; that they are as many as the case
had when the receipt was made, up to the last one, which was signed; that each sealed event stands in the tree
whose root was signed; and the signatures themselves (Ed25519). With --key they must be by the public key that
you were given before, and not merely by the one that the receipt names. A retired key that signed the tree
before is given as a further --key.
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

FORMAT = "creditportal receipt 2"

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
    parser.add_argument("--key", action="append", default=[], help="a public key that may sign, as base64")
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
        for line in check(receipt, frozenset(options.key)):
            print(line)
    except FaultError as fault:
        print("DOES NOT HOLD:", fault)
        return 1
    except (KeyError, TypeError, ValueError) as error:
        print("DOES NOT HOLD: the receipt is incomplete:", error)
        return 1
    return 0


def check(receipt: Thing, keys: frozenset[str]) -> Iterator[str]:
    """Yield a line for each thing that holds; raise FaultError at the first that does not."""
    subject, events, head = receipt["subject"], receipt["events"], receipt["head"]
    checkpoint = receipt["checkpoint"]
    named = "" if keys else " (compare this key with the one that is published)"
    check_chain(subject, events)
    check_length(events, head)
    check_signature(head, head_note(subject, head), keys)
    yield f"{subject}: all {len(events)} events up to {head['at']}, each follows the one before"
    yield f"That there are {head['events']}, and which is the last, is signed by key {head['key_id']}{named}"
    sealed = [event for event in events if event["leaf"] is not None]
    if checkpoint is None or not sealed:
        yield "No event is sealed yet: ask for the receipt again in a minute."
        return
    check_signature(checkpoint, checkpoint_note(checkpoint), keys)
    when, size, signer = checkpoint["at"], checkpoint["size"], checkpoint["key_id"]
    yield f"The checkpoint of {when} over {size} events is signed by key {signer}{named}"
    for event in sealed:
        check_place(event, checkpoint)
    yield f"{len(sealed)} of {len(events)} events stand in the signed tree"


def check_chain(subject: str, events: list[Thing]) -> None:
    """Recompute every event's hash and its link to the one before."""
    head = bytes(32).hex()
    for place, event in enumerate(events, start=1):
        if event["seq"] != place or event["prev"] != head:
            raise FaultError(f"event {place} does not follow the one before")
        if hash_event(subject, event) != event["hash"]:
            raise FaultError(f"event {place} was altered")
        head = event["hash"]


def check_length(events: list[Thing], head: Thing) -> None:
    """Compare the events with how many the case had, and with its last one."""
    last = events[-1]["hash"] if events else bytes(32).hex()
    if len(events) != head["events"]:
        raise FaultError(f"only {len(events)} of {head['events']} events up to {head['at']} are here")
    if last != head["hash"]:
        raise FaultError("the last event is not the one that was signed")


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


def head_note(subject: str, head: Thing) -> Thing:
    """Return what the signature on the length of a case stands for."""
    said = {name: head[name] for name in ("events", "at")}
    return {"note": "creditportal case head", "v": 1, "subject": subject, "head": head["hash"], **said}


def checkpoint_note(checkpoint: Thing) -> Thing:
    """Return what the signature on a checkpoint stands for."""
    said = {name: checkpoint[name] for name in ("size", "root", "at")}
    return {"note": "creditportal audit checkpoint", "v": 1, **said}


def check_signature(signed: Thing, note: Thing, expected: frozenset[str]) -> None:
    """Check a signature on a note, and that an expected key made it."""
    public = base64.b64decode(signed["public_key"])
    # The last letter has bits that no key uses: other letters there would name the same key.
    if base64.b64encode(public).decode() != signed["public_key"]:
        raise FaultError("the public key is not written as it was sealed")
    if expected and public not in map(base64.b64decode, expected):
        raise FaultError(f"another key signed the {note['note'].rpartition(' ')[2]}")
    if hashlib.sha256(public).hexdigest()[:16] != signed["key_id"]:
        raise FaultError("the public key is not the one that is named")
    if not is_signed(public, canonical(note), bytes.fromhex(signed["signature"])):
        raise FaultError(f"the signature on the {note['note'].rpartition(' ')[2]} does not fit")


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
