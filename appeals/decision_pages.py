"""What the page of a decision shows that may change after it was decided, in one statement, and its keeping.

A page is kept as it was shown, under the stamp of all that it was made from. It is shown again while the
stamp is the same; whatever changes makes another stamp, so nothing has to be thrown away.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from accounts.actors import Actor
from accounts.sessions import OWN_SESSION, session_values
from appeals.appealability import window_from
from appeals.jurisdictions import Jurisdiction, read_jurisdiction
from appeals.rules import Bar, find_bar
from appeals.states import ENDED
from core.calendars import legal_day
from core.catalogues import Stamp
from core.errors import NotFoundError
from core.prepared import fetch_prepared
from core.references import normalise_reference
from decisions.explaining import LANGUAGES
from decisions.freezing import coming_evaluation
from decisions.models import FrozenPage, LineState

HELD_LENGTH: Final = 32
"""So much of a stamp names the page that a browser holds."""

# Only the person whom the decision is about finds it, and every look is kept.
_LOOK: Final = """
, found AS (
    SELECT d.id, d.reference, d.outcome, d.decided_at, d.result #>> '{next,next_evaluation_on}' AS evaluated,
        p.id AS person, p.jurisdiction, l.reference AS line, l.state, visitor.*
    FROM visitor JOIN applicants_applicant p ON p.user_id = visitor.user_id
    JOIN decisions_decision d ON d.applicant_id = p.id
    LEFT JOIN decisions_line l ON l.id = d.line_id
    WHERE d.reference = %s::text
), seen AS (
    INSERT INTO decisions_decisionaccess (decision_id, actor, at)
    SELECT found.id, found.code, %s::timestamptz FROM found
), standing AS (
    SELECT min(a.id) FILTER (WHERE a.status <> ALL('{ended}'::text[])) AS open,
        count(*) FILTER (WHERE a.outcome <> '') AS decided
    FROM found JOIN appeals_appeal a ON a.decision_id = found.id
)
SELECT found.user_id, found.language, found.id, found.reference, found.outcome, found.decided_at,
    found.evaluated, found.jurisdiction, found.line, found.state, newer.reference, a.reference, a.status,
    standing.decided,
    CASE WHEN found.outcome = 'counter' AND found.state = 'offered' THEN (SELECT max(e.created_at)
        FROM notifications_message e WHERE e.about = found.reference AND e.kind = 'OFFER_ENDING') END,
    (SELECT count(*) FROM notifications_message m WHERE m.read_at IS NULL AND m.user_id = found.hand_id)
        + (SELECT count(*) FROM notifications_message m JOIN applicants_applicant p ON p.id = m.applicant_id
           WHERE m.read_at IS NULL AND p.user_id = found.hand_id),
    (SELECT array_agg(s.characteristic || ' ' || s.reference ORDER BY s.characteristic)
        FROM applicants_dispute s WHERE s.applicant_id = found.person AND s.state = 'OPEN'),
    (SELECT max(id) FROM core_catalogueversion), (SELECT count(*) FROM core_catalogueversion),
    f.stamp, CASE WHEN left(f.stamp, {held}) <> %s::text THEN f.body END
