"""Reading a stored explanation in one statement: who may see it, that it was seen, and its text."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from accounts.actors import Actor
from core.errors import NotFoundError
from core.references import normalise_reference
from decisions.explaining import catalogue_hash, explain, explanation_tag, known_hash, language_of
from decisions.queries import get_decision_for, reach_in_words

_READ: Final = """
WITH found AS (
    SELECT d.id FROM decisions_decision d
    JOIN applicants_applicant p ON p.id = d.applicant_id
    LEFT JOIN decisions_application a ON a.id = d.application_id
    WHERE d.reference = %s AND {reach}
), seen AS (
    INSERT INTO decisions_decisionaccess (decision_id, actor, at) SELECT id, %s, %s FROM found
)
SELECT r.id IS NOT NULL, CASE WHEN %s THEN r.document::text END,
    (SELECT max(id) FROM core_catalogueversion), (SELECT count(*) FROM core_catalogueversion)
FROM found LEFT JOIN decisions_renderedexplanation r
    ON r.decision_id = found.id AND r.language = %s AND r.catalogue_hash = %s
"""
_TEXT: Final = """
SELECT r.document::text FROM decisions_renderedexplanation r JOIN decisions_decision d ON d.id = r.decision_id
WHERE d.reference = %s AND r.language = %s AND r.catalogue_hash = %s
"""


@dataclass(frozen=True)
class Reading:
    """The tag of a stored explanation and its JSON text; no text where the reader holds this tag already."""

    tag: str
    text: str | None


def read_explanation(
    *, by: Actor, reference: str, language: str, held: frozenset[str], now: datetime
) -> Reading:
    """Return the explanation as it was stored, recording the look; a stranger finds nothing."""
    name, known = language_of(language), normalise_reference(reference)
    stamp, digest = known_hash()
    tag = explanation_tag(known, name, digest)
    reach, values = reach_in_words(by)
    with connection.cursor() as cursor:
        cursor.execute(
            _READ.format(reach=reach), [known, *values, by.code, now, tag not in held, name, digest]
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFoundError
    is_stored, text, *newest = row
    if not is_stored or tuple(newest) != stamp:
        return _read_anew(by, known, name, held, now)
    return Reading(tag, text)


def _read_anew(by: Actor, reference: str, language: str, held: frozenset[str], now: datetime) -> Reading:
    """The first read since the catalogues changed: worded, stored, and then read as it was stored."""
    explain(decision=get_decision_for(by=by, reference=reference), language=language, now=now)
    digest = catalogue_hash()
    tag = explanation_tag(reference, language, digest)
    if tag in held:
        return Reading(tag, None)
    with connection.cursor() as cursor:
        cursor.execute(_TEXT, [reference, language, digest])
        return Reading(tag, str(cursor.fetchone()[0]))
