"""Whether anything that a person's own pages show has changed: the versions of the rows, in one statement."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from accounts.sessions import OWN_SESSION, session_values
from core.prepared import fetch_prepared

_OF_PERSON: Final = "x.applicant_id IN (SELECT id FROM person)"
_OF_CASE: Final = "x.appeal_id IN (SELECT id FROM cases)"
STAMPED: Final[Mapping[str, str]] = {
    "accounts_user": "x.id = own.user_id",
    "applicants_applicant": "x.id IN (SELECT id FROM person)",
    "applicants_identitycheck": _OF_PERSON,
    "decisions_application": _OF_PERSON,
    "decisions_decision": _OF_PERSON,
    "decisions_line": _OF_PERSON,
    "decisions_promise": _OF_PERSON,
    "decisions_policyversion": "true",
    "decisions_measure": _OF_PERSON,
    "appeals_measureanswer": "x.measure_id IN"
    " (SELECT m.id FROM decisions_measure m JOIN person ON person.id = m.applicant_id)",
    "appeals_appeal": _OF_PERSON,
    "appeals_ground": _OF_CASE,
    "appeals_attachment": "x.ground_id IN"
    " (SELECT g.id FROM appeals_ground g JOIN cases ON cases.id = g.appeal_id)",
    "evidence_document": _OF_PERSON,
    "appeals_appealevent": _OF_CASE,
    "appeals_pause": _OF_CASE,
    "appeals_extension": _OF_CASE,
    "appeals_acceptance": _OF_CASE,
    "appeals_request": _OF_CASE,
    "appeals_remedy": _OF_CASE,
    "appeals_stay": _OF_CASE,
}
"""What the pages are made from, and which rows of it; a row that changes gets another place and writer."""
_ROWS: Final = ", ".join(
    f"(SELECT string_agg(x.ctid::text || x.xmin::text, ',' ORDER BY x.id) FROM {table} x WHERE {which})"  # noqa: S608 - our own tables
    for table, which in STAMPED.items()
)
_MESSAGES: Final = """
(SELECT count(*) || ':' || count(m.read_at) || ':' || coalesce(max(m.id), 0) FROM notifications_message m
 WHERE m.user_id = own.user_id),
(SELECT count(*) || ':' || count(m.read_at) || ':' || coalesce(max(m.id), 0) FROM person
 JOIN notifications_message m ON m.applicant_id = person.id),
(SELECT count(*) || ':' || coalesce(max(c.id), 0) FROM core_catalogueversion c)
"""
_STAMP: Final = f"""
, person AS MATERIALIZED (
    SELECT p.id FROM own JOIN applicants_applicant p ON p.user_id = own.user_id
), cases AS MATERIALIZED (
    SELECT a.id FROM appeals_appeal a JOIN person ON person.id = a.applicant_id
)
SELECT own.user_id, own.language, concat_ws('|', {_ROWS}, {_MESSAGES}) FROM own
"""  # noqa: S608 - our own parts
_BY_SESSION: Final = f"WITH own AS ({OWN_SESSION}){_STAMP}"
_BY_USER: Final = f"WITH own AS (SELECT %s::bigint AS user_id, ''::text AS language){_STAMP}"


@dataclass(frozen=True)
class Own:
    """A person, the language of the account, and the stamp of all that their own pages show now."""

    user_id: int
    language: str
    stamp: str


def stamp_of_session(*, session: str, now: datetime) -> Own | None:
    """Whose session this is and how things stand; None where it does not sign in an applicant."""
    return _own(fetch_prepared(_BY_SESSION, session_values(key=session, now=now)), now)


def stamp_of_user(*, user_id: int, now: datetime) -> str:
    """How things stand for somebody who is signed in."""
    found = _own(fetch_prepared(_BY_USER, [user_id]), now)
    assert found is not None
    return found.stamp


def _own(row: tuple[Any, ...] | None, now: datetime) -> Own | None:
    if row is None:
        return None
    # Days end, dates pass, and estimates move: nothing is shown for longer than until the hour is full.
    text = f"{now:%Y-%m-%dT%H}|{row[2]}"
    return Own(row[0], row[1], hashlib.sha256(text.encode()).hexdigest())
