"""Reading a stored explanation in one statement: who may see it, that it was seen, and its text."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from accounts.actors import Actor
from accounts.clients import CLIENT_BY_HASH, token_values
from accounts.limits import COUNT_CALLER, Limit, Window
from accounts.roles import Scope
from core.errors import DomainError, NotFoundError
from core.prepared import UNAWAITED, fetch_prepared
from core.references import normalise_reference
from decisions.explaining import catalogue_hash, explain, explanation_tag, known_hash, language_of
from decisions.models import Decision
from decisions.queries import get_decision_for, record_access

_SCOPE: Final = Scope.DECISIONS_READ
# Only a token with the scope is counted, only a call within the rate looks, and every look is kept. The first
# look of a caller at a decision waits for the disk; mere counts, and looks by who has looked before, do not.
_READ: Final = f"""
WITH client AS ({CLIENT_BY_HASH}), caller AS (
    SELECT client_id, 'client:' || client_id AS code FROM client
    WHERE %s::text = ANY(regexp_split_to_array(scopes, '\\s+'))
), counted AS ({COUNT_CALLER}), found AS (
    SELECT d.id, EXISTS (
        SELECT FROM decisions_decisionaccess s WHERE s.decision_id = d.id AND s.actor = caller.code
    ) AS again
    FROM caller CROSS JOIN counted CROSS JOIN decisions_decision d
    JOIN decisions_application a ON a.id = d.application_id
    WHERE counted.hits <= %s::int AND d.reference = %s::text AND a.client_id = caller.client_id
), seen AS (
    INSERT INTO decisions_decisionaccess (decision_id, actor, at)
    SELECT found.id, caller.code, %s::timestamptz FROM found CROSS JOIN caller
)
SELECT caller.client_id, counted.hits, found.id IS NOT NULL, r.id IS NOT NULL,
    CASE WHEN %s::bool THEN coalesce(r.body, convert_to(r.document::text, 'UTF8')) END,
    (SELECT max(id) FROM core_catalogueversion), (SELECT count(*) FROM core_catalogueversion),
    CASE WHEN coalesce(found.again, TRUE) THEN {UNAWAITED} END
FROM caller CROSS JOIN counted LEFT JOIN found ON TRUE
LEFT JOIN decisions_renderedexplanation r
    ON r.decision_id = found.id AND r.language = %s::text AND r.catalogue_hash = %s::text
"""  # noqa: S608 - constants of ours
_BODY: Final = """
SELECT coalesce(r.body, convert_to(r.document::text, 'UTF8')) FROM decisions_renderedexplanation r
JOIN decisions_decision d ON d.id = r.decision_id
WHERE d.reference = %s AND r.language = %s AND r.catalogue_hash = %s
"""


class TooOftenError(DomainError):
    """The client has read as often as its rate allows."""

    code = "too-many-requests"
    status = 429

    def __init__(self, wait_seconds: int) -> None:
        super().__init__()
        self.wait_seconds = wait_seconds


@dataclass(frozen=True)
class Reading:
    """The tag of a stored explanation and its JSON; no body where the reader holds this tag already."""

    tag: str
    body: bytes | None


def read_explanation(
    *, token: str, limit: Limit, reference: str, language: str, held: frozenset[str], now: datetime
) -> Reading | None:
    """Return the explanation as it was stored, counting and recording the look; a stranger finds nothing.

    None, and nothing counted, for a token that is not valid or lacks the scope to read decisions.
    """
    name, known = language_of(language), normalise_reference(reference)
    stamp, digest = known_hash()
    tag = explanation_tag(known, name, digest)
    window = Window.at(limit, now)
    row = fetch_prepared(
        _READ,
        [
            *token_values(value=token, now=now), _SCOPE.value, window.before, window.after, window.ends,
            limit.times, known, now, tag not in held, name, digest,
        ],
    )  # fmt: skip
    if row is None:
        return None
    client_id, hits, is_found, is_stored, body, *newest, _ = row
    if hits > limit.times:
        raise TooOftenError(window.wait_seconds)
    if not is_found:
        raise NotFoundError
    if not is_stored or tuple(newest) != stamp:
        caller = Actor.for_client(client_id, [_SCOPE])
        return _read_anew(get_decision_for(by=caller, reference=known), name, held, now)
    return Reading(tag, body)


def read_explanation_as(
    *, by: Actor, reference: str, language: str, held: frozenset[str], now: datetime
) -> Reading:
    """The same reading, step by step, for a caller who is known and counted already."""
    decision = get_decision_for(by=by, reference=reference)
    record_access(decision=decision, by=by, now=now)
    return _read_anew(decision, language_of(language), held, now)


def _read_anew(decision: Decision, language: str, held: frozenset[str], now: datetime) -> Reading:
    """Word and store it where this is the first read since the catalogues changed; read what is stored."""
    explain(decision=decision, language=language, now=now)
    digest, reference = catalogue_hash(), decision.reference
    tag = explanation_tag(reference, language, digest)
    if tag in held:
        return Reading(tag, None)
    with connection.cursor() as cursor:
        cursor.execute(_BODY, [reference, language, digest])
        return Reading(tag, bytes(cursor.fetchone()[0]))
