"""Trying values of a decision that this process knows: caller, rate and the day's tries in one statement.

A decision never changes once it was made, so what was worked out from it is true while its row is the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Any, Final

from django.db.models.expressions import RawSQL

from accounts.clients import CLIENT_BY_HASH, token_values
from accounts.limits import COUNT_CALLER, Limit, Window
from accounts.roles import Scope
from assessment import Assessment
from core.catalogues import Stamp
from core.errors import InputError, NotFoundError
from core.prepared import UNAWAITED, fetch_prepared
from decisions import what_if
from decisions.engines import is_scored_elsewhere
from decisions.models import Decision
from decisions.reading import TooOftenError
from decisions.what_if import (
    Changeable,
    TooManyTriesError,
    as_decided,
    assess_changed,
    changeable_inputs,
    read_changes,
)
from decisions.what_if_words import Json, describe_side
from decisions.words import Words, get_words

MOST: Final = 128
# Nothing is counted where the row is another one than we know: the long way counts then. Tries of a day are
# counted for whoever may see the decision, and only within the rate. Counting does not wait for the disk.
_TRY: Final = f"""
WITH client AS ({CLIENT_BY_HASH}), caller AS (
    SELECT client_id, 'client:' || client_id AS code FROM client
    WHERE %s::text = ANY(regexp_split_to_array(scopes, '\\s+')) AND NOT EXISTS (
        SELECT FROM decisions_decision WHERE reference = %s::text AND xmin::text <> %s::text)
), counted AS ({COUNT_CALLER}), found AS (
    SELECT p.reference AS code FROM caller CROSS JOIN counted CROSS JOIN decisions_decision d
    JOIN decisions_application a ON a.id = d.application_id
    JOIN applicants_applicant p ON p.id = d.applicant_id
    WHERE counted.hits <= %s::int AND d.reference = %s::text AND a.client_id = caller.client_id
), tried AS ({COUNT_CALLER.replace("FROM caller", "FROM found")})
SELECT counted.hits, tried.hits,
    (SELECT max(id) FROM core_catalogueversion), (SELECT count(*) FROM core_catalogueversion),
    {UNAWAITED}
FROM caller CROSS JOIN counted LEFT JOIN tried ON TRUE
"""  # noqa: S608 - constants of ours


@dataclass(frozen=True)
class Known:
    """A decision with the version of its row, what came out, and what can be changed."""

    decision: Decision
    version: str
    before: Assessment
    inputs: Mapping[str, Changeable]
    sides: dict[tuple[str, Stamp], Json] = field(default_factory=dict)

    def side(self, language: str, catalogues: Stamp) -> Json:
        """What came out, in words; worded once for each version of the catalogues."""
        key = (language, catalogues)
        if key not in self.sides:
            self.sides[key] = describe_side(self.before, _words(language, catalogues))
        return self.sides[key]


_known: Final[dict[str, Known]] = {}
_room: Final = Lock()


def remember(decision: Decision) -> None:
    """Know a decision that somebody has tried values of; the one known longest is forgotten for it."""
    if is_scored_elsewhere(decision.result):
        return
    version = RawSQL("decisions_decision.xmin::text", ())
    row = Decision.objects.select_related("policy").annotate(version=version).get(pk=decision.pk)
    inputs = {one.name: one for one in changeable_inputs(row)}
    known = Known(row, row.version, as_decided(row), inputs)
    with _room:
        while len(_known) >= MOST:
            del _known[next(iter(_known))]
        _known[row.reference] = known


def try_at_once(
    *, token: str, limit: Limit, reference: str, changes: Mapping[str, Any], language: str, now: datetime
) -> Json | None:
    """Return both results in words, counting the call and the try; a stranger finds nothing.

    None, and nothing counted, where the decision is not known here as it is, the values are none that can be
    tried, or the token is not valid or lacks the scope.
    """
    known = _known.get(reference)
    if known is None:
        return None
    try:
        wanted = read_changes(known.inputs, changes)
    except InputError:
        return None
    calls, tries = Window.at(limit, now), Window.at(what_if.A_DAY, now)
    row = fetch_prepared(
        _TRY,
        [
            *token_values(value=token, now=now), Scope.DECISIONS_READ.value, reference, known.version,
            calls.before, calls.after, calls.ends, limit.times, reference,
            tries.before, tries.after, tries.ends,
        ],
    )  # fmt: skip
    if row is None:
        return None
    hits, tried, *catalogues, _ = row
    if hits > limit.times:
        raise TooOftenError(calls.wait_seconds)
    if tried is None:
        raise NotFoundError
    if tried > what_if.A_DAY.times:
        raise TooManyTriesError(tries.wait_seconds)
    stamp = (catalogues[0], catalogues[1])
    before = known.side(language, stamp)
    after = describe_side(assess_changed(known.decision, wanted), _words(language, stamp))
    return {
        "decision": reference, "before": before, "after": after, "gain": after["score"] - before["score"]
    }  # fmt: skip


@lru_cache(maxsize=8)
def _words(language: str, catalogues: Stamp) -> Words:
    """The words of a language as long as no catalogue changes."""
    return get_words(language)