FROM found CROSS JOIN standing
LEFT JOIN decisions_decision newer ON newer.supersedes_id = found.id
LEFT JOIN appeals_appeal a ON a.id = standing.open
LEFT JOIN decisions_frozenpage f ON f.decision_id = found.id AND f.language = found.language
""".replace("{held}", str(HELD_LENGTH)).replace("{ended}", f"{{{','.join(sorted(ENDED))}}}")
_AS_KNOWN: Final = (
    "WITH visitor AS (SELECT %s::bigint AS user_id, %s::bigint AS hand_id, %s::text AS code,"
    f" %s::text AS language){_LOOK}"
)
_BY_SESSION: Final = f"""
WITH own AS ({OWN_SESSION}), visitor AS (
    SELECT user_id, user_id AS hand_id, 'user:' || user_id AS code, coalesce(%s::text, language) AS language
    FROM own WHERE coalesce(%s::text, language) = ANY('{{{",".join(LANGUAGES)}}}'::text[])
){_LOOK}"""  # noqa: S608 - constants of ours


@dataclass(frozen=True)
class OpenAppeal:
    """The appeal of the decision that has not ended."""

    reference: str
    status: str


@dataclass(frozen=True)
class Standing:
    """What is true of a decision now, as far as its page shows it."""

    decision: int
    reference: str
    newer: str | None
    appeal: OpenAppeal | None
    may_appeal: bool
    is_late: bool
    line: str
    is_offered: bool
    offer_told_at: datetime | None
    unread: int
    disputes: tuple[str, ...]
    evaluated_on: date
    catalogues: Stamp


@dataclass(frozen=True)
class Looked:
    """One recorded look: how things stand, their stamp, and the kept page where it has that stamp."""

    standing: Standing
    stamp: str
    page: bytes | None


@dataclass(frozen=True)
class Visit:
    """A look by somebody whom the session alone named: who it was, and in which language."""

    user_id: int
    language: str
    looked: Looked


def look_at_decision(*, by: Actor, reference: str, language: str, release: str, now: datetime) -> Looked:
    """Record the look and return what the page shows; a stranger finds nothing.

    `release` names the templates and words that a page is made with; other ones make another stamp.
    """
    known = normalise_reference(reference)
    row = fetch_prepared(
        _AS_KNOWN,
        [by.user_id, by.hand_id, by.code, language, known, now, ""],
    )
    if row is None:
        raise NotFoundError
    return _looked(row, release, now).looked


def look_by_session(
    *, session: str, reference: str, language: str | None, release: str, held: str, now: datetime
) -> Visit | None:
    """The same look of a person known by an open session, checked in the same statement.

    None, and nothing recorded, where the session does not sign in an applicant who is asked nothing else, or
    the decision is not about that person. Without a language it is the person's. A page that is `held` is
    not brought: the first letters of its stamp are enough.
    """
    row = fetch_prepared(
        _BY_SESSION,
        [
            *session_values(key=session, now=now), language, language, reference, now, held,
        ],
    )  # fmt: skip
    return None if row is None else _looked(row, release, now)


def _looked(row: tuple[Any, ...], release: str, now: datetime) -> Visit:
    user_id, language, *values, kept, page = row
    standing = _standing(values, now)
    stamp = hashlib.sha256(repr((release, language, standing)).encode()).hexdigest()
    return Visit(user_id, language, Looked(standing, stamp, page if kept == stamp else None))


def keep_page(*, looked: Looked, language: str, page: bytes, now: datetime) -> None:
    """Keep the page as it was made from what was looked at; it takes the place of an earlier one."""
    FrozenPage.objects.update_or_create(
        decision_id=looked.standing.decision,
        language=language,
        defaults={"stamp": looked.stamp, "body": page, "made_at": now},
    )


def _standing(values: list[Any], now: datetime) -> Standing:
    key, reference, outcome, decided_at, told, place, line, state, newer, *since = values
    appeal, status, decided, warned, unread, checked, *catalogue = since
    catalogues = (catalogue[0], catalogue[1])
    law = _jurisdiction(place, catalogues)
    bar = find_bar(
        outcome=outcome,
        is_superseded=newer is not None,
        is_in_time=window_from(decided_at, law).is_open(now),
        has_open=appeal is not None,
        decided_before=decided,
    )
    return Standing(
        decision=key, reference=reference, newer=newer, appeal=appeal and OpenAppeal(appeal, status),
        may_appeal=bar is None, is_late=bar is Bar.LATE, line=line or "",
        is_offered=state == LineState.OFFERED, offer_told_at=warned, unread=unread,
        disputes=tuple(checked or ()), catalogues=catalogues,
        evaluated_on=coming_evaluation(date.fromisoformat(told), today=legal_day(now, law.zone)),
    )  # fmt: skip


@lru_cache(maxsize=32)
def _jurisdiction(code: str, catalogues: Stamp) -> Jurisdiction:
    """The profile as long as no catalogue changes."""
    return read_jurisdiction(code)
