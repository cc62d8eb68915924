"""Writing the audit: one call per event, inside the transaction of the change itself."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, LiteralString

from django.db import connection, transaction

from audit.hashing import GENESIS, commit_to, hash_event
from audit.models import Salt
from audit.verbs import Verb
from core.at_once import Part
from core.canonical import Json, plain

_NOTHING: Mapping[str, Json] = MappingProxyType({})
_NOTHING_PRIVATE: Mapping[str, str] = MappingProxyType({})

_NEXT_PLACE = """
INSERT INTO audit_chain AS chain (subject, seq, head) VALUES (%s, 1, %s)
ON CONFLICT (subject) DO UPDATE SET seq = chain.seq + 1
RETURNING seq, head
"""
_APPEND = """
WITH event AS (
    INSERT INTO audit_event (subject, seq, verb, actor, at, codes, commitments, prev, hash)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
), leaf AS (
    INSERT INTO audit_leaf (event_id) SELECT id FROM event
)
UPDATE audit_chain SET head = %s WHERE subject = %s RETURNING (SELECT id FROM event)
"""
_NEXT_PLACES = """
INSERT INTO audit_chain AS chain (subject, seq, head) SELECT subject, 1, %s
FROM unnest(%s::text[]) AS new (subject) ORDER BY subject
ON CONFLICT (subject) DO UPDATE SET seq = chain.seq + 1
RETURNING subject, seq, head
"""
_APPEND_EACH = """
WITH new AS (
    SELECT * FROM unnest(%s::text[], %s::bigint[], %s::jsonb[], %s::bytea[], %s::bytea[])
        AS new (subject, seq, codes, prev, hash)
), event AS (
    INSERT INTO audit_event (subject, seq, verb, actor, at, codes, commitments, prev, hash)
    SELECT subject, seq, %s, %s, %s, codes, '{}'::jsonb, prev, hash FROM new ORDER BY subject RETURNING id
), leaf AS (
    INSERT INTO audit_leaf (event_id) SELECT id FROM event
)
UPDATE audit_chain AS chain SET head = new.hash FROM new WHERE chain.subject = new.subject
"""
_BEGIN: Final[LiteralString] = """
audit_begun AS (
    INSERT INTO audit_event (subject, seq, verb, actor, at, codes, commitments, prev, hash)
    SELECT %s::text, 1, %s::text, %s::text, %s::timestamptz, %s::jsonb, '{}'::jsonb, %s::bytea, %s::bytea
    FROM made RETURNING id, subject, seq, hash
), audit_headed AS (
    INSERT INTO audit_chain (subject, seq, head) SELECT subject, seq, hash FROM audit_begun
), audit_awaits AS (
    INSERT INTO audit_leaf (event_id) SELECT id FROM audit_begun
)"""


def record(
    *,
    verb: Verb,
    subject: str,
    actor: str,
    now: datetime,
    codes: Mapping[str, Json] = _NOTHING,
    private: Mapping[str, str] = _NOTHING_PRIVATE,
) -> None:
    """Append one event to the subject's chain; `codes` is stored, `private` only committed to."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("audit.record must run inside the change's transaction")
    salts = {name: secrets.token_bytes(32) for name in private}
    commitments = {name: commit_to(name=name, value=private[name], salt=salt) for name, salt in salts.items()}
    stored = {str(key): plain(value) for key, value in codes.items()}
    event_id = _append(
        verb=str(verb), subject=subject, actor=actor, at=now, codes=stored, commitments=commitments
    )
    if salts:
        Salt.objects.bulk_create(
            Salt(event_id=event_id, name=name, salt=salt) for name, salt in salts.items()
        )


def record_each(*, verb: Verb, actor: str, now: datetime, events: Mapping[str, Mapping[str, Json]]) -> None:
    """Append one event to each of many subjects' chains, in two statements; subject -> codes."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("record_each must run inside the change's transaction")
    rows = []
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_PLACES, [GENESIS, list(events)])
        for subject, seq, head in cursor.fetchall():
            stored, prev = {str(key): plain(value) for key, value in events[subject].items()}, bytes(head)
            digest = hash_event(
                subject=subject, seq=seq, verb=str(verb), actor=actor, at=now, codes=stored, commitments={},
                prev=prev,
            )  # fmt: skip
            rows.append((subject, seq, json.dumps(stored), prev, digest))
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            cursor.execute(_APPEND_EACH, [*columns, str(verb), actor, now])


def begin_chain(*, subject: str, verb: Verb, codes: Mapping[str, Json], actor: str, now: datetime) -> Part:
    """The first event of a subject that is new, as a part of the statement that makes it."""
    stored = {str(key): plain(value) for key, value in codes.items()}
    digest = hash_event(
        subject=subject, seq=1, verb=str(verb), actor=actor, at=now, codes=stored, commitments={},
        prev=GENESIS,
    )  # fmt: skip
    return Part(_BEGIN, [subject, str(verb), actor, now, json.dumps(stored), GENESIS, digest])


def _append(
    *,
    verb: str,
    subject: str,
    actor: str,
    at: datetime,
    codes: Mapping[str, Json],
    commitments: Mapping[str, str],
) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_PLACE, [subject, GENESIS])
        seq, head = cursor.fetchone()
        prev = bytes(head)
        digest = hash_event(
            subject=subject, seq=seq, verb=verb, actor=actor, at=at,
            codes=codes, commitments=commitments, prev=prev,
        )  # fmt: skip
        row = [subject, seq, verb, actor, at, json.dumps(codes), json.dumps(commitments), prev, digest]
        cursor.execute(_APPEND, [*row, digest, subject])
        return int(cursor.fetchone()[0])
